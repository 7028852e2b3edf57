/// A length of time as it is written in options: `90`, `90s`, `10m`, `2h`, `1d`, and fractions of these.
package struct Seconds: Equatable, Comparable, Sendable, CustomStringConvertible {
    package let value: Double

    package init(_ value: Double) { self.value = value }

    /// Returns nil where the text is not a length of time, or is more than 68 years: what is taken can be counted
    /// in nanoseconds with 64 bits.
    package init?(parsing text: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        guard let value = parseQuantity(text, units: units), value <= Double(Int32.max) else { return nil }
        self.value = value
    }

    /// As it would be written in an option: `90s`, `10m`, `2h`.
    package var description: String {
        for (unit, length) in [("d", 86400.0), ("h", 3600), ("m", 60)] {
            let count = value / length
            if count >= 1 && count == count.rounded() { return "\(Int64(count))\(unit)" }
        }
        return value == value.rounded() ? "\(Int64(value))s" : "\(value)s"
    }

    package static func < (left: Seconds, right: Seconds) -> Bool { left.value < right.value }
}

/// A number of bytes as it is written in options: `500`, `10k`, `256M`, `1.5G`; powers of 1,024, as in curl.
package struct ByteCount: Equatable, Sendable, CustomStringConvertible {
    package let value: Int64

    package init(_ value: Int64) { self.value = value }

    /// As it would be written in an option: `500`, `10k`, `256M`.
    package var description: String {
        guard value != 0 else { return "0" }
        // Each unit is ten bits more.
        let steps = min(value.trailingZeroBitCount / 10, 4)
        return "\(value >> (10 * steps))\(["", "k", "M", "G", "T"][steps])"
    }

    /// Returns nil where the text is not a number of bytes.
    package init?(parsing text: String) {
        let kilo = 1024.0
        let units: [Character: Double] = [
            "k": kilo, "K": kilo, "m": kilo * kilo, "M": kilo * kilo, "g": kilo * kilo * kilo, "G": kilo * kilo * kilo,
            "t": kilo * kilo * kilo * kilo, "T": kilo * kilo * kilo * kilo,
        ]
        guard let value = parseQuantity(text, units: units), let bytes = Int64(exactly: value.rounded()) else {
            return nil
        }
        self.value = bytes
    }
}

/// A number without sign or exponent, with at most one unit after it.
private func parseQuantity(_ text: String, units: [Character: Double]) -> Double? {
    var digits = Substring(text)
    var factor = 1.0
    if let last = digits.last, let unit = units[last] {
        factor = unit
        digits.removeLast()
    }
    guard let first = digits.first, first.isASCII, first.isNumber,
        digits.allSatisfy({ $0 == "." || ($0.isASCII && $0.isNumber) }), let value = Double(digits)
    else { return nil }
    return value * factor
}
