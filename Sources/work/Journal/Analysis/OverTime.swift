/// Tries and failures over time, in a few spans of equal length: when the time that they cover grows, neighbours merge.
package struct Timeline: Sendable {
    package struct Span: Sendable {
        package fileprivate(set) var tries = 0
        package fileprivate(set) var failures = 0
        package fileprivate(set) var bytes: Int64 = 0
        package fileprivate(set) var errors: [String: Int] = [:]

        /// The code that was met most, and how often.
        package var mostFrequentError: (code: String, count: Int)? {
            errors.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { ($0.key, $0.value) }
        }

        fileprivate mutating func merge(_ other: Span) {
            tries += other.tries
            failures += other.failures
            bytes = bytes.addingWithinBounds(other.bytes)
            errors.merge(other.errors, uniquingKeysWith: +)
        }
    }

    private static let mostSpans = 24

    /// In seconds.
    package private(set) var length: Int64 = 60
    /// By their number: that of the first second, divided by the length.
    private var spans: [Int64: Span] = [:]

    package init() {}

    /// In the order of time, each with its first second. Those in which nothing ended are left out.
    package var all: [(start: Int64, span: Span)] {
        spans.keys.sorted().map { (start: $0 * length, span: spans[$0]!) }
    }

    package mutating func add(_ attempt: Try) {
        guard let time = attempt.finishedAt else { return }
        var span = Span()
        span.tries = 1
        span.bytes = attempt.bytes
        if let error = attempt.error {
            span.failures = 1
            span.errors[error] = 1
        }
        spans[Int64(time) / length, default: Span()].merge(span)
        while isTooLong { double() }
    }

    /// Empty spans count: the length of a span is that of a table's row.
    private var isTooLong: Bool {
        guard spans.count > 1, let first = spans.keys.min(), let last = spans.keys.max() else { return false }
        return last - first >= Self.mostSpans
    }

    private mutating func double() {
        length *= 2
        let halves = spans
        spans = [:]
        for (number, span) in halves { spans[number / 2, default: Span()].merge(span) }
    }
}

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
