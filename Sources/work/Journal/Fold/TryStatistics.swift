internal import Records

/// What all lines together say about tries, forgotten ones included.
package struct TryStatistics: Sendable {
    package private(set) var success = 0
    package private(set) var failed = 0
    /// Those that ended before anything was learnt about the file: stopped, in another process's hands, never signed.
    package private(set) var unfinished = 0
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

    package func failures(with error: ErrorCodes.Number) -> Int {
        let index = Int(error.value)
        return index < failures.count ? failures[index] : 0
    }

    mutating func note(_ result: ResultLine) {
        switch result.status {
        case .success: noteSuccess(result)
        case .failed: noteFailure(result)
        case .skipped, .queued, .dropped: break
        }
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
        guard let end = result.finishedAt else { return }
        let start = max(0, end - result.seconds)
        span = min(span?.lowerBound ?? start, start)...max(span?.upperBound ?? end, end)
        firstResultAt = min(firstResultAt ?? end, end)
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
