import TestSupport
import Testing

@testable import Transfer

/// How many transfers run at one time, and in which order they begin, in a scripted world.
@Suite struct RunPlacesTests {
    private static let video = ScriptedWorld.video()

    /// A world of so many records, each of which takes ten seconds.
    private static func world(_ count: Int, hosts: Int = 1) -> ScriptedWorld {
        let world = ScriptedWorld { Sample.slow(10, video, $0) }
        for number in 0..<count { world.add("\(number).mp4", host: "http://host\(number % hosts)") }
        return world
    }

    private static func starts(_ world: ScriptedWorld) -> [Double] { world.network.requests.map { $0.time - 1000 } }

    @Test("as many run at one time as there are places", arguments: [1, 3, 64])
    func parallel(places: Int) {
        let world = Self.world(20)
        world.settings.parallel = places
        world.run()
        #expect(world.network.mostAtOnce == min(places, 20))
    }

    @Test("a place that is free is taken at once")
    func freePlace() {
        let world = Self.world(6)
        world.run()
        #expect(Self.starts(world) == [0, 0, 0, 0, 10, 10])
        #expect(world.clock.monotonic == 1020)
    }

    @Test("what is known to be large has a connection of its own; what is small, or not known, has not")
    func ownConnections() {
        let large = ScriptedWorld.video(size: 2 << 20)
        let world = ScriptedWorld { .video($0.path < "d" ? large : Self.video, $0) }
        world.settings.parallel = 1
        world.add("a.mp4")
        world.add("b.mp4")
        world.add("c.mp4", fields: #""size":\#(large.count)"#)
        for name in ["d", "e", "f"] { world.add("\(name).mp4", fields: #""size":\#(Self.video.count)"#) }
        world.run()
        #expect(world.network.requests.map(\.hasOwnConnection) == [false, true, true, false, false, false])
    }

    @Test("records begin in the order of their lines")
    func order() {
        let world = Self.world(10)
        world.run()
        #expect(world.network.requests.map(\.path) == (0..<10).map { "\($0).mp4" })
    }

    @Test("--per-host holds each host by itself")
    func perHost() {
        let one = Self.world(10)
        let two = Self.world(10, hosts: 2)
        for world in [one, two] {
            (world.settings.parallel, world.settings.perHost) = (8, 2)
            world.run()
        }
        #expect(one.network.mostAtOnce == 2)
        #expect(two.network.mostAtOnce == 4)
    }

    @Test("no more lines are taken than twice the places, while those that run wait for a quick retry")
    func taken() {
        let world = ScriptedWorld { $0.number <= 8 ? .status(500) : .video(Self.video, $0) }
        for number in 0..<30 { world.add("\(number).mp4") }
        world.run()
        #expect(Self.starts(world).prefix { $0 == 0 }.count == 8)
    }

    @Test("lines that are not taken stay in the input")
    func untaken() {
        let world = Self.world(30)
        world.send(15, after: 5)
        world.run()
        #expect(world.results.count == 4)
    }

    @Test("--jitter: each first start waits for its own random time")
    func jitter() {
        let world = Self.world(3)
        world.settings.jitter = 8
        var numbers = [0.5, 0.125, 0.25].makeIterator()
        world.random = { numbers.next() ?? 0 }
        world.run()
        #expect(Self.starts(world) == [1, 2, 4])
        #expect(world.network.requests.map(\.path) == ["1.mp4", "2.mp4", "0.mp4"])
    }

    @Test("--requests-per-second: starts keep their distance")
    func pace() {
        let world = Self.world(5)
        world.settings.parallel = 64
        world.settings.startsPerSecond = 2
        world.run()
        #expect(Self.starts(world) == [0, 0.5, 1, 1.5, 2])
    }

    @Test("--rate-limit: three files of 5000 bytes at 10,000 bytes a second take a second and a half")
    func rate() {
        let world = ScriptedWorld { .video(ScriptedWorld.video(size: 5000), $0) }
        for number in 0..<3 { world.add("\(number).mp4") }
        world.settings.rateLimit = RateTimetable(bytesPerSecond: 10_000)
        world.run()
        #expect((1001.49...1001.52).contains(world.clock.monotonic), "\(world.clock.monotonic)")
    }

    @Test("an origin that asks to slow down gets half as much, and the lines wait")
    func slowDown() {
        let world = ScriptedWorld { request in
            request.number <= 4 ? .status(429, headers: ["Retry-After: 5"]) : Sample.slow(10, Self.video, request)
        }
        for number in 0..<8 { world.add("\(number).mp4") }
        #expect(world.run() == .complete(failures: 0))
        #expect(Self.starts(world).prefix(8) == [0, 0, 0, 0, 5, 5, 15, 15])
    }

    @Test("an origin that serves again gets its places back, one for each round")
    func recovers() {
        let world = ScriptedWorld { request in
            request.number <= 4 ? .status(429, headers: ["Retry-After: 5"]) : Sample.slow(10, Self.video, request)
        }
        for number in 0..<40 { world.add("\(number).mp4") }
        world.run()
        let perStart = Dictionary(grouping: Self.starts(world)) { $0 }.mapValues(\.count)
        #expect([5, 15, 25, 35].map { perStart[$0] ?? 0 } == [2, 3, 4, 4])
    }

    @Test("one host that is slowed down takes no place from another")
    func slowNeighbour() {
        let world = ScriptedWorld { request in
            request.origin == "http://host0"
                ? .status(429, headers: ["Retry-After: 9"]) : Sample.slow(1, Self.video, request)
        }
        world.settings.parallel = 2
        for number in 0..<4 { world.add("\(number).mp4", host: "http://host\(number % 2)") }
        world.run()
        #expect(world.results.filter { $0.status == "success" }.compactMap(\.finishedAt).max() ?? 0 <= 1_800_001_002)
    }

    @Test("too few descriptors: from then on no more run at one time than could")
    func fewerPlaces() {
        let admission = Admission(ScriptedWorld.settings(), Evidence())
        admission.reduce(running: 2)
        #expect(admission.parallel == 2)
        admission.reduce(running: 0)
        #expect(admission.parallel == 1)
        #expect(!admission.mayTake(running: 1, held: 0, at: 0))
    }

    @Test(
        "the places are fitted to the descriptors that this process may open",
        arguments: [(1024, 64, 64), (256, 64, 32), (132, 64, 1), (128, 64, 0)])
    func descriptors(descriptors: Int, wanted: Int, allowed: Int) {
        var settings = ScriptedWorld.settings()
        (settings.descriptors, settings.parallel) = (descriptors, wanted)
        #expect(settings.parallelAllowed == allowed)
    }
}
