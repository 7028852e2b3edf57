import Glibc
import POSIX
import Simulation

// usage: simulate [--worlds N] [--seed S] [--every | --first | --story]
//
// Runs jobs in invented worlds, and tells of the first in which something is wrong: its smallest form, and what happened.
// --every: goes on, and counts what went wrong in how many worlds.
// --first: tells of the first in one line.
// --story: tells what happens in the first world, whatever that is.

var worlds = 10_000
var seed: UInt64 = 1
var tells = Telling.smallest
var arguments = CommandLine.arguments.dropFirst()
while let option = arguments.popFirst() {
    switch option {
    case "--worlds": worlds = arguments.popFirst().flatMap { Int($0) } ?? worlds
    case "--seed": seed = arguments.popFirst().flatMap { UInt64($0) } ?? seed
    case "--every": tells = .counts
    case "--first": tells = .line
    case "--story": tells = .story
    default:
        print("usage: simulate [--worlds N] [--seed S] [--every | --first | --story]")
        exit(2)
    }
}
// In a function, so that the simulation's folder is gone before the process is.
exit(try simulate(worlds, from: seed, tells))

enum Telling {
    case smallest, counts, line, story
}

/// Returns the exit status: 1 where something was wrong.
func simulate(_ worlds: Int, from seed: UInt64, _ tells: Telling) throws -> Int32 {
    let simulation = try Simulation()
    if tells == .story {
        for line in try simulation.story(of: WorldPlan(seed: seed)) { print(line) }
        return 0
    }
    var counts: [String: (count: Int, seeds: [UInt64])] = [:]
    for number in 0..<UInt64(worlds) {
        let plan = WorldPlan(seed: seed + number)
        guard let violation = try simulation.violation(in: plan) else { continue }
        guard tells == .counts else {
            print("world \(plan.seed), number \(number + 1): \(violation.property.rawValue): \(violation.words)")
            if tells == .smallest { try tell(plan, violation, simulation) }
            return 1
        }
        counts[violation.property.rawValue, default: (0, [])].count += 1
        counts[violation.property.rawValue]?.seeds.append(plan.seed)
    }
    for (property, found) in counts.sorted(by: { $0.key < $1.key }) {
        print("\(found.count) worlds: \(property): \(found.seeds.prefix(12).map(String.init).joined(separator: " "))")
    }
    print("\(worlds) worlds from seed \(seed): \(counts.isEmpty ? "nothing wrong" : "see above")")
    return counts.isEmpty ? 0 : 1
}

/// Makes the world as small as it can be, and tells what happens in it.
func tell(_ plan: WorldPlan, _ violation: Violation, _ simulation: Simulation) throws {
    let small = try simulation.shrink(plan, violation.property)
    print(small)
    for line in try simulation.story(of: small) { print("  \(line)") }
    print("again: scripts/simulate --worlds 1 --seed \(plan.seed)")
}
