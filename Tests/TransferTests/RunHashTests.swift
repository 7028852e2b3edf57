import OpenSSL
import POSIX
import Records
import Store
import TestSupport
import Testing

@testable import Transfer

/// Hashes of files that arrive in two runs, or in two tries, in a scripted world.
@Suite struct RunHashTests {
    private static let video = ScriptedWorld.video(size: 3 << 20)

    private static func md5(_ bytes: [UInt8]) throws -> String {
        let digest = try DigestStream(.md5)
        bytes.withUnsafeBytes { digest.update($0) }
        return Hexadecimal.text(digest.finish())
    }

    /// A world that cuts the first answer off; the others have these header lines.
    private static func world(quickRetries: Int = 0, headers: [String] = []) -> ScriptedWorld {
        let world = ScriptedWorld { request in
            request.number == 1
                ? .video(video, request, cutAt: 2_000_000) : .video(video, request, headers: headers)
        }
        world.settings.retry.quickRetries = quickRetries
        return world
    }

    private static func run(_ world: ScriptedWorld, md5: String? = nil) -> FetchEnd {
        world.add("a.mp4", fields: md5.map { #""md5":"\#($0)""# } ?? "")
        return world.run()
    }

    @Test("a file that a later run continues is hashed from its first byte")
    func resumed() throws {
        let world = Self.world()
        _ = Self.run(world)
        #expect(Self.run(world, md5: try Self.md5(Self.video)) == .complete(failures: 0))
        #expect(world.result(of: "a.mp4")?.resumedFrom == 2_000_000)
    }

    @Test("a file that a quick retry continues is hashed as a whole")
    func retried() throws {
        let world = Self.world(quickRetries: 1)
        #expect(Self.run(world, md5: try Self.md5(Self.video)) == .complete(failures: 0))
        #expect(world.result(of: "a.mp4")?.resumedFrom == 2_000_000)
    }

    @Test("a result has the hash that is asked for, over all runs, tries and pieces", arguments: [0, 1])
    func recorded(quickRetries: Int) throws {
        let world = Self.world(quickRetries: quickRetries)
        world.settings.recordedHash = .md5
        while Self.run(world) != .complete(failures: 0) {}
        #expect(world.result(of: "a.mp4")?.resumedFrom == 2_000_000)
        #expect(world.result(of: "a.mp4")?.fields["md5"] as? String == (try Self.md5(Self.video)))
    }

    @Test("a small file, which is never in two pieces, is hashed as well")
    func recordedSmall() throws {
        let video = ScriptedWorld.video()
        let world = ScriptedWorld { .video(video, $0) }
        world.settings.recordedHash = .md5
        #expect(Self.run(world) == .complete(failures: 0))
        #expect(world.result(of: "a.mp4")?.fields["md5"] as? String == (try Self.md5(video)))
    }

    @Test("a result has what the origin said of the object; what the record says stays as it is")
    func told() throws {
        let video = ScriptedWorld.video()
        let headers = ["Last-Modified: Tue, 10 Nov 2009 23:00:00 GMT"]
        let world = ScriptedWorld { .video(video, $0, headers: headers) }
        world.settings.recordedHash = .md5
        world.add("a.mp4")
        let md5 = try Self.md5(video)
        world.add("b.mp4", fields: #""etag":"v1","modified":5,"md5":"\#(md5)""#)
        #expect(world.run() == .complete(failures: 0))
        let (first, second) = (try #require(world.result(of: "a.mp4")), try #require(world.result(of: "b.mp4")))
        #expect(first.fields["etag"] as? String == "\"v1\"")
        #expect(first.fields["modified"] as? Int == 1_257_894_000)
        #expect(second.line.contains(#""etag":"v1","modified":5,"md5":"\#(md5)""#))
        for name in ["etag", "modified", "md5"] {
            #expect(second.line.split(separator: "\"\(name)\":").count == 2, "\(name) is there once")
        }
    }

    @Test("an ETag that is longer than any is left out")
    func longETag() {
        let video = ScriptedWorld.video()
        let world = ScriptedWorld { .video(video, $0, etag: "\"" + String(repeating: "x", count: 300) + "\"") }
        #expect(Self.run(world) == .complete(failures: 0))
        #expect(world.result(of: "a.mp4")?.fields["etag"] == nil)
    }

    @Test("a part whose bytes were damaged is a mismatch, and the next run starts over")
    func damaged() throws {
        let world = Self.world()
        _ = Self.run(world)
        let part = try world.disk.start().file("a.mp4.part", .updating)
        try [UInt8](repeating: 1, count: 9).withUnsafeBytes { try part.write($0, at: 1_000_000) }
        let md5 = try Self.md5(Self.video)
        #expect(Self.run(world, md5: md5) == .complete(failures: 1))
        #expect(world.result(of: "a.mp4")?.error == "mismatch")
        #expect(world.disk.files == [])
        #expect(Self.run(world, md5: md5) == .complete(failures: 0))
        #expect(world.network.requests.map(\.offset) == [0, 2_000_000, 0])
    }

    @Test(
        "of a part's answer only what its uploader noted is about the whole",
        arguments: [
            ("x-amz-checksum-sha1: AAAAAAAAAAAAAAAAAAAAAAAAAAA=", 0),
            ("x-amz-meta-md5chksum: AAAAAAAAAAAAAAAAAAAAAA==", 1),
        ])
    func partialAnswer(header: String, failures: Int) {
        let world = Self.world(headers: [header])
        _ = Self.run(world)
        #expect(Self.run(world) == .complete(failures: failures))
    }

    @Test("a part that has all bytes already is hashed before it is believed", arguments: [true, false])
    func complete(isRight: Bool) throws {
        let world = ScriptedWorld { request in
            request.number > 1
                ? .status(416, headers: ["Content-Range: bytes */3145728"])
                : Array([ScriptedStep].video(Self.video, request).dropLast()) + .reset
        }
        world.settings.retry.quickRetries = 0
        _ = Self.run(world)
        let md5 = isRight ? try Self.md5(Self.video) : String(repeating: "0", count: 32)
        #expect(Self.run(world, md5: md5) == .complete(failures: isRight ? 0 : 1))
        #expect(world.result(of: "a.mp4")?.httpStatus == 416)
    }
}
