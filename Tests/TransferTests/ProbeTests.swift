import Records
import TestSupport
import Testing
import Transfer

/// What `tf-fetch --probe` finds out: the same that a run would meet, without a file.
@Suite struct ProbeTests {
    private static let video = ScriptedWorld.video()

    @Test("a video that could be fetched is told with its size, and nothing is written to the disk")
    func good() throws {
        let world = ScriptedWorld { _ in
            [
                .wait(2), .head(["HTTP/1.1 200 OK", "Content-Length: 4096", "Date: Thu, 01 Jan 1970 00:00:00 GMT"]),
                .body(Self.video), .end,
            ]
        }
        world.add("a.mp4", fields: #""status":"failed","title":"T""#)
        #expect(try world.probe() == 0)
        let found = try #require(world.results.first)
        #expect(found.fields["title"] as? String == "T")
        #expect(found.fields["status"] == nil && found.error == nil)
        #expect(found.fields["http_version"] as? String == "HTTP/1.1")
        #expect(found.httpStatus == 200)
        #expect(found.bytes == 4096)
        #expect(found.fields["seconds"] as? Double == 2)
        #expect(found.fields["clock_ahead"] as? Double == world.clock.now)
        #expect(world.disk.files.isEmpty)
    }

    @Test(
        "what a run could not fetch has the run's own code, words and owner",
        arguments: [
            ("404", "not_found", "record"), ("403", "forbidden", "credentials"), ("page", "not_video", "record"),
            ("empty", "not_video", "record"), ("refused", "connect", "host"), ("elsewhere", "bad_request", "way"),
        ])
    func bad(kind: String, error: String, owner: String) throws {
        func world() -> ScriptedWorld {
            let world = ScriptedWorld { _ in
                switch kind {
                case "page":
                    [
                        .head(["HTTP/1.1 200 OK", "Content-Length: 4096"]), .body([UInt8](repeating: 60, count: 4096)),
                        .end,
                    ]
                case "empty": [.head(["HTTP/1.1 200 OK", "Content-Length: 0"]), .end]
                case "refused": .refused
                case "elsewhere": [.head(["HTTP/1.1 302 Found", "Location: http://b/"]), .redirect("http://b/"), .end]
                default: .status(Int(kind) ?? 0)
                }
            }
            world.settings.retry.quickRetries = 0
            world.add("a.mp4")
            return world
        }
        let probed = world()
        #expect(try probed.probe() == 1)
        let found = try #require(probed.results.first)
        #expect(found.error == error && found.owner == owner)
        let fetched = world()
        fetched.run()
        #expect(fetched.results.first?.message == found.message)
    }

    @Test("a redirect that a run follows is followed")
    func redirect() throws {
        let world = ScriptedWorld { request in
            guard request.path == "a.mp4" else { return .video(Self.video, request) }
            return [.head(["HTTP/1.1 302 Found", "Location: /b.mp4"]), .redirect("http://origin/b.mp4"), .end]
        }
        world.add("a.mp4")
        #expect(try world.probe() == 0)
        #expect(world.results.first?.httpStatus == 200)
    }

    @Test("a line that is not a record is told, and the others are asked for")
    func badLine() throws {
        let world = ScriptedWorld { .video(Self.video, $0) }
        world.add(line: "nonsense")
        world.add("a.mp4")
        #expect(try world.probe() == 1)
        #expect(world.results.map(\.error) == ["bad_record", nil])
    }
}
