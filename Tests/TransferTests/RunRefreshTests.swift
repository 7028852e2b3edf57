import Curl
import Glibc
import POSIX
import Store
import TestSupport
import Testing

@testable import Transfer

/// Files that are there, and whose origin is asked whether they have changed.
@Suite struct RunRefreshTests {
    private static let old = ScriptedWorld.video(size: 5000)
    private static let new = ScriptedWorld.video(size: 6000, seed: 7)

    /// A world that has the old video, and whose origin answers as scripted.
    private static func world(_ script: @escaping (ScriptedRequest) -> [ScriptedStep]) -> ScriptedWorld {
        let disk = MemoryDisk()
        disk["a.mp4"] = old
        let world = ScriptedWorld(disk: disk, script)
        world.settings.refreshes = true
        return world
    }

    /// An origin with one version, which knows conditions.
    private static func origin(_ bytes: [UInt8], etag: String, modified: String? = nil) -> (
        (ScriptedRequest) -> [ScriptedStep]
    ) {
        { request in
            let times = modified.map { ["Last-Modified: \($0)"] } ?? []
            if request.ifNoneMatch == etag || modified != nil && request.ifModifiedSince == modified {
                return .status(304, headers: ["ETag: \(etag)"] + times)
            }
            return .video(bytes, request, etag: etag, headers: times)
        }
    }

    @Test("a file whose object has the record's ETag is unchanged: nothing is fetched, and no part is made")
    func unchanged() {
        let world = Self.world(Self.origin(Self.old, etag: "\"v1\""))
        world.add("a.mp4", fields: #""etag":"\"v1\"","modified":784111777"#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.map(\.ifNoneMatch) == ["\"v1\""])
        #expect(world.network.requests.map(\.ifModifiedSince) == [nil])
        let result = world.result(of: "a.mp4")
        #expect(result?.status == "skipped")
        #expect(result?.fields["unchanged"] as? Bool == true)
        #expect(result?.fields["found"] as? String == "a.mp4")
        #expect(result?.fields["etag"] as? String == "\"v1\"")
        #expect(result?.fields["modified"] as? Int == 784_111_777)
        #expect(result?.httpStatus == 304)
        #expect(result?.bytes == 5000)
        #expect(world.disk.count(of: .create) == 0)
    }

    @Test("without an ETag the time is asked about: the record's, else the file's")
    func byTime() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"
        let world = Self.world(Self.origin(Self.old, etag: "\"v1\"", modified: date))
        world.add("a.mp4", fields: #""modified":784111777"#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.map(\.ifModifiedSince) == [date])
        #expect(world.network.requests.map(\.ifNoneMatch) == [nil])
        #expect(world.result(of: "a.mp4")?.fields["etag"] as? String == "\"v1\"")
        world.add("a.mp4")
        world.run()
        #expect(world.network.requests.last?.ifModifiedSince == "Thu, 01 Jan 1970 00:00:00 GMT")
    }

    @Test(
        "an ETag is sent with its quotes, weak or not; one that no header can have is not sent",
        arguments: [
            ("v1", "\"v1\""), ("W/\\\"v1\\\"", "W/\"v1\""), ("\\\"a b\\\"", nil), ("a\\nb", nil), ("", nil),
        ])
    func tags(known: String, sent: String?) {
        let world = Self.world(Self.origin(Self.new, etag: "\"v2\""))
        world.add("a.mp4", fields: "\"etag\":\"\(known)\"")
        world.run()
        #expect(world.network.requests[0].ifNoneMatch == sent)
    }

    @Test("a changed object takes the old file's place, and the result has its version")
    func changed() {
        let world = Self.world(Self.origin(Self.new, etag: "\"v2\""))
        world.add("a.mp4", fields: #""etag":"\"v1\"","modified":5"#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.disk["a.mp4"] == Self.new)
        #expect(world.disk.files == ["a.mp4"])
        let result = world.result(of: "a.mp4")
        #expect(result?.status == "success")
        #expect(result?.fields["changed"] as? Bool == true)
        #expect(result?.fields["etag"] as? String == "\"v2\"")
        #expect(result?.fields["modified"] == nil)
        #expect(result?.line.split(separator: "\"etag\"").count == 2)
    }

    @Test(
        "where the new version does not come whole, the old file stays, and the result says where it is",
        arguments: ["404", "403", "cut", "page"])
    func kept(fault: String) {
        let world = Self.world { request in
            switch fault {
            case "404": .status(404)
            case "403": .status(403)
            case "cut": .video(Self.new, request, etag: "\"v2\"", cutAt: 3000)
            default: .status(200, body: String(repeating: "later\n", count: 1000))
            }
        }
        world.add("a.mp4", fields: #""etag":"\"v1\"""#)
        #expect(world.run() == .complete(failures: 1))
        #expect(world.disk["a.mp4"] == Self.old)
        let result = world.result(of: "a.mp4")
        #expect(result?.status == "failed")
        #expect(result?.fields["found"] as? String == "a.mp4")
        #expect(result?.fields["etag"] as? String == "\"v1\"")
    }

    @Test("the old file goes to another folder first, and nothing there is overwritten")
    func setAside() throws {
        let world = Self.world(Self.origin(Self.new, etag: "\"v2\""))
        world.disk["old/a.mp4"] = [1]
        world.keepsOld = "old"
        world.add("a.mp4", fields: #""etag":"\"v1\"""#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.disk["a.mp4"] == Self.new)
        #expect(world.disk["old/a.mp4"] == [1])
        #expect(world.disk["old/a.mp4.1"] == Self.old)
    }

    @Test("where the old file cannot be set aside, it stays where it is")
    func notSetAside() {
        let world = Self.world(Self.origin(Self.new, etag: "\"v2\""))
        world.disk["old/x"] = [1]
        world.keepsOld = "old"
        world.disk.refuse(.rename, at: "old/a.mp4", with: EACCES)
        world.add("a.mp4", fields: #""etag":"\"v1\"""#)
        #expect(world.run() == .complete(failures: 1))
        #expect(world.disk["a.mp4"] == Self.old)
        #expect(world.result(of: "a.mp4")?.error == "no_access")
    }

    @Test("where the new file gets no name, the old one is at its place again, moved or not", arguments: [true, false])
    func putBack(hasHardLinks: Bool) {
        let world = Self.world(Self.origin(Self.new, etag: "\"v2\""))
        world.disk["old/x"] = [1]
        (world.keepsOld, world.disk.hasHardLinks) = ("old", hasHardLinks)
        // What is put back comes after.
        world.disk.refuse(.rename, at: "a.mp4", with: EIO, times: 1)
        world.add("a.mp4", fields: #""etag":"\"v1\"""#)
        world.run()
        #expect(world.disk["a.mp4"] == Self.old)
        #expect(world.result(of: "a.mp4")?.fields["found"] as? String == "a.mp4")
        #expect(world.result(of: "a.mp4")?.fields["kept"] == nil)
    }

    @Test("where it cannot be put back either, the result says where it is, and not that it is there")
    func notPutBack() {
        let world = Self.world(Self.origin(Self.new, etag: "\"v2\""))
        world.disk["old/a.mp4"] = [1]
        (world.keepsOld, world.disk.hasHardLinks) = ("old", false)
        world.disk.refuse(.rename, at: "a.mp4", with: EIO)
        world.add("a.mp4", fields: #""etag":"\"v1\"""#)
        world.run()
        #expect(world.disk["a.mp4"] == nil && world.disk["old/a.mp4.1"] == Self.old)
        let result = world.result(of: "a.mp4")
        #expect(result?.status == "failed" && result?.fields["found"] == nil)
        #expect(result?.fields["kept"] as? String == "a.mp4.1")
        #expect(result?.message.hasSuffix("; the old file is kept as 'a.mp4.1' below the folder of --keep-old") == true)
    }

    @Test("a 304 that was not asked for is an error, and so is one of another version")
    func unasked() {
        let world = Self.world { _ in .status(304, headers: ["ETag: \"v9\""]) }
        world.add("new.mp4")
        world.add("a.mp4", fields: #""etag":"\"v1\"""#)
        #expect(world.run() == .complete(failures: 2))
        #expect(world.result(of: "new.mp4")?.error == "bad_answer")
        #expect(world.result(of: "a.mp4")?.error == "bad_answer")
        #expect(world.disk["a.mp4"] == Self.old)
    }

    @Test("a file that is missing, or not whole, is fetched without a condition")
    func missing() {
        let world = Self.world(Self.origin(Self.new, etag: "\"v1\""))
        world.disk["short.mp4"] = Array(Self.old.prefix(2000))
        world.add("b.mp4", fields: #""etag":"\"v1\"""#)
        world.add("short.mp4", fields: #""etag":"\"v1\"""#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.allSatisfy { $0.ifNoneMatch == nil })
        #expect(world.disk["b.mp4"] == Self.new)
        #expect(world.disk["short.mp4"] == Self.new)
        #expect(world.result(of: "b.mp4")?.fields["changed"] == nil)
    }

    @Test("a new version is held to what the record says of its size and hash")
    func held() {
        let world = Self.world(Self.origin(Self.new, etag: "\"v2\""))
        world.add("a.mp4", fields: #""etag":"\"v1\"","size":5000"#)
        #expect(world.run() == .complete(failures: 1))
        #expect(world.result(of: "a.mp4")?.error == "mismatch")
        #expect(world.disk["a.mp4"] == Self.old)
    }

    @Test("the part of one new version is not continued with another")
    func part() {
        let (second, third) = (
            ScriptedWorld.video(size: 3 << 20, seed: 2), ScriptedWorld.video(size: 3 << 20, seed: 3)
        )
        var version = 2
        let world = Self.world { request in
            version == 2
                ? .video(second, request, etag: "\"v2\"", cutAt: 2 << 20)
                : .video(third, request, etag: "\"v3\"")
        }
        world.settings.retry = RetryPolicy(quickRetries: 0, quickDelay: 1, backoff: [30])
        world.add("a.mp4", fields: #""etag":"\"v1\"""#)
        #expect(world.run() == .complete(failures: 1))
        version = 3
        world.add("a.mp4", fields: #""etag":"\"v1\"""#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.last?.ifRange == "\"v2\"")
        #expect(world.network.requests.last?.ifNoneMatch == "\"v1\"")
        #expect(world.disk["a.mp4"] == third)
    }

    @Test("a part is removed where the object is the old one again")
    func partOfNothing() {
        var isNew = true
        let new = ScriptedWorld.video(size: 3 << 20, seed: 2)
        let world = Self.world { request in
            isNew ? .video(new, request, etag: "\"v2\"", cutAt: 2 << 20) : .status(304)
        }
        world.settings.retry = RetryPolicy(quickRetries: 0, quickDelay: 1, backoff: [30])
        world.add("a.mp4", fields: #""etag":"\"v1\"""#)
        world.run()
        #expect(world.disk.files.contains("a.mp4.part"))
        isNew = false
        world.add("a.mp4", fields: #""etag":"\"v1\"""#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.disk.files == ["a.mp4"])
    }

    @Test("an answer 304 shows that the host serves")
    func evidence() {
        let world = Self.world { _ in .status(304) }
        world.add("a.mp4", fields: #""etag":"\"v1\"""#)
        world.run()
        #expect(world.evidence.hosts["http://origin"]?.servedAt != nil)
    }
}
