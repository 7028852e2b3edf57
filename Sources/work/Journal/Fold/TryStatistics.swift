internal import Records

/// What all lines together say about tries, forgotten ones included.
package struct TryStatistics: Sendable {
    package private(set) var success = 0
    package private(set) var failed = 0
    /// Those that ended before anything was learnt about the file: stopped, in another process's hands, never signed.
    package private(set) var unfinished = 0
    package private(set) var refreshed = RefreshCounts()
    /// Bytes that came in all tries, and of these in tries that failed.
    package private(set) var received: Int64 = 0
    package private(set) var receivedInVain: Int64 = 0
    /// By number of the error.
    private var failures: [Int] = []
    /// Of successful tries.
    package private(set) var seconds = LogHistogram()
    /// Bytes a second of successful tries; what an earlier run had fetched is left out.
    package private(set) var rates = LogHistogram()
    package private(set) var throughput = Throughput()
    /// From the start of the first try to the end of the last one; nil where no result has a time.
    package private(set) var span: ClosedRange<Double>?
    /// When the first result came.
    package private(set) var firstResultAt: Double?
    /// Times within the span in which nothing was fetched.
    private var pauses = Pauses()

    package func failures(with error: ErrorCodes.Number) -> Int {
        let index = Int(error.value)
        return index < failures.count ? failures[index] : 0
    }

    /// Seconds of the span in which nothing was fetched, for so long that no run was in progress, or it waited.
    package var secondsPaused: Double { pauses.seconds }

    mutating func note(_ result: ResultLine) {
        switch result.status {
        case .success: noteSuccess(result)
        case .failed: noteFailure(result)
        case .skipped, .queued, .dropped: break
        }
        if let answer = result.refresh { refreshed.add(answer) }
        noteTimes(of: result)
    }

    private mutating func noteSuccess(_ result: ResultLine) {
        success += 1
        received = received.addingWithinBounds(result.received)
        if result.seconds > 0 {
            seconds.add(result.seconds)
            if result.received > 0 { rates.add(Double(result.received) / result.seconds) }
        }
        if let end = result.finishedAt {
            throughput.add(Throughput.Bucket(success: 1, bytes: result.outcome.bytes), at: end)
        }
    }

    private mutating func noteFailure(_ result: ResultLine) {
        failed += 1
        received = received.addingWithinBounds(result.received)
        receivedInVain = receivedInVain.addingWithinBounds(result.received)
        if result.isUnfinishedTry { unfinished += 1 }
        let index = Int(result.outcome.error.value)
        while failures.count <= index { failures.append(0) }
        failures[index] += 1
        if let end = result.finishedAt { throughput.add(Throughput.Bucket(failed: 1), at: end) }
    }

    private mutating func noteTimes(of result: ResultLine) {
        guard let end = result.finishedAt, !result.isMark else { return }
        let start = max(0, end - result.seconds)
        if let span { pauses.add(start...end, after: span) }
        span = min(span?.lowerBound ?? start, start)...max(span?.upperBound ?? end, end)
        firstResultAt = min(firstResultAt ?? end, end)
    }
}

/// Stretches of time in which no try ran. Short ones are part of the work: between two rounds, before a retry.
private struct Pauses: Sendable {
    /// Seconds.
    private static let shortest = 30.0

    /// In the order of time, and apart from each other.
    private var all: [ClosedRange<Double>] = []

    var seconds: Double { all.reduce(0) { $0 + $1.upperBound - $1.lowerBound } }

    /// Takes in a try. Results come in the order of their ends, or nearly so: a long try may end a pause afterwards.
    ///
    /// - Parameter span: of all tries before.
    mutating func add(_ time: ClosedRange<Double>, after span: ClosedRange<Double>) {
        if time.lowerBound > span.upperBound {
            all += Self.long(span.upperBound...time.lowerBound)
        } else if time.upperBound < span.lowerBound {
            all.insert(contentsOf: Self.long(time.upperBound...span.lowerBound), at: 0)
        } else if let last = all.last, time.lowerBound < last.upperBound {
            fill(time)
        }
    }

    private mutating func fill(_ time: ClosedRange<Double>) {
        let first = all.lastIndex { $0.upperBound <= time.lowerBound }.map { $0 + 1 } ?? 0
        let touched = all[first...].prefix { $0.lowerBound < time.upperBound }
        guard let before = touched.first?.lowerBound, let after = touched.last?.upperBound else { return }
        let rest =
            (before < time.lowerBound ? Self.long(before...time.lowerBound) : [])
            + (time.upperBound < after ? Self.long(time.upperBound...after) : [])
        all.replaceSubrange(touched.indices, with: rest)
    }

    private static func long(_ pause: ClosedRange<Double>) -> [ClosedRange<Double>] {
        pause.upperBound - pause.lowerBound >= shortest ? [pause] : []
    }
}

/// How often which value came, in classes a thirty-second of a power of two wide: a percentile read from them is within
/// 1.6 % of the value there, in 16 KB, however many values came.
package struct LogHistogram: Sendable {
    /// The bits of a `Double` that tell its class: all of the exponent, five of the significand.
    private static let dropped = 47
    private static let lowest = Int(0x1p-20.bitPattern >> UInt64(dropped))
    private static let highest = Int(0x1p44.bitPattern >> UInt64(dropped))

    private var counts = [UInt32](repeating: 0, count: highest - lowest)
    package private(set) var count = 0

    package init() {}

    /// Takes in a value above 0; what is beyond the classes, a microsecond or 16 TiB, counts in the outermost.
    mutating func add(_ value: Double) {
        let index = Int(value.bitPattern >> UInt64(Self.dropped)) - Self.lowest
        counts[min(max(index, 0), counts.count - 1)] &+= 1
        count += 1
    }

    /// The smallest value that this many of a hundred do not exceed; nil where none came.
    package func percentile(_ percent: Int) -> Double? {
        guard count > 0 else { return nil }
        var left = (count * percent + 99) / 100
        for (index, inClass) in counts.enumerated() {
            left -= Int(inClass)
            if left <= 0 { return (Self.bound(index) + Self.bound(index + 1)) / 2 }
        }
        return nil
    }

    private static func bound(_ index: Int) -> Double {
        Double(bitPattern: UInt64(index + lowest) << UInt64(dropped))
    }
}

/// What came in which stretch of time. The stretches, all equally long, are at most 240: where the run grows beyond
/// them they become longer, and neighbours one.
package struct Throughput: Equatable, Sendable {
    package struct Bucket: Equatable, Sendable {
        package var success = 0
        package var failed = 0
        package var bytes: Int64 = 0

        package init(success: Int = 0, failed: Int = 0, bytes: Int64 = 0) {
            (self.success, self.failed, self.bytes) = (success, failed, bytes)
        }

        package static func += (left: inout Bucket, right: Bucket) {
            left.success += right.success
            left.failed += right.failed
            left.bytes = left.bytes.addingWithinBounds(right.bytes)
        }
    }

    package static let mostBuckets = 240
    /// Each a multiple of the one before, so that buckets become one without being parted.
    private static let widths: [Int64] = [
        1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10800, 21600, 43200, 86400, 604_800,
    ]

    /// Seconds for each bucket.
    package private(set) var width: Int64 = widths[0]
    /// The first bucket's start is this many widths after 1970.
    private var first: Int64 = 0
    package private(set) var buckets: [Bucket] = []

    package init() {}

    /// As it was written down.
    package init(width: Int64, start: Int64, buckets: [Bucket]) {
        (self.width, first, self.buckets) = (max(1, width), start / max(1, width), buckets)
    }

    /// Unix seconds at which the first bucket begins.
    package var start: Int64 { first * width }

    mutating func add(_ bucket: Bucket, at time: Double) {
        var index = Int64(time) / width
        if buckets.isEmpty { first = index }
        while max(index, first + Int64(buckets.count) - 1) - min(index, first) >= Self.mostBuckets {
            widen()
            index = Int64(time) / width
        }
        if index < first {
            buckets.insert(contentsOf: repeatElement(Bucket(), count: Int(first - index)), at: 0)
            first = index
        }
        while first + Int64(buckets.count) <= index { buckets.append(Bucket()) }
        buckets[Int(index - first)] += bucket
    }

    private mutating func widen() {
        let wider = Self.widths.first { $0 > width } ?? width * 4
        var merged: [Bucket] = []
        let start = first * width / wider
        for (offset, bucket) in buckets.enumerated() {
            let index = Int((first + Int64(offset)) * width / wider - start)
            if index == merged.count { merged.append(Bucket()) }
            merged[index] += bucket
        }
        (width, first, buckets) = (wider, start, merged)
    }
}

extension Int64 {
    /// Sums of what hostile lines claim must not trap.
    package func addingWithinBounds(_ other: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
