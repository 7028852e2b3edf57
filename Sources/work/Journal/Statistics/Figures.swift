/// What half, nine tenths, … of the tries stayed within; each is within 1.6 % of the true one.
package struct Percentiles: Equatable, Sendable {
    package let p50, p90, p95, p99: Double

    package init(p50: Double, p90: Double, p95: Double, p99: Double) {
        (self.p50, self.p90, self.p95, self.p99) = (p50, p90, p95, p99)
    }

    /// Nil where there is nothing to tell them from.
    init?(_ values: LogHistogram) {
        guard let p50 = values.percentile(50), let p90 = values.percentile(90), let p95 = values.percentile(95),
            let p99 = values.percentile(99)
        else { return nil }
        self.init(p50: p50, p90: p90, p95: p95, p99: p99)
    }
}

/// How many tries there were, those of forgotten results included.
package struct TryCounts: Equatable, Sendable {
    package var success = 0
    package var failed = 0
    /// Of the failed ones: those that ended before anything was learnt about the file.
    package var unfinished = 0
    /// Files that were tried more than once, by their `attempt`.
    package var retriedFiles = 0
    /// Of those, how many were downloaded in the end.
    package var retriedSuccess = 0
    package var refreshed = RefreshCounts()

    package init() {}

    package var total: Int { success + failed }
}

/// Files that are there, of one size: half of `under` and more. The smallest ones are all that are under 1 KiB.
package struct SizeClass: Equatable, Sendable {
    package let under: Int64
    package internal(set) var files: Int
    package internal(set) var bytes: Int64
}

/// Files that are there by size, in powers of two.
struct SizeHistogram {
    private static let smallest = 10
    private var files = [Int](repeating: 0, count: 64 - smallest)
    private var bytes = [Int64](repeating: 0, count: 64 - smallest)

    mutating func add(_ size: Int64) {
        let index = max(0, 64 - size.leadingZeroBitCount - Self.smallest)
        files[index] += 1
        bytes[index] = bytes[index].addingWithinBounds(size)
    }

    /// From the smallest to the largest that has files, those between them that have none included.
    var classes: [SizeClass] {
        guard let first = files.firstIndex(where: { $0 > 0 }), let last = files.lastIndex(where: { $0 > 0 }) else {
            return []
        }
        return (first...last).map { index in
            let power = index + Self.smallest
            return SizeClass(under: power < 63 ? 1 << Int64(power) : .max, files: files[index], bytes: bytes[index])
        }
    }
}

/// What the origin said when it was asked whether a file that is there has changed.
package enum RefreshAnswer: Equatable, Sendable {
    case unchanged
    /// The file was replaced.
    case changed(isKept: Bool)
    /// Nothing that could be used: the file stays.
    case notConfirmed
}

/// How many files were asked for again, and what the origin said.
package struct RefreshCounts: Equatable, Sendable {
    package internal(set) var unchanged = 0
    package internal(set) var changed = 0
    package internal(set) var notConfirmed = 0
    /// Of those that changed, how many have their old file set aside.
    package internal(set) var kept = 0

    package init() {}

    package var asked: Int { unchanged + changed + notConfirmed }

    mutating func add(_ answer: RefreshAnswer) {
        switch answer {
        case .unchanged: unchanged += 1
        case .changed(let isKept):
            changed += 1
            if isKept { kept += 1 }
        case .notConfirmed: notConfirmed += 1
        }
    }
}
