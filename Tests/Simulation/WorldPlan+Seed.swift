internal import Glibc
internal import TestSupport

extension WorldPlan {
    /// The world of a seed: the same each time.
    package init(seed: UInt64) {
        var dice = Dice(seed: seed)
        self.seed = seed
        parallel = dice.pick([1, 2, 4, 4, 10])
        quickRetries = dice.pick([0, 1, 2, 2])
        patience = dice.pick([600, 1200, 3600])
        validity = dice.chance(0.3) ? dice.pick([300, 3600]) : nil
        limit = dice.pick([1000, 1000, 1000, 20])
        latency = dice.pick([0.05, 0.2, 1, 3])
        let styles = (0..<dice.pick([1, 1, 2, 2, 3, 4])).map { _ in dice.pick(Host.Style.allCases) }
        hosts = styles.enumerated().map { Host(style: $1, origin: "http://host\($0)") }
        records = []
        crashes = []
        troubles = []
        makeRecords(&dice)
        makeTroubles(&dice)
        for _ in 0..<dice.pick([0, 0, 0, 1, 1, 2, 4]) {
            let isPowerCut = dice.chance(0.4)
            crashes.append(
                Crash(
                    steps: 1 + Int(pow(3000, dice.fraction())), isPowerCut: isPowerCut,
                    keepsNames: isPowerCut && dice.chance(0.5)))
        }
    }

    private mutating func makeRecords(_ dice: inout Dice) {
        let count = dice.pick([1, 2, 4, 8, 12, 16, 24, 32, 60])
        let folders = dice.pick([1, 2, 4, 8])
        // How many of the records are spoilt, and whether they are together.
        let spoilt = dice.pick([0, 0, 0.05, 0.2, 0.5])
        let together = dice.chance(0.3) ? dice.pick(Kind.allCases) : nil
        let isMixed = dice.chance(0.5)
        let hasLarge = dice.chance(0.04)
        for number in 0..<count {
            let isSpoilt = together != nil ? Double(number) < spoilt * Double(count) : dice.chance(spoilt)
            let kind = isSpoilt ? together ?? dice.pick(Kind.allCases) : .video
            let host = isMixed ? dice.below(hosts.count) : number * hosts.count / count
            let folder = isMixed ? dice.below(folders) : number * folders / count
            let size = hasLarge && dice.chance(0.2) ? 1_200_000 : 2048 + dice.below(4096)
            records.append(
                Record(
                    path: "f\(folder)/\(number).mp4", host: host, size: size, kind: kind,
                    hasSize: kind == .wrongSize || dice.chance(0.5)))
        }
        if hasLarge && dice.chance(0.5) { makeResumed(dice.below(count), until: 20 + 60 * dice.fraction()) }
    }

    /// Makes an object that is so large that half of it is a part which is kept, comes in halves for a while, and becomes
    /// another one meanwhile.
    private mutating func makeResumed(_ number: Int, until end: Double) {
        (records[number].kind, records[number].size) = (.replaced, Self.resumedSize)
        troubles.append(Trouble(kind: .host(records[number].host, .cut), from: 0, until: end))
    }

    private static let resumedSize = 2_200_000

    private mutating func makeTroubles(_ dice: inout Dice) {
        for _ in 0..<dice.pick([0, 1, 1, 2, 2, 3, 4, 6]) {
            let from = dice.chance(0.4) ? 0 : pow(3600, dice.fraction())
            let length = 5 * pow(3000, dice.fraction())
            let kind: TroubleKind
            switch dice.below(20) {
            case 0..<10: kind = .host(dice.below(hosts.count), dice.pick(Mood.allCases))
            case 10..<13: kind = .way(dice.pick(Way.allCases))
            case 13..<15: kind = .credentials(dice.pick(Refusal.allCases))
            case 15: kind = .disk(dice.pick([ENOSPC, EDQUOT, EIO]))
            case 16: kind = .folder(dice.below(8))
            case 17: kind = .descriptors
            default: kind = .clock(dice.pick([-86400, -3600, -60, 60, 3600, 86400, 30_000_000]))
            }
            var until = from + length
            // Who brings a part of a large object each time is not down.
            if case .host(let host, .cut) = kind,
                records.contains(where: { $0.host == host && $0.size == Self.resumedSize })
            {
                continue
            }
            // What is flaky for hours, or forever, may rightly cost a record all its tries.
            if case .host(_, .flaky) = kind { until = from + min(length, 300) }
            // Nobody is asked meanwhile: nothing is to be seen in hours of it.
            if case .descriptors = kind { until = from + min(length, 600) }
            troubles.append(Trouble(kind: kind, from: from, until: until))
        }
    }
}

/// Random choices from a seed.
package struct Dice {
    private var generator: SeededGenerator

    package init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// In 0 ..< 1.
    package mutating func fraction() -> Double { Double(generator.next() >> 11) / Double(UInt64(1) << 53) }

    package mutating func below(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }

    package mutating func chance(_ probability: Double) -> Bool { fraction() < probability }

    package mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}
