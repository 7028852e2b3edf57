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
var goesOn = false
var isShort = false
var story: Int32?
var arguments = CommandLine.arguments.dropFirst()
while let option = arguments.popFirst() {
    switch option {
    case "--worlds": worlds = arguments.popFirst().flatMap { Int($0) } ?? worlds
    case "--seed": seed = arguments.popFirst().flatMap { UInt64($0) } ?? seed
    case "--every": goesOn = true
    case "--first": isShort = true
    case "--story": story = 0
    default:
        print("usage: simulate [--worlds N] [--seed S] [--every | --first | --story]")
        exit(2)
    }
}

let simulation = try Simulation()
var counts: [String: (count: Int, seeds: [UInt64])] = [:]
for number in 0..<UInt64(worlds) {
    let plan = WorldPlan(seed: seed + number)
    if let story {
        for line in try simulation.story(of: plan) { print(line) }
        exit(story)
    }
    guard let violation = try simulation.violation(in: plan) else { continue }
    guard !goesOn else {
        var entry = counts[violation.property.rawValue] ?? (0, [])
        entry.count += 1
        if entry.seeds.count < 12 { entry.seeds.append(plan.seed) }
        counts[violation.property.rawValue] = entry
        continue
    }
    print("world \(plan.seed), number \(number + 1): \(violation.property.rawValue): \(violation.words)")
    if isShort { exit(1) }
    let small = try simulation.shrink(plan, violation.property)
    print(small)
    for line in try simulation.story(of: small) { print("  \(line)") }
    print("again: scripts/simulate --worlds 1 --seed \(plan.seed)")
    exit(1)
}
for (property, found) in counts.sorted(by: { $0.key < $1.key }) {
    print("\(found.count) worlds: \(property): \(found.seeds.map(String.init).joined(separator: " "))")
}
print("\(worlds) worlds from seed \(seed): \(counts.isEmpty ? "nothing wrong" : "see above")")
exit(counts.isEmpty ? 0 : 1)
