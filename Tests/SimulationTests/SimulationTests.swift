import Testing

@testable import Simulation

@Suite struct SimulationTests {
    @Test("the same seed makes the same world, and the same things happen in it")
    func deterministic() throws {
        let simulation = try Simulation()
        for seed: UInt64 in 1...5 {
            let plan = WorldPlan(seed: seed)
            #expect(plan.description == WorldPlan(seed: seed).description)
            #expect(try simulation.story(of: plan) == simulation.story(of: plan))
        }
    }

    @Test("a dead host whose records come first holds up no other, however small the rounds are")
    func deadInFront() throws {
        let simulation = try Simulation()
        var plan = WorldPlan(seed: 1)
        plan.hosts = [
            WorldPlan.Host(style: .s3, origin: "http://host0"), WorldPlan.Host(style: .bare, origin: "http://host1"),
        ]
        plan.records = (0..<60).map {
            WorldPlan.Record(path: "f/\($0).mp4", host: $0 < 50 ? 0 : 1, size: 4096, kind: .video, hasSize: true)
        }
        (plan.crashes, plan.limit, plan.patience, plan.parallel) = ([], 20, 3600, 4)
        plan.troubles = [WorldPlan.Trouble(kind: .host(0, .refused), from: 0, until: 7000)]
        #expect(try simulation.violation(in: plan) == nil)
        let story = try simulation.story(of: plan)
        let served = story.firstIndex { $0.contains("http://host1/f/59.mp4") }
        #expect(try #require(served) < story.count / 2)
    }

    @Test("a world without troubles has all its videos at the end")
    func untroubled() throws {
        let simulation = try Simulation()
        for seed: UInt64 in 1...20 {
            var plan = WorldPlan(seed: seed)
            plan.troubles = []
            for index in plan.records.indices { plan.records[index].kind = .video }
            #expect(try simulation.violation(in: plan) == nil)
        }
    }
}
