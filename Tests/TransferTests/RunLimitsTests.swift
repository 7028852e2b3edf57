import Foundation
import POSIX
import TestSupport
import Testing

@testable import Transfer

/// Limits that change while a run goes on, in a scripted world.
@Suite struct RunLimitsTests {
    private static let video = ScriptedWorld.video()

    /// A world of so many records, each of which takes ten seconds.
    private static func slow(_ count: Int) -> ScriptedWorld {
        let world = ScriptedWorld { Sample.slow(10, video, $0) }
        world.settings.followsLimits = true
        for number in 0..<count { world.add("\(number).mp4") }
        return world
    }

    /// The limits that are told at these times, in seconds from the start.
    private static func tell(_ world: ScriptedWorld, _ told: [(time: Double, text: String)]) {
        var left = told
        world.newLimits = {
            guard let first = left.first, world.clock.monotonic - 1000 >= first.time else { return nil }
            return left.removeFirst().text
        }
    }

    private static func starts(_ world: ScriptedWorld) -> [Double] { world.network.requests.map { $0.time - 1000 } }

    @Test("fewer at one time: what runs is completed, and nothing begins until there are fewer")
    func fewer() {
        let world = Self.slow(8)
        Self.tell(world, [(5, "jobs = 1\n")])
        world.run()
        #expect(Self.starts(world) == [0, 0, 0, 0, 10, 20, 30, 40])
        #expect(world.notices.contains("from now on 1 transfers at one time at most"))
    }

    @Test("more at one time: they begin within a second")
    func more() {
        let world = Self.slow(8)
        Self.tell(world, [(5, "jobs = 8\n")])
        world.run()
        #expect(Self.starts(world).prefix(4) == [0, 0, 0, 0])
        #expect(Self.starts(world).dropFirst(4).allSatisfy { (5...6).contains($0) })
        #expect(world.network.mostAtOnce == 8)
    }

    @Test("when the limits are taken back, those of the options hold again")
    func reset() {
        let world = Self.slow(8)
        Self.tell(world, [(0, "jobs = 1\n"), (25, "")])
        world.run()
        #expect(world.network.mostAtOnce == 4)
        #expect(Self.starts(world).prefix(3) == [0, 10, 20])
        #expect((25...26).contains(Self.starts(world)[3]))
    }

    @Test("another pace holds for the next start")
    func pace() {
        let world = Self.slow(4)
        world.settings.startsPerSecond = 0.1
        Self.tell(world, [(5, "requests-per-second = 1\n")])
        world.run()
        let starts = Self.starts(world)
        #expect(starts[0] == 0 && (5...6).contains(starts[1]))
        #expect(starts[2] == starts[1] + 1 && starts[3] == starts[1] + 2)
    }

    @Test("a rate that is told while a run goes on is kept, and one that is taken back is not")
    func rate() {
        let world = ScriptedWorld { .video(ScriptedWorld.video(size: 5000), $0) }
        world.settings.followsLimits = true
        world.settings.parallel = 1
        for number in 0..<8 { world.add("\(number).mp4", after: 1) }
        Self.tell(world, [(0, "rate-limit = 5000\n"), (4, "")])
        world.run()
        // Four files in four seconds, then the rest at once.
        #expect((1004...1005.1).contains(world.clock.monotonic), "\(world.clock.monotonic)")
        #expect(world.results.count == 8)
    }

    @Test(
        "what is not a limit is told, and changes nothing",
        arguments: ["jobs = 0\n", "jobs\n", "rate = 5M\n", "rate-limit = x\n"])
    func refused(text: String) {
        let world = Self.slow(8)
        Self.tell(world, [(5, text)])
        world.run()
        #expect(
            world.notices.count { $0.hasPrefix("--limits: ") && $0.hasSuffix(": the limits stay as they are") } == 1)
        #expect(Self.starts(world) == [0, 0, 0, 0, 10, 10, 10, 10])
    }

    @Test("a timetable changes the rate at its time, within a second")
    func hour() throws {
        let world = ScriptedWorld { .video(ScriptedWorld.video(size: 5000), $0) }
        world.settings.parallel = 1
        world.settings.rateLimit = try RateTimetable("10:00 5000, 10:01 off")
        // A minute of this world is four seconds.
        world.wallTime = { unix in WallTime(weekday: 2, minute: 600 + Int(unix - 1_800_001_000) / 4) }
        for number in 0..<10 { world.add("\(number).mp4") }
        world.run()
        #expect((1003.9...1005.1).contains(world.clock.monotonic), "\(world.clock.monotonic)")
        #expect(world.notices == ["from now on any number of bytes a second"])
    }

    @Test("an origin that was slowed down stays so under a higher ceiling, and others follow it")
    func gates() {
        var gates = HostGates(ceiling: 4)
        gates["a"].began()
        gates["a"].ended()
        gates["a"].throttle(triedAt: 1, retryAfter: nil, spread: 0, at: 2)
        gates["b"].began()
        gates.change(ceiling: 8)
        #expect(gates["a"].limit < 4 && gates["b"].limit == 8)
        gates.change(ceiling: 1)
        #expect(gates["a"].limit == 1 && gates["b"].limit == 1)
    }

    @Test("the file of --limits is news when it is another one, and when it is gone")
    func file() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/limits"
        let file = LimitsFile(path)
        #expect(file.news() == nil)
        try folder.write("jobs = 3\n", to: "limits")
        #expect(file.news() == "jobs = 3\n")
        #expect(file.news() == nil)
        try FileManager.default.removeItem(at: folder.file("limits"))
        #expect(file.news() == "" && file.news() == nil)
    }
}
