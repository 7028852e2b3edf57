import TestSupport
import Testing

@testable import Transfer

/// Whole runs in a scripted world.
@Suite struct FetchRunTests {
    @Test("a record becomes a file and a result")
    func success() {
        let video = ScriptedWorld.video(size: 5000)
        let world = ScriptedWorld { .video(video, $0) }
        world.add("1/a.mp4", fields: #""size":5000"#)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.disk["1/a.mp4"] == video)
        #expect(world.results.map(\.status) == ["success"])
        #expect(world.result(of: "1/a.mp4")?.bytes == 5000)
    }
}

/// Whose fault a failed try is, by whole runs in a scripted world.
@Suite struct OwnerTests {
    private static let video = ScriptedWorld.video(size: 5000)

    @Test("of two hosts one is dead: the other's files come, whatever the order of the lines, and nothing is counted")
    func deadHost() {
        let world = ScriptedWorld { $0.origin == "http://dead" ? .refused : .video(Self.video, $0) }
        for number in 1...40 { world.add("dead/\(number).mp4", host: "http://dead") }
        for number in 1...5 { world.add("alive/\(number).mp4", host: "http://alive") }
        #expect(world.run() == .complete(failures: 40))
        #expect(world.results.filter { $0.status == "success" }.count == 5)
        let failed = world.results.filter { $0.status == "failed" }
        #expect(failed.allSatisfy { $0.owner == "host" && $0.attempt == nil && $0.isRetryable })
        #expect(world.network.requests.filter { $0.origin == "http://dead" }.count <= 20)
    }

    @Test("a dead host alone is asked by probes, and after --patience the run ends")
    func patience() {
        let world = ScriptedWorld { _ in .refused }
        world.settings.patience = 600
        for number in 1...100 { world.add("\(number).mp4") }
        guard case .hopeless(let words) = world.run() else {
            Issue.record("the run should have ended as hopeless")
            return
        }
        #expect(words.contains("nothing could be reached"))
        #expect(world.network.requests.count < 50)
        #expect(world.results.allSatisfy { $0.attempt == nil && $0.isRetryable })
    }

    @Test("a host that comes back is used again, and all its files come")
    func comesBack() {
        let world = ScriptedWorld { $0.time < 1300 ? .refused : .video(Self.video, $0) }
        for number in 1...50 { world.add("\(number).mp4") }
        world.run()
        #expect(world.results.filter { $0.status == "success" }.count >= 35)
        #expect(world.results.filter { $0.status == "failed" }.allSatisfy { $0.attempt == nil && $0.owner == "host" })
    }

    @Test("a captive portal burns no record")
    func portal() {
        let world = ScriptedWorld { request in
            guard request.number > 5 else { return .video(Self.video, request) }
            let head = ["HTTP/1.1 302 Found", "Content-Length: 0", "Location: http://login/"]
            return [.head(head), .redirect("http://login/"), .end]
        }
        world.settings.patience = 60
        for number in 1...200 { world.add("\(number).mp4") }
        guard case .hopeless(let words) = world.run() else {
            Issue.record("the run should have ended as hopeless")
            return
        }
        #expect(words.contains("way"))
        let failed = world.results.filter { $0.status == "failed" }
        // The others were taken to find another host, and never asked for.
        #expect(failed.filter { $0.error != "interrupted" }.count <= 20)
        #expect(failed.filter { $0.attempt != nil }.count <= 4)
        #expect(failed.allSatisfy { $0.isRetryable })
    }

    @Test("one page or redirect in the origin's place costs a record a try, and is not the last word")
    func redirectAmongVideos() {
        let world = ScriptedWorld { request in
            guard request.path.hasPrefix("moved") else { return [.wait(1)] + .video(Self.video, request) }
            let head = ["HTTP/1.1 302 Found", "Content-Length: 0", "Location: http://login/"]
            return [.wait(5), .head(head), .redirect("http://login/"), .end]
        }
        world.settings.parallel = 4
        for number in 1...6 { world.add(number == 2 ? "moved.mp4" : "\(number).mp4") }
        #expect(world.run() == .complete(failures: 1))
        let result = world.result(of: "moved.mp4")
        #expect(result?.error == "bad_request" && result?.isRetryable == true)
    }

    @Test("missing objects behind S3's 403 are the records', and the others come")
    func missing() {
        let denied = "<Error><Code>AccessDenied</Code><RequestId>1</RequestId><HostId>2</HostId></Error>"
        let world = ScriptedWorld {
            $0.path.hasPrefix("missing") ? .status(403, body: denied) : .video(Self.video, $0)
        }
        for number in 1...60 { world.add("missing/\(number).mp4") }
        for number in 1...10 { world.add("there/\(number).mp4") }
        #expect(world.run() == .complete(failures: 60))
        #expect(world.results.filter { $0.status == "success" }.count == 10)
        #expect(world.results.filter { $0.status == "failed" }.allSatisfy { $0.owner == "record" })
    }

    @Test("a wrong region ends the run, with the store's own words, and costs nothing")
    func region() {
        let moved = "<Error><Code>PermanentRedirect</Code><Endpoint>b.s3-eu-west-1.amazonaws.com</Endpoint></Error>"
        let world = ScriptedWorld { _ in .status(301, body: moved) }
        for number in 1...200 { world.add("c/\(number).mp4") }
        guard case .hopeless(let words) = world.run() else {
            Issue.record("the run should have ended as hopeless")
            return
        }
        #expect(words.contains("PermanentRedirect"))
        #expect(world.results.count < 40)
        #expect(world.results.allSatisfy { $0.attempt == nil && $0.isRetryable })
    }

    @Test("resets that bring bytes are the network's, cost no try and end no run")
    func resets() {
        let video = ScriptedWorld.video(size: 6 << 20)
        let world = ScriptedWorld { .video(video, $0, cutAt: Int($0.offset) + 1_500_000) }
        world.settings.retry.quickRetries = 0
        for number in 1...24 { world.add("\(number).mp4") }
        #expect(world.run() == .complete(failures: 24))
        #expect(world.results.allSatisfy { $0.attempt == nil && $0.isRetryable })
    }

    @Test("one object that answers 500 while others are served is the record's own fault")
    func ownFault() {
        let world = ScriptedWorld { $0.path == "3.mp4" ? .status(500) : .video(Self.video, $0) }
        world.settings.retry.quickRetries = 0
        for number in 1...20 { world.add("\(number).mp4") }
        world.run()
        #expect(world.result(of: "3.mp4")?.owner == "record" || world.result(of: "3.mp4")?.attempt == nil)
        #expect(world.results.filter { $0.status == "success" }.count == 19)
    }
}

/// What the simulator found, as the smallest worlds that showed it.
@Suite struct FoundBySimulationTests {
    private static let video = ScriptedWorld.video(size: 5000)

    @Test("one host that asks for a pause longer than --patience does not end what others serve")
    func longRetryAfter() {
        let world = ScriptedWorld {
            $0.origin == "http://busy" ? .status(503, headers: ["Retry-After: 7200"]) : .video(Self.video, $0)
        }
        world.settings.parallel = 1
        world.add("1.mp4", host: "http://busy")
        world.add("2.mp4", host: "http://alive")
        #expect(world.run() == .complete(failures: 1))
        #expect(world.result(of: "2.mp4")?.status == "success")
        #expect(world.result(of: "1.mp4")?.attempt == nil)
    }

    @Test("a host that cuts each answer of three records pays, and not they")
    func cutAnswers() {
        let world = ScriptedWorld { .video(Self.video, $0, cutAt: 2000) }
        for number in 1...3 { world.add("\(number).mp4") }
        world.run()
        #expect(world.results.allSatisfy { $0.owner == "host" && $0.attempt == nil })
    }

    @Test("a probe does not ask for what is known to fail")
    func probes() {
        let world = ScriptedWorld { $0.path.hasPrefix("bad") ? .status(500) : .video(Self.video, $0) }
        world.settings.parallel = 1
        world.settings.retry.quickRetries = 0
        for number in 1...5 { world.add("bad\(number).mp4") }
        world.add("good.mp4")
        world.run()
        #expect(world.result(of: "good.mp4")?.status == "success")
    }
}
