import Curl
import TestSupport
import Testing

@testable import Transfer

/// When a record is tried again within a run, and when it is given back, in a scripted world.
@Suite struct RunRetryTests {
    private static let video = ScriptedWorld.video()

    /// A world that answers like this until the request of this number, which brings the video.
    private static func world(_ steps: [ScriptedStep], until number: Int = .max) -> ScriptedWorld {
        let world = ScriptedWorld { $0.number < number ? steps : .video(video, $0) }
        world.add("a.mp4")
        return world
    }

    private static func times(_ world: ScriptedWorld) -> [Double] { world.network.requests.map { $0.time - 1000 } }

    @Test("quick retries wait for a random part of a delay that doubles")
    func quickRetries() {
        let world = Self.world(.status(500), until: 3)
        #expect(world.run() == .complete(failures: 0))
        #expect(Self.times(world) == [0, 0.5, 1.5])
    }

    @Test("all quick retries are one attempt")
    func oneAttempt() {
        let world = Self.world(.status(500), until: 3)
        world.run()
        #expect(world.result(of: "a.mp4")?.attempt == 1)
    }

    @Test("each retry uses a fresh connection, the first try need not")
    func freshConnections() {
        let world = Self.world(.status(500), until: 3)
        world.run()
        #expect(world.network.requests.map(\.isOnFreshConnection) == [false, true, true])
    }

    @Test(
        "after the last quick retry the record comes back with its backoff", arguments: [(0, 30.0), (2, 120), (9, 600)])
    func backoff(attempts: Int, seconds: Double) {
        let world = ScriptedWorld { _ in .status(500) }
        world.add("a.mp4", fields: #""attempt":\#(attempts)"#)
        #expect(world.run() == .complete(failures: 1))
        #expect(world.result(of: "a.mp4")?.retryAt == 1_800_001_001.5 + seconds)
    }

    @Test("without a retry the first failure is the last", arguments: [404, 400])
    func notPassing(status: Int) {
        let world = Self.world(.status(status))
        #expect(world.run() == .complete(failures: 1))
        #expect(Self.times(world) == [0])
        #expect(world.result(of: "a.mp4")?.isRetryable == false)
    }

    @Test("Retry-After up to 10 s is waited for", arguments: [429, 503])
    func shortRetryAfter(status: Int) {
        let world = Self.world(.status(status, headers: ["Retry-After: 7"]), until: 2)
        #expect(world.run() == .complete(failures: 0))
        #expect(Self.times(world) == [0, 7])
    }

    @Test("Retry-After beyond 10 s gives the record back, for as long as the origin says")
    func longRetryAfter() {
        let world = Self.world(.status(503, headers: ["Retry-After: 45"]))
        #expect(world.run() == .complete(failures: 1))
        #expect(Self.times(world) == [0])
        #expect(world.result(of: "a.mp4")?.error == "rate_limited")
        // A multiple of 30 s, so that others come back with it.
        #expect(world.result(of: "a.mp4")?.retryAt == 1_800_001_050)
    }

    @Test("Retry-After as a date counts from the origin's own clock")
    func retryAfterDate() {
        let dates = ["Date: Fri, 15 Jan 2027 08:00:00 GMT", "Retry-After: Fri, 15 Jan 2027 08:00:04 GMT"]
        let world = Self.world(.status(429, headers: dates), until: 2)
        world.run()
        #expect(Self.times(world) == [0, 4])
    }

    @Test("a wish for more than --patience ends the run")
    func beyondPatience() {
        let world = Self.world(.status(429, headers: ["Retry-After: 7200"]))
        #expect(
            world.run()
                == .hopeless("'http://origin' asks for a pause of 7200 s, which is longer than --patience"))
    }

    @Test("a limit costs no attempt, and says who asked for it")
    func limitIsFree() {
        let world = Self.world(.status(429, headers: ["Retry-After: 45"]))
        world.run()
        let result = world.result(of: "a.mp4")
        #expect(result?.attempt == nil)
        #expect(result?.owner == "host")
        #expect(result?.evidence == "it limits how much it is asked for")
    }

    @Test("a stalled answer ends after the stall limit, and is tried again")
    func stalled() {
        let head: ScriptedStep = .head(["HTTP/1.1 200 OK", "Content-Length: 4096"])
        let world = Self.world([head, .hang], until: 2)
        #expect(world.run() == .complete(failures: 0))
        #expect(Self.times(world) == [0, 30.5])
    }

    @Test("--max-time counts over all quick retries")
    func wholeTime() {
        let head: ScriptedStep = .head(["HTTP/1.1 200 OK", "Content-Length: 4096"])
        let world = Self.world([head, .hang])
        world.settings.transfer.wholeTimeout = 45
        #expect(world.run() == .complete(failures: 1))
        #expect(Self.times(world) == [0, 30.5])
        #expect(world.result(of: "a.mp4")?.error == "timeout")
        #expect(world.result(of: "a.mp4")?.message == "not complete after 45 s")
        #expect(world.result(of: "a.mp4")?.finishedAt == 1_800_001_045)
    }

    @Test("a URL that expires before the quick retry would come gets none")
    func expiresBeforeRetry() {
        let world = ScriptedWorld { _ in .status(500) }
        world.settings.minValidity = 0
        world.add("a.mp4", fields: #""expires_at":1800001000.4"#)
        world.run()
        #expect(Self.times(world) == [0])
    }

    @Test("a URL that expires while its record waits for its start is not asked for")
    func expiresWhileWaiting() {
        let world = ScriptedWorld { .video(Self.video, $0) }
        world.settings.jitter = 100
        world.add("a.mp4", fields: #""expires_at":1800001100"#)
        #expect(world.run() == .complete(failures: 1))
        #expect(world.network.requests.isEmpty)
        #expect(world.result(of: "a.mp4")?.message == "the URL expires in 50 s: sign the record again")
    }

    @Test("a URL that has expired already is not asked for, and costs no attempt")
    func expired() {
        let world = ScriptedWorld { .video(Self.video, $0) }
        world.add("a.mp4", fields: #""expires_at":1800000900"#)
        #expect(world.run() == .complete(failures: 1))
        #expect(world.network.requests.isEmpty)
        #expect(world.result(of: "a.mp4")?.message == "the URL expired 100 s ago: sign the record again")
        #expect(world.result(of: "a.mp4")?.attempt == nil)
    }

    @Test(
        "a refusal is worth one new signature: the second one is the record's end", arguments: [(0, true), (1, false)])
    func refusal(attempts: Int, isRetryable: Bool) {
        let world = ScriptedWorld { _ in .status(403) }
        world.add("a.mp4", fields: #""attempt":\#(attempts)"#)
        world.run()
        #expect(world.result(of: "a.mp4")?.attempt == attempts + 1)
        #expect(world.result(of: "a.mp4")?.isRetryable == isRetryable)
    }

    @Test("a redirect on the same host is followed within the try")
    func redirect() {
        let world = ScriptedWorld { request in
            guard request.path == "a.mp4" else { return .video(Self.video, request) }
            let head = ["HTTP/1.1 302 Found", "Content-Length: 0", "Location: /b.mp4"]
            return [.head(head), .redirect("http://origin/b.mp4"), .end]
        }
        world.add("a.mp4")
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.map(\.path) == ["a.mp4", "b.mp4"])
        #expect(world.disk["a.mp4"] == Self.video)
    }

    @Test("the eleventh redirect in a row is not followed")
    func redirectLoop() {
        let head = ["HTTP/1.1 302 Found", "Content-Length: 0", "Location: /a.mp4"]
        let world = Self.world([.head(head), .redirect("http://origin/a.mp4"), .end])
        world.run()
        #expect(world.network.requests.count == 11)
        #expect(world.result(of: "a.mp4")?.message == "the origin redirected 10 times, and again")
    }
}
