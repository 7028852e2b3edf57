import Glibc
import POSIX
import Records
import TestSupport
import Testing

@testable import Transfer

/// What ends a run before its lines do, in a scripted world.
@Suite struct RunStopTests {
    private static let video = ScriptedWorld.video()

    /// A world of ten records, each of which takes ten seconds.
    private static func world(parallel: Int = 4) -> ScriptedWorld {
        let world = ScriptedWorld { Sample.slow(10, video, $0) }
        world.settings.parallel = parallel
        for number in 1...10 { world.add("\(number).mp4") }
        return world
    }

    private static func statuses(_ world: ScriptedWorld) -> [String: Int] {
        Dictionary(grouping: world.results) { $0.error ?? $0.status }.mapValues(\.count)
    }

    // MARK: - Signals

    @Test("a signal interrupts what runs, and takes no more lines", arguments: [SIGINT, SIGTERM, SIGHUP])
    func signal(signal: Int32) {
        let world = Self.world()
        world.send(signal, after: 15)
        #expect(world.run() == .signal(signal))
        #expect(Self.statuses(world) == ["success": 4, "interrupted": 4])
    }

    @Test("a signal ends the run at once")
    func promptly() {
        let world = Self.world()
        world.send(SIGTERM, after: 15.25)
        world.run()
        #expect(world.clock.monotonic == 1015.25)
    }

    @Test("what a signal interrupts costs no attempt, and may go on at once")
    func interrupted() {
        let world = Self.world(parallel: 1)
        world.send(SIGTERM, after: 5)
        world.run()
        let result = world.result(of: "1.mp4")
        #expect(result?.attempt == nil)
        #expect(result?.owner == "process")
        #expect(result?.retryAt == 1_800_001_005)
    }

    @Test("of two signals that come together the first one counts")
    func twoSignals() {
        let world = Self.world()
        world.send(SIGINT, after: 5)
        world.send(SIGTERM, after: 5.3)
        #expect(world.run() == .signal(SIGINT))
        #expect(world.results.count == 4)
    }

    @Test("a signal interrupts what waits for a quick retry")
    func whileWaiting() {
        let world = ScriptedWorld { _ in .status(429, headers: ["Retry-After: 9"]) }
        world.add("a.mp4")
        world.send(SIGTERM, after: 3)
        #expect(world.run() == .signal(SIGTERM))
        #expect(world.result(of: "a.mp4")?.error == "interrupted")
    }

    @Test("a signal interrupts the lines that are kept for a host that is down")
    func whileDeferred() {
        let world = ScriptedWorld { _ in .refused }
        world.settings.retry.quickRetries = 0
        for number in 1...10 { world.add("\(number).mp4") }
        world.send(SIGTERM, after: 2)
        #expect(world.run() == .signal(SIGTERM))
        #expect(Self.statuses(world) == ["connect": 4, "interrupted": 6])
    }

    @Test("SIGUSR1 lets what runs come to its end, and takes no more lines")
    func finish() {
        let world = Self.world()
        world.send(SIGUSR1, after: 5)
        #expect(world.run() == .complete(failures: 0))
        #expect(Self.statuses(world) == ["success": 4])
        #expect(world.notices == ["told to finish (SIGUSR1): no more lines are taken"])
    }

    @Test("after SIGUSR1 another signal still stops the run")
    func finishThenStop() {
        let world = Self.world()
        world.send(SIGUSR1, after: 5)
        world.send(SIGTERM, after: 6)
        #expect(world.run() == .signal(SIGTERM))
        #expect(Self.statuses(world) == ["interrupted": 4])
    }

    @Test("the run after a stopped one fetches the rest")
    func nextRun() {
        let world = Self.world()
        world.send(SIGTERM, after: 15)
        world.run()
        for number in 1...10 { world.add("\(number).mp4") }
        #expect(world.run() == .complete(failures: 0))
        #expect(world.disk.files == (1...10).map { "\($0).mp4" }.sorted())
    }

    // MARK: - Input and output

    @Test("when the results' reader leaves, the run ends")
    func readerLeft() {
        let world = Self.world()
        world.network.onTime = { if $0 >= 1015 { world.sinkError = SystemError("cannot write", code: EPIPE) } }
        #expect(world.run() == .readerLeft)
        #expect(world.clock.monotonic == 1020)
        #expect(world.results.count == 4)
    }

    @Test("results that cannot be written end the run as broken")
    func sinkFull() {
        let world = Self.world()
        let full = SystemError("cannot write", code: ENOSPC)
        world.sinkError = full
        #expect(world.run() == .broken(full))
        #expect(world.network.requests.count == 8)
    }

    @Test("a file whose result could not be written is there for the next run")
    func unreported() {
        let world = Self.world(parallel: 1)
        world.sinkError = SystemError("cannot write", code: EPIPE)
        world.run()
        world.sinkError = nil
        world.add("1.mp4")
        world.run()
        #expect(world.result(of: "1.mp4")?.status == "skipped")
    }

    @Test("an input that fails ends the run as broken, and interrupts what runs")
    func inputFails() {
        let world = ScriptedWorld { Sample.slow(10, Self.video, $0) }
        for number in 1...2 { world.add("\(number).mp4") }
        world.inputError = SystemError("cannot read", code: EIO)
        #expect(world.run() == .broken(SystemError("cannot read", code: EIO)))
        #expect(Self.statuses(world) == ["interrupted": 2])
    }

    @Test("lines that come late are waited for")
    func lateLines() {
        let world = ScriptedWorld { .video(Self.video, $0) }
        world.add("1.mp4")
        world.add("2.mp4", after: 100)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.map(\.time) == [1000, 1100])
    }

    // MARK: - Quotas

    @Test("--max-files: no more files are begun than may come")
    func maxFiles() {
        let world = Self.world()
        world.settings.quota = Quota(files: 3)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.count == 3)
        #expect(world.notices == ["3 files are fetched (--max-files): no more lines are taken"])
    }

    @Test("--max-files counts files that came: a failure makes room for another")
    func maxFilesFailures() {
        let world = ScriptedWorld { $0.path == "1.mp4" ? .status(404) : .video(Self.video, $0) }
        world.settings.quota = Quota(files: 2)
        for number in 1...10 { world.add("\(number).mp4") }
        #expect(world.run() == .complete(failures: 1))
        #expect(Self.statuses(world) == ["not_found": 1, "success": 2])
    }

    @Test("--max-bytes: what runs when it is reached comes to its end")
    func maxBytes() {
        let world = Self.world(parallel: 2)
        world.settings.quota = Quota(bytes: ByteCount(10_000))
        #expect(world.run() == .complete(failures: 0))
        #expect(Self.statuses(world) == ["success": 4])
    }

    @Test("--until: what runs at that time comes to its end")
    func until() {
        let world = Self.world(parallel: 1)
        world.settings.quota = Quota(until: 1_800_001_025)
        #expect(world.run() == .complete(failures: 0))
        #expect(Self.statuses(world) == ["success": 3])
        #expect(world.notices == ["the time of --until has come: no more lines are taken"])
    }
}
