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
            bytes.addWithinBounds(other.bytes)
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
