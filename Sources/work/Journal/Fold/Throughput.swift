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
