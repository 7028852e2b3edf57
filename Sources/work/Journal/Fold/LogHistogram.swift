/// How often which value came, in classes a thirty-second of a power of two wide: a percentile read from them is within
/// 1.6 % of the value that stands there, in 16 KB, however many values came.
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

    /// The smallest value that so many of a hundred do not exceed; nil where none came.
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
