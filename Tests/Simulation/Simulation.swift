package import POSIX

/// Worlds, one after the other.
package struct Simulation {
    private let folder: JobFolder

    package init() throws(SystemError) { folder = try JobFolder() }

    /// Lets a job run in a world, and returns the first thing that was wrong.
    package func violation(in plan: WorldPlan) throws(SystemError) -> Violation? {
        let job = SimulatedJob(plan, in: folder)
        try job.run()
        return job.violations.first
    }

    /// What happens in a world, for people.
    package func story(of plan: WorldPlan) throws(SystemError) -> [String] {
        let job = SimulatedJob(plan, in: folder, isTold: true)
        try job.run()
        return job.story
    }

    /// A smaller world in which the same thing goes wrong: what can be left out is left out, until nothing can.
    package func shrink(_ plan: WorldPlan, _ property: Property) throws(SystemError) -> WorldPlan {
        var plan = plan
        var isSmaller = true
        while isSmaller {
            isSmaller = false
            for smaller in Self.smaller(plan) where try violation(in: smaller)?.property == property {
                plan = smaller
                isSmaller = true
                break
            }
        }
        return plan
    }

    /// Worlds with a little less in them, those with much less first.
    private static func smaller(_ plan: WorldPlan) -> [WorldPlan] {
        var plans: [WorldPlan] = []
        func add(_ change: (inout WorldPlan) -> Void) {
            var smaller = plan
            change(&smaller)
            plans.append(smaller)
        }
        for index in plan.crashes.indices { add { $0.crashes.remove(at: index) } }
        for index in plan.troubles.indices { add { $0.troubles.remove(at: index) } }
        var size = plan.records.count / 2
        while size > 0 {
            for start in stride(from: 0, to: plan.records.count, by: size) {
                add { $0.records.removeSubrange(start..<min(start + size, plan.records.count)) }
            }
            size /= 2
        }
        for index in plan.records.indices where plan.records[index].kind != .video {
            add { $0.records[index].kind = .video }
        }
        if plan.validity != nil { add { $0.validity = nil } }
        if plan.limit < 1000 { add { $0.limit = 1000 } }
        if plan.parallel > 1 { add { $0.parallel = 1 } }
        if plan.quickRetries > 0 { add { $0.quickRetries = 0 } }
        return plans
    }
}
