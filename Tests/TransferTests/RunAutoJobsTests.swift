import POSIX
import Records
import TestSupport
import Testing

@testable import Transfer

/// Runs with `-j auto`, in a scripted world.
@Suite struct RunAutoJobsTests {
    /// A world in which each file comes evenly, in pieces, so that its bytes take so many seconds.
    private static func world(_ count: Int, seconds: Double = 1) -> ScriptedWorld {
        let video = ScriptedWorld.video(size: 40_000)
        let world = ScriptedWorld { request in Self.slowly(video, seconds) }
        (world.settings.parallel, world.settings.isAuto) = (10, true)
        for number in 0..<count { world.add("\(number).mp4") }
        return world
    }

    private static func slowly(_ video: [UInt8], _ seconds: Double) -> [ScriptedStep] {
        let pieces = stride(from: 0, to: video.count, by: 2000).map { video[$0..<min($0 + 2000, video.count)] }
        let head = ScriptedStep.head(["HTTP/1.1 200 OK", "Content-Length: \(video.count)", "ETag: \"v1\""])
        return [head] + pieces.flatMap { [.wait(seconds / Double(pieces.count)), .body([UInt8]($0))] } + [.end]
    }

    @Test("where each connection is limited, a run begins with four and comes to --jobs-most")
    func rises() {
        let world = Self.world(300)
        world.run()
        #expect(world.network.requests.count { $0.time == 1000 } == 4)
        #expect(world.network.mostAtOnce == 10)
        #expect(world.results.count { $0.status == "success" } == 300)
        // Ten at a time would take 30 s, and four 75.
        #expect(world.clock.monotonic < 1036, "\(world.clock.monotonic)")
        #expect(world.decisions.contains { $0.hasPrefix("-j auto: tries 8 transfers, with 4 so far") })
        #expect(world.evidence.jobs?.number == 10)
        #expect(world.notices.isEmpty)
    }

    @Test("a slow input leaves the number as it is, and hands on none, as nothing was found out")
    func slowInput() {
        let world = Self.world(0)
        for number in 0..<60 { world.add("\(number).mp4", after: Double(number)) }
        world.run()
        #expect(!world.decisions.contains { $0.hasPrefix("-j auto") })
        #expect(world.evidence.jobs == nil)
    }

    @Test("a rate limit whose bytes come in large turns, and now and then in a small one, leaves the number as it is")
    func smallRate() {
        let world = ScriptedWorld { request in
            let video = ScriptedWorld.video(size: 40_000)
            let head = ScriptedStep.head(["HTTP/1.1 200 OK", "Content-Length: 40000", "ETag: \"v1\""])
            return [head, .body(Array(video[..<39_900])), .wait(1), .body(Array(video[39_900...])), .end]
        }
        (world.settings.parallel, world.settings.isAuto) = (10, true)
        world.settings.rateLimit = RateTimetable(bytesPerSecond: 8000)
        for number in 0..<60 { world.add("\(number).mp4") }
        world.run()
        #expect(world.results.count { $0.status == "success" } == 60)
        #expect(world.clock.monotonic > 1250)
        #expect(!world.decisions.contains { $0.hasPrefix("-j auto") })
    }

    @Test("an origin that says 503 is met with half as many at once, and no more of them later")
    func throttle() {
        var begun: [Double] = []
        let video = ScriptedWorld.video(size: 40_000)
        let world = ScriptedWorld { request in
            guard begun.count(where: { $0 > request.time - 0.99 }) < 6 else {
                return .status(503, headers: ["Retry-After: 1"])
            }
            begun.append(request.time)
            return Self.slowly(video, 1)
        }
        (world.settings.parallel, world.settings.isAuto) = (10, true)
        for number in 0..<150 { world.add("\(number).mp4") }
        world.run()
        let words = world.decisions.filter { $0.hasPrefix("-j auto: a host asked to slow down") }
        #expect(words.count == 1, "\(words)")
        #expect(world.results.count { $0.status == "success" } == 150)
        #expect((1...4).contains(world.evidence.jobs?.number ?? 0))
        #expect(world.evidence.jobs?.quietUntil != nil)
    }

    /// Runs it, and tells it these limits meanwhile. Returns how many transfers began within some of its seconds.
    private static func run(
        _ world: ScriptedWorld, told limits: [(time: Double, text: String)]
    ) -> (ClosedRange<Double>) -> Int {
        var limits = limits
        world.newLimits = {
            guard let first = limits.first, world.clock.monotonic - 1000 >= first.time else { return nil }
            return limits.removeFirst().text
        }
        world.run()
        return { seconds in world.network.requests.count { seconds.contains($0.time - 1000) } }
    }

    @Test("a run that is told 'auto' begins from the number that it has, and one that is told a number keeps it")
    func told() {
        let world = Self.world(150)
        (world.settings.parallel, world.settings.isAuto, world.settings.followsLimits) = (2, false, true)
        let starts = Self.run(world, told: [(5, "jobs = auto\n"), (15, "jobs = 3\n")])
        #expect(starts(1.5...4.5) == 6)
        #expect(world.network.mostAtOnce > 4)
        #expect(starts(18.5...21.5) == 9)
        #expect(world.notices.contains("from now on as many transfers at one time as bring most, 10 at most"))
        #expect(world.notices.contains("from now on 3 transfers at one time at most"))
    }

    @Test("a run that is told 'auto' begins with what it or an earlier one has found out, and is as quiet")
    func toldAgain() {
        let world = Self.world(300)
        (world.settings.parallel, world.settings.isAuto, world.settings.followsLimits) = (10, false, true)
        let quietUntil = world.clock.now + 600
        world.evidence.jobs = SettledJobs(number: 7, quietUntil: quietUntil)
        let starts = Self.run(world, told: [(5, "jobs = auto\n"), (15, "jobs = 3\n"), (25, "jobs = auto\n")])
        #expect(starts(1.5...4.5) == 30)
        #expect(starts(8.5...11.5) == 21)
        #expect(starts(18.5...21.5) == 9)
        #expect(starts(28.5...31.5) == 21)
        #expect(world.evidence.jobs == SettledJobs(number: 7, quietUntil: quietUntil))
    }

    @Test("the display is told the number of the moment")
    func shown() {
        final class Watcher: FetchObserver {
            let interval = 1.0
            var seen: [(jobs: Int?, isAuto: Bool)] = []
            func update(_ progress: FetchProgress) { seen.append((progress.jobs, progress.isAuto)) }
            func suspend() {}
            func goOn() {}
            func end() {}
        }
        let (world, watcher) = (Self.world(200), Watcher())
        world.observer = watcher
        world.run()
        #expect(watcher.seen.first?.jobs == 4)
        #expect(watcher.seen.contains { $0.jobs == 10 })
        #expect(watcher.seen.allSatisfy { $0.isAuto })
    }
}
