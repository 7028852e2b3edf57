import OpenSSL
import Store
import TestSupport
import Testing

@testable import Transfer

/// Files that are there already, in a scripted world.
@Suite struct RunExistingTests {
    private static let video = ScriptedWorld.video(size: 5000)

    /// A world that has this file, and whose origin has the video.
    private static func world(_ files: [String: [UInt8]] = ["a.mp4": video]) -> ScriptedWorld {
        let disk = MemoryDisk()
        for (path, bytes) in files { disk[path] = bytes }
        return ScriptedWorld(disk: disk) { .video(video, $0) }
    }

    private static func md5(_ bytes: [UInt8]) throws -> String {
        let digest = try DigestStream(.md5)
        bytes.withUnsafeBytes { digest.update($0) }
        return digest.finish().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("a file that is there is not asked for")
    func skipped() {
        let world = Self.world()
        world.add("a.mp4", fields: #""size":5000"#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.isEmpty)
        #expect(world.result(of: "a.mp4")?.status == "skipped")
        #expect(world.result(of: "a.mp4")?.bytes == 5000)
    }

    @Test(
        "a file that is not what it should be is fetched again, and replaced",
        arguments: [
            ScriptedWorld.video(size: 4000), [UInt8](repeating: 0, count: 5000), Array(video.prefix(4999)) + [1, 2], [],
        ])
    func replaced(bytes: [UInt8]) {
        let world = Self.world(["a.mp4": bytes])
        world.add("a.mp4", fields: #""size":5000"#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.result(of: "a.mp4")?.status == "success")
        #expect(world.disk["a.mp4"] == Self.video)
    }

    @Test("a file that is not what it should be stays until a whole one has come", arguments: ["404", "cut", "page"])
    func kept(fault: String) {
        let old = ScriptedWorld.video(size: 4000)
        let disk = MemoryDisk()
        disk["a.mp4"] = old
        let world = ScriptedWorld(disk: disk) { request in
            switch fault {
            case "404": .status(404)
            case "cut": .video(Self.video, request, cutAt: 4999)
            default: .status(200, body: String(repeating: "later\n", count: 1000))
            }
        }
        world.add("a.mp4", fields: #""size":5000"#)
        #expect(world.run() == .complete(failures: 1))
        #expect(world.disk["a.mp4"] == old)
    }

    @Test("a file is found under an alias, and the result says where")
    func alias() {
        let world = Self.world(["old/b.mp4": Self.video])
        world.add("a.mp4", fields: #""aliases":["old/a.mp4","old/b.mp4"]"#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.isEmpty)
        #expect(world.result(of: "a.mp4")?.fields["found"] as? String == "old/b.mp4")
    }

    @Test("an alias that is not safe is passed over")
    func unsafeAlias() {
        let world = Self.world([:])
        world.add("a.mp4", fields: #""aliases":["../b.mp4"]"#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.result(of: "a.mp4")?.status == "success")
    }

    @Test("--verify-existing: a file with the record's hash is skipped")
    func hashed() throws {
        let world = Self.world()
        world.settings.verification.hashesExisting = true
        world.add("a.mp4", fields: #""md5":"\#(try Self.md5(Self.video))""#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.isEmpty)
        #expect(world.result(of: "a.mp4")?.status == "skipped")
    }

    @Test("--verify-existing: a file with another hash is fetched again")
    func mismatched() throws {
        let world = Self.world(["a.mp4": ScriptedWorld.video(size: 5000, seed: 9)])
        world.settings.verification.hashesExisting = true
        world.add("a.mp4", fields: #""md5":"\#(try Self.md5(Self.video))""#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.result(of: "a.mp4")?.status == "success")
        #expect(world.disk["a.mp4"] == Self.video)
    }

    @Test("without --verify-existing no hash is computed of what is there")
    func notHashed() {
        let world = Self.world()
        world.add("a.mp4", fields: #""md5":"00000000000000000000000000000000""#)
        world.run()
        #expect(world.result(of: "a.mp4")?.status == "skipped")
    }

    @Test("bytes that have not the record's hash never get the name")
    func wrongBytes() {
        let world = Self.world([:])
        world.add("a.mp4", fields: #""md5":"00000000000000000000000000000000""#)
        #expect(world.run() == .complete(failures: 1))
        #expect(world.result(of: "a.mp4")?.error == "mismatch")
        #expect(world.disk.files == [])
    }

    @Test("the same path twice at one time: the second line is busy")
    func twice() {
        let world = ScriptedWorld { Sample.slow(5, Self.video, $0) }
        for _ in 1...2 { world.add("a.mp4") }
        #expect(world.run() == .complete(failures: 1))
        #expect(world.results.map { $0.error ?? $0.status } == ["busy", "success"])
    }

    @Test("the same path twice, one after the other: the second line is skipped")
    func twiceLater() {
        let world = ScriptedWorld { Sample.slow(5, Self.video, $0) }
        world.add("a.mp4")
        world.add("a.mp4", after: 20)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.results.map(\.status) == ["success", "skipped"])
    }

    @Test("what the record says of its size is checked against the answer, before the body comes")
    func otherSize() {
        let world = Self.world([:])
        world.add("a.mp4", fields: #""size":4999"#)
        #expect(world.run() == .complete(failures: 1))
        #expect(world.result(of: "a.mp4")?.message == "the origin has 5000 bytes, and the record says 4999")
    }

    @Test("what the record says of its ETag is checked against the answer", arguments: [("v1", 0), ("v2", 1)])
    func etag(etag: String, failures: Int) {
        let world = Self.world([:])
        world.add("a.mp4", fields: #""etag":"\#(etag)""#)
        #expect(world.run() == .complete(failures: failures))
    }

    @Test("a file gets the time that the origin gives the object")
    func modified() {
        let world = ScriptedWorld {
            .video(Self.video, $0, headers: ["Last-Modified: Fri, 15 Jan 2027 08:00:00 GMT"])
        }
        world.add("a.mp4")
        world.run()
        #expect(world.disk.modificationTime(of: "a.mp4") == 1_800_000_000)
    }
}
