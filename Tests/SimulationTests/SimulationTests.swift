import Simulation
import Testing

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
