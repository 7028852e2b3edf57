import Origin
import TestSupport
import Testing

@Suite("The origin")
struct ServingTests {
    private let origin: OriginServer
    private let video = SyntheticVideo(path: "/a.mp4", size: 100_000)

    init() throws { origin = try OriginServer.start(OriginServer.Settings(videosOf: 100_000)) }

    @Test("gives the whole object, and says what it is")
    func whole() throws {
        let reply = try origin.ask("/a.mp4")
        #expect(reply.status == 200)
        #expect(try reply.body == video.bytes())
        #expect(reply.header("Content-Type") == "video/mp4")
        #expect(reply.header("Content-Length") == "100000")
        #expect(reply.header("Accept-Ranges") == "bytes")
        #expect(reply.header("ETag") == video.etag)
        #expect(reply.header("Last-Modified")?.hasSuffix(" GMT") == true)
        #expect(reply.header("X-Cache") == "Miss from cloudfront")
        #expect(reply.header("X-Amz-Cf-Id")?.isEmpty == false)
    }

    @Test(
        "gives a range of it",
        arguments: [
            ("bytes=0-0", 0..<1), ("bytes=10-19", 10..<20), ("bytes=99990-", 99_990..<100_000),
            ("bytes=99990-200000", 99_990..<100_000), ("bytes=-10", 99_990..<100_000),
            ("bytes=-200000", 0..<100_000), ("Bytes=5-9", 5..<10), ("bytes=0-99999999999999999999", 0..<100_000),
        ] as [(String, Range<Int64>)])
    func range(field: String, range: Range<Int64>) throws {
        let reply = try origin.ask("/a.mp4", ["Range": field])
        #expect(reply.status == 206)
        #expect(try reply.body == video.bytes(range))
        #expect(reply.header("Content-Range") == "bytes \(range.lowerBound)-\(range.upperBound - 1)/100000")
        #expect(reply.header("Content-Length") == "\(range.count)")
    }

    @Test(
        "gives all of it for what is not one range of bytes",
        arguments: [
            "bytes=0-1,5-6", "bytes=9-5", "bytes=-", "bytes=a-b", "bytes=+1-2", "lines=0-1", "bytes", "bytes=1",
        ])
    func ignoredRange(field: String) throws {
        let reply = try origin.ask("/a.mp4", ["Range": field])
        #expect(reply.status == 200)
        #expect(reply.body.count == 100_000)
    }

    @Test("says 304 to a client that has the object already, by its ETag, else by its time")
    func known() throws {
        let time = try #require(try origin.ask("/a.mp4").header("Last-Modified"))
        let tag = video.etag
        for fields in [
            ["If-None-Match": tag], ["If-None-Match": "\"x\", W/\(tag)"], ["If-None-Match": "*"],
            ["If-Modified-Since": time],
        ] {
            let reply = try origin.ask("/a.mp4", fields)
            #expect(reply.status == 304)
            #expect(reply.body.isEmpty)
            #expect(reply.header("ETag") == tag)
        }
        #expect(try origin.ask("/a.mp4", ["If-None-Match": "\"x\"", "If-Modified-Since": time]).status == 200)
        #expect(try origin.ask("/a.mp4", ["If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"]).status == 200)
    }

    @Test(
        "says 416 to a range that has no byte of it", arguments: ["bytes=100000-", "bytes=200000-300000", "bytes=-0"])
    func beyond(field: String) throws {
        let reply = try origin.ask("/a.mp4", ["Range": field])
        #expect(reply.status == 416)
        #expect(reply.header("Content-Range") == "bytes */100000")
        #expect(reply.text.contains("<Code>InvalidRange</Code>"))
    }

    @Test("gives a range only of the version that If-Range names")
    func ifRange() throws {
        func status(_ tag: String) throws -> Int {
            try origin.ask("/a.mp4", ["Range": "bytes=5-", "If-Range": tag]).status
        }
        let date = try #require(try origin.ask("/a.mp4").header("Last-Modified"))
        #expect(try status(video.etag) == 206)
        #expect(try status(date) == 206)
        #expect(try status("W/" + video.etag) == 200)
        #expect(try status("\"other\"") == 200)
    }

    @Test("answers HEAD with the head alone")
    func head() throws {
        let reply = try origin.ask("/a.mp4", method: "HEAD")
        #expect(reply.status == 200)
        #expect(reply.header("Content-Length") == "100000")
        #expect(reply.body.isEmpty)
    }

    @Test("refuses other methods", arguments: ["POST", "PUT", "DELETE", "OPTIONS"])
    func otherMethods(method: String) throws {
        let reply = try origin.ask("/a.mp4", method: method)
        #expect(reply.status == 405)
        #expect(reply.header("Allow") == "GET, HEAD")
    }

    @Test("answers many requests on one connection")
    func keepAlive() throws {
        let urls = (0..<5).map { "\(origin.baseURL)/\($0).mp4" }.joined(separator: " ")
        let run = try CommandRun.shell(
            "curl -sS -w '%{num_connects}%{stderr}' \(urls) -o /dev/null -o /dev/null -o /dev/null -o /dev/null -o /dev/null"
        )
        #expect(run.status == 0)
        #expect(origin.log.counters.connections == 1)
        #expect(origin.log.counters.requests == 5)
        #expect(origin.log.counters.bytes == 500_000)
    }

    @Test("answers requests that come before the answer to the first")
    func pipelining() throws {
        let request = "GET /a.mp4 HTTP/1.1\r\nHost: x\r\nRange: bytes=-4\r\n"
        let reply = try origin.exchange("\(request)\r\n\(request)Connection: close\r\n\r\n")
        #expect(reply.text.contains("HTTP/1.1 206"))
        #expect(origin.log.entries.map(\.status) == [206, 206])
    }

    @Test("resolves the escapes of a path, whoever the target names")
    func escapes() throws {
        let video = SyntheticVideo(path: "/ä b.mp4", size: 100_000)
        #expect(try origin.ask("/%C3%A4%20b.mp4").header("ETag") == video.etag)
        #expect(try origin.ask("http://127.0.0.1/%c3%a4%20b.mp4?x=1").header("ETag") == video.etag)
    }

    @Test("refuses a target that names nothing", arguments: ["/%", "/%4", "/%zz", "/a%00b", "/%FF", "*"])
    func badTargets(target: String) throws {
        #expect(try origin.ask(target).status == 400)
    }

    @Test("survives what is not HTTP", arguments: ["\r\n\r\n", "nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"])
    func nonsense(text: String) throws {
        _ = try origin.exchange(text + "GET\r\n\r\n")
        #expect(try origin.ask("/a.mp4", method: "HEAD").status == 200)
    }

    @Test("keeps what was asked for")
    func log() throws {
        _ = try origin.ask("/a.mp4?Signature=secret", ["Range": "bytes=5-", "If-Range": "\"x\""])
        _ = try origin.ask("/b.mp4", method: "HEAD")
        let entry = try #require(origin.log.entries(for: "/a.mp4").first)
        #expect(entry.method == "GET")
        #expect(entry.rawPath == "/a.mp4")
        #expect(entry.range == "bytes=5-")
        #expect(entry.ifRange == "\"x\"")
        #expect(entry.status == 200)
        #expect(origin.log.entries.map(\.connection) == [1, 2])
        origin.log.clear()
        #expect(origin.log.entries.isEmpty)
        #expect(origin.log.counters.requests == 0)
    }

    @Test("counts how many it answers at once")
    func concurrency() throws {
        var settings = OriginServer.Settings(videosOf: 10)
        settings.faults = [FaultRule("*", Stall(after: 5))]
        let origin = try OriginServer.start(settings)
        let clients = try (0..<3).map { _ in try Connection(port: origin.port) }
        for client in clients {
            try client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(client.read(12) == Array("HTTP/1.1 200".utf8))
        }
        #expect(origin.log.counters.running == 3)
        #expect(origin.log.counters.mostAtOnce == 3)
    }

    @Test("sends no faster than its rate, and waits for its latency")
    func rate() throws {
        var settings = OriginServer.Settings(videosOf: 60_000)
        settings.rate = 200_000
        settings.latency = 0.1
        let origin = try OriginServer.start(settings)
        let start = ContinuousClock.now
        #expect(try origin.ask("/a.mp4").body.count == 60_000)
        // 0.1 s of latency, and 0.3 s of bytes of which the bucket held 0.1 s.
        #expect(ContinuousClock.now - start >= .milliseconds(290))
    }

    @Test("has the date of its own clock")
    func clock() throws {
        var settings = OriginServer.Settings(videosOf: 10)
        settings.now = { 784_111_777.9 }
        #expect(try OriginServer.start(settings).ask("/a").header("Date") == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Test("listens no more when it was stopped, and can be stopped twice")
    func stop() throws {
        origin.stop()
        origin.stop()
        #expect(throws: (any Error).self) { try origin.ask("/a.mp4") }
    }

    @Test("says that a port is taken")
    func takenPort() throws {
        var settings = OriginServer.Settings(videosOf: 10)
        settings.port = origin.port
        let error = #expect(throws: (any Error).self) { try OriginServer.start(settings) }
        #expect("\(try #require(error))" == "cannot listen on port \(origin.port): Address already in use")
    }
}
