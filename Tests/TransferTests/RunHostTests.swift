import Curl
import TestSupport
import Testing

@testable import Transfer

/// Hosts that go and come back, the way to them, and the key, over one run and over several, in a scripted world.
@Suite struct RunHostTests {
    private static let video = ScriptedWorld.video()

    /// A world without quick retries.
    private static func world(
        _ count: Int, host: String = "http://origin", _ script: @escaping (ScriptedRequest) -> [ScriptedStep]
    ) -> ScriptedWorld {
        let world = ScriptedWorld(script)
        world.settings.retry.quickRetries = 0
        for number in 1...count { world.add("c/\(number).mp4", host: host) }
        return world
    }

    private static func starts(_ world: ScriptedWorld) -> [Double] { world.network.requests.map { $0.time - 1000 } }

    @Test("a host that is down is probed by one request after 5 s, then twice as long each time, a minute at most")
    func probes() {
        let world = Self.world(10) { _ in .refused }
        world.settings.patience = 300
        world.run()
        #expect(Self.starts(world) == [0, 0, 0, 0, 5, 15, 35, 75, 135, 195])
    }

    @Test("a probe that is served opens the host for all")
    func probeServes() {
        let world = Self.world(10) { $0.time < 1010 ? .refused : Sample.slow(1, Self.video, $0) }
        #expect(world.run() == .complete(failures: 5))
        #expect(Self.starts(world) == [0, 0, 0, 0, 5, 15, 16, 16, 16, 16])
    }

    @Test("records that wait for a quick retry at a host that is condemned come back at once")
    func givenBack() {
        let world = Self.world(8) { $0.number <= 3 ? .refused : Sample.slow(0.2, Self.video, $0) }
        world.settings.retry.quickRetries = 1
        world.run()
        #expect(world.results.allSatisfy { $0.owner != "record" })
    }

    @Test("where another host serves, records of one that is down come back as they came")
    func notTried() {
        let world = Self.world(10, host: "http://dead") {
            $0.origin == "http://dead" ? .refused : .video(Self.video, $0)
        }
        world.add("a.mp4")
        #expect(world.run() == .complete(failures: 10))
        #expect(world.result(of: "c/10.mp4")?.message == "not tried: 'dead' does not serve")
        #expect(world.result(of: "c/10.mp4")?.attempt == nil)
        #expect(world.network.requests.count { $0.origin == "http://dead" } == 4)
    }

    @Test("no more than 1000 lines are kept for hosts that are down")
    func keptLines() {
        let world = Self.world(1100) { _ in .refused }
        world.send(15, after: 1)
        world.run()
        #expect(world.results.count == 1004)
    }

    @Test("where a next run follows, records of a host that is down come back after a minute")
    func heldForAMinute() {
        let world = Self.world(10) { _ in .refused }
        world.settings.hasNextRun = true
        #expect(world.run() == .complete(failures: 10))
        #expect(Self.starts(world) == [0, 0, 0, 0, 5, 15, 35])
        #expect(world.result(of: "c/10.mp4")?.attempt == nil)
    }

    @Test("1000 records of a dead host make room, after a minute, for those behind them")
    func behindAThousand() {
        let world = Self.world(1100, host: "http://dead") {
            $0.origin == "http://dead" ? .refused : .video(Self.video, $0)
        }
        world.add("a.mp4")
        #expect(world.run() == .complete(failures: 1100))
        #expect(world.result(of: "a.mp4")?.status == "success")
    }

    @Test("a probe is not one of the records that failed before, as long as there are others")
    func probesOfOthers() {
        let world = Self.world(10) { $0.path.hasSuffix("/10.mp4") ? .video(Self.video, $0) : .status(500) }
        world.settings.parallel = 1
        world.settings.patience = 3600
        #expect(world.run() == .complete(failures: 9))
    }

    @Test("a run's first probe is of a record that has not failed before, though its line comes last")
    func firstProbe() {
        let world = Self.world(3) { $0.path.hasSuffix("/4.mp4") ? .video(Self.video, $0) : .status(500) }
        (world.settings.parallel, world.settings.hasNextRun) = (1, true)
        world.run()
        #expect(world.evidence.hosts["http://origin"]?.isCondemned == true)
        let before = world.network.requests.count
        for number in 1...4 { world.add("c/\(number).mp4") }
        world.run()
        #expect(world.network.requests[before].path == "c/4.mp4")
    }

    @Test("a broken object's answer does not clear a host that fails for others too")
    func chargedDoesNotClear() {
        let world = Self.world(2) { _ in .status(500) }
        world.settings.hasNextRun = true
        world.run()
        for path in ["c/1.mp4", "c/2.mp4", "c/3.mp4"] {
            world.add(path)
            world.run()
        }
        #expect(world.evidence.hosts["http://origin"]?.isCondemned == true)
    }

    @Test("the next run begins with what the last one learnt: a dead host gets one probe")
    func nextRun() {
        let world = Self.world(4) { _ in .refused }
        world.run()
        for number in 5...9 { world.add("c/\(number).mp4") }
        world.run()
        #expect(Self.starts(world) == [0, 0, 0, 0, 1, 6, 16, 36, 76])
    }

    @Test("a host that is back serves the next run at once")
    func backInNextRun() {
        let world = Self.world(4) { $0.number <= 4 ? .refused : Sample.slow(1, Self.video, $0) }
        world.run()
        for number in 1...4 { world.add("c/\(number).mp4") }
        #expect(world.run() == .complete(failures: 0))
        #expect(Self.starts(world) == [0, 0, 0, 0, 1, 2, 2, 2])
    }

    @Test("a run that knows nothing asks with all its places")
    func forgotten() {
        let world = Self.world(4) { _ in .refused }
        world.run()
        world.evidence = Evidence()
        for number in 1...4 { world.add("c/\(number).mp4") }
        world.run()
        #expect(world.network.requests.count { $0.time == 1000 } == 8)
    }

    @Test("tries that end together are not alone: the last records of a host that fails do not pay for it")
    func togetherAtTheEnd() {
        let world = Self.world(4) { _ in .status(500) }
        #expect(world.run() == .complete(failures: 4))
        #expect(world.results.map(\.owner) == ["host", "host", "host", "host"])
        #expect(world.results.map(\.attempt) == [nil, nil, nil, nil])
    }

    @Test("a record that fails run after run at a host that serves nobody else pays once")
    func alone() {
        let world = Self.world(1) { _ in .status(500) }
        for attempt in 1...3 {
            if attempt > 1 { world.add("c/1.mp4", fields: #""attempt":\#(attempt - 1)"#) }
            world.run()
            #expect(world.result(of: "c/1.mp4")?.attempt == attempt)
        }
    }

    @Test("what is for a host that asked to slow down is kept as a line, and takes no place from others")
    func slowedDown() {
        let world = Self.world(1) {
            $0.origin == "http://slow" ? .status(429, headers: ["Retry-After: 5"]) : .video(Self.video, $0)
        }
        for number in 1...30 { world.add("slow/\(number).mp4", host: "http://slow") }
        world.add("a.mp4")
        world.run()
        #expect(world.network.requests.first { $0.path == "a.mp4" }?.time == 1000)
    }

    @Test("while the way is blocked a request is a probe, and has no quick retries")
    func probesOfTheWay() {
        let world = Self.world(4) { $0.time < 1004 ? .status(511) : [.fail(CurlFailure(.broken), wasConnected: true)] }
        world.settings.retry.quickRetries = 2
        (world.settings.parallel, world.settings.patience) = (1, 60)
        world.run()
        let paths = world.network.requests.filter { $0.time > 1004 }.map(\.path)
        #expect(!paths.isEmpty && Set(paths).count == paths.count)
    }

    @Test("whatever answers in place of what blocked the way frees it, be it a page that may be anybody's")
    func pageAfterBlock() {
        let page = [ScriptedStep].status(404, headers: ["Content-Type: text/html"], body: "<html>no</html>")
        let world = Self.world(2) {
            $0.time < 1004 ? .status(511) : $0.origin == "http://a" ? page : .video(Self.video, $0)
        }
        world.add("a/1.mp4", host: "http://a")
        for number in 3...9 { world.add("c/\(number).mp4") }
        world.settings.parallel = 1
        world.run()
        #expect(!world.evidence.way.isCondemned)
        #expect(world.clock.monotonic < 1020)
    }

    @Test("a record that has lost a try tells nothing new of its host: its answer does not clear it")
    func knownAnswer() {
        let world = Self.world(3) { $0.path == "a.mp4" ? .status(404) : .status(500) }
        world.settings.hasNextRun = true
        world.run()
        world.add("a.mp4", fields: #""attempt":1"#)
        world.run()
        #expect(world.evidence.hosts["http://origin"]?.isCondemned == true)
        world.add("a.mp4")
        world.run()
        #expect(world.evidence.hosts["http://origin"]?.isCondemned == false)
    }

    @Test("patience begins with the job: what failed before it does not end it")
    func began() {
        let world = Self.world(3) { _ in .refused }
        world.settings.patience = 100
        world.settings.hasNextRun = true
        world.run()
        world.clock.advance(by: 1000)
        for began in [nil, world.clock.now] {
            world.settings.began = began
            for number in 1...3 { world.add("c/\(number).mp4") }
            let end = world.run()
            if began == nil { #expect(end != .complete(failures: 3)) } else { #expect(end == .complete(failures: 3)) }
        }
    }

    @Test("what waits for a quick retry at a host that asks for a long pause comes back, and holds up no next run")
    func longPause() {
        let world = Self.world(3) {
            $0.number == 1 ? .refused : .status(503, headers: $0.number == 4 ? ["Retry-After: 5000"] : [])
        }
        (world.settings.retry.quickRetries, world.settings.parallel, world.settings.hasNextRun) = (2, 1, true)
        world.run()
        #expect(world.clock.monotonic < 1100)
        #expect(world.results.count == 3)
        let asked = Set(world.network.requests.map(\.path)).count
        #expect(asked == 2)
        #expect(world.evidence.hosts["http://origin"]?.records.count == asked, "what they met counts")
    }

    @Test("a clock that is set makes no evidence older")
    func clockIsSet() {
        let world = Self.world(3) { _ in .status(500) }
        world.network.onTime = { [clock = world.clock] _ in clock.offset += 90_000 }
        world.run()
        let host = world.evidence.hosts["http://origin"]
        #expect(host?.isCondemned == true)
        #expect((host?.failedAt).map { $0 <= world.clock.now && $0 > world.clock.now - 60 } == true)
    }

    @Test("a host that answers 404 is there: its other records are not held back")
    func notFound() {
        let world = Self.world(20) { _ in .status(404) }
        #expect(world.run() == .complete(failures: 20))
        #expect(world.clock.monotonic == 1000)
        #expect(world.results.allSatisfy { $0.owner == "record" && $0.attempt == 1 })
    }

    @Test("a proxy that wants a password blocks the way: one request asks again, and after --patience the run ends")
    func proxy() {
        let world = Self.world(50) { _ in .status(407) }
        world.settings.patience = 100
        guard case .hopeless(let words) = world.run() else {
            Issue.record("the run should have ended as hopeless")
            return
        }
        #expect(words.hasPrefix("something on the way to the origin has answered in its place for 100 s"))
        #expect(Self.starts(world) == [0, 0, 0, 0, 5, 15, 35, 75])
        #expect(world.results.allSatisfy { $0.attempt == nil && $0.isRetryable })
    }

    @Test("a way that is open again is used by all")
    func wayOpens() {
        let world = Self.world(10) { $0.time < 1004 ? .status(511) : Sample.slow(1, Self.video, $0) }
        #expect(world.run() == .complete(failures: 4))
        #expect(Self.starts(world) == [0, 0, 0, 0, 5, 6, 6, 6, 6, 7])
    }

    @Test("a key that opens nothing ends the run, and costs nothing")
    func refusedKey() {
        let world = Self.world(100) { _ in .status(403, body: "<Error><Code>InvalidKey</Code></Error>") }
        guard case .hopeless(let words) = world.run() else {
            Issue.record("the run should have ended as hopeless")
            return
        }
        #expect(words.hasPrefix("20 URLs in a row were refused"))
        #expect(world.results.count == 20)
        #expect(world.results.allSatisfy { $0.attempt == nil && $0.isRetryable })
    }

    @Test("a host that is not allowed is never asked")
    func notAllowed() {
        let world = Self.world(1) { .video(Self.video, $0) }
        world.settings.hosts = HostPolicy(allowed: ["other.example.org"])
        #expect(world.run() == .complete(failures: 1))
        #expect(world.network.requests.isEmpty)
        #expect(world.result(of: "c/1.mp4")?.message == "host 'origin' is not one of --allow-host")
    }

    @Test("a clock that is off by more than half a minute is reported once")
    func skew() {
        let world = Self.world(5) { .video(Self.video, $0, headers: ["Date: Fri, 15 Jan 2027 08:18:00 GMT"]) }
        world.run()
        #expect(world.notices.map { $0.prefix(43) } == ["the clock is 80 s behind the origin's: sign"])
    }

    @Test("the same world twice writes the same results, byte for byte")
    func deterministic() {
        func lines() -> [String] {
            var generator = SeededGenerator(seed: 7)
            let world = Self.world(60) { request in
                switch request.number % 7 {
                case 0: .status(500)
                case 3: .refused
                case 5: .status(429, headers: ["Retry-After: 3"])
                default: Sample.slow(Double(request.number % 5), Self.video, request)
                }
            }
            world.random = { Double.random(in: 0..<1, using: &generator) }
            world.settings.retry.quickRetries = 2
            world.settings.jitter = 3
            world.run()
            return world.results.map(\.line)
        }
        let first = lines()
        #expect(first.count == 60)
        #expect(lines() == first)
    }
}
