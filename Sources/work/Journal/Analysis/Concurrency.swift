/// How many transfers ran at one time, for how long, and what they brought together.
package struct Concurrency: Sendable {
    package struct Level: Sendable {
        /// Transfers at one time.
        package let transfers: Int
        package fileprivate(set) var seconds = 0.0
        package fileprivate(set) var bytes = 0.0

        package var bytesPerSecond: Double { seconds > 0 ? bytes / seconds : 0 }
    }

    /// What begins or ends at a moment.
    private struct Change {
        let time: Double
        let transfers: Int32
        /// Bytes a second.
        let rate: Float
    }

    /// Beyond this many tries the latest ones take the places of the first.
    private static let mostTries = 1_000_000

    private var changes: [Change] = []
    private var next = 0

    package init() {}

    /// Only tries that say how long they took, and brought something, tell.
    package mutating func add(_ attempt: Try) {
        guard let end = attempt.finishedAt, attempt.seconds > 0, attempt.bytes > 0 else { return }
        let rate = Float(Double(attempt.bytes) / attempt.seconds)
        let pair = [
            Change(time: end - attempt.seconds, transfers: 1, rate: rate),
            Change(time: end, transfers: -1, rate: -rate),
        ]
        if changes.count < 2 * Self.mostTries {
            changes += pair
        } else {
            changes.replaceSubrange(next..<next + 2, with: pair)
            next = (next + 2) % changes.count
        }
    }

    /// By number of transfers, from 1 on. A transfer's bytes count as spread evenly over its time.
    package var levels: [Level] {
        var levels: [Level] = []
        var (running, rate, since) = (0, 0.0, 0.0)
        for change in changes.sorted(by: { $0.time < $1.time }) {
            if running > 0 {
                while levels.count < running { levels.append(Level(transfers: levels.count + 1)) }
                levels[running - 1].seconds += change.time - since
                levels[running - 1].bytes += max(0, rate) * (change.time - since)
            }
            running = max(0, running + Int(change.transfers))
            // Rounding adds up: with nothing running there is no rate.
            rate = running == 0 ? 0 : rate + Double(change.rate)
            since = change.time
        }
        return levels.filter { $0.seconds > 0 }
    }
}
