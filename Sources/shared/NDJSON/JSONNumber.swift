internal import Glibc

/// A number as it is written in a line, with its grammar checked already (RFC 8259, section 6).
package struct JSONNumber {
    private let text: UnsafeRawBufferPointer

    /// What follows the text has to be readable and not part of a number, as it is inside a JSON text.
    package init(_ text: UnsafeRawBufferPointer) { self.text = text }

    /// The nearest double, an infinity where there is none.
    package var double: Double {
        smallDecimal ?? strtod(text.baseAddress!.assumingMemoryBound(to: CChar.self), nil)
    }

    /// The value to the last digit; nil where it is not a whole number or does not fit. A way through `Double` would
    /// round off integers from 2^53 on.
    package var integer: Int64? { smallInteger ?? anyInteger }

    /// Digits that fit without overflow: nearly every number in a line.
    private var smallInteger: Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        guard text.count <= 18 else { return nil }
        var value: Int64 = 0
        for byte in text[(isNegative ? 1 : 0)...] {
            guard let digit = Self.digit(byte) else { return nil }
            value = value * 10 + digit
        }
        return isNegative ? -value : value
    }

    /// Digits with at most one point among them, so few that they and the power of ten are exact in binary: then the
    /// quotient is rounded once, as `strtod` does it (Clinger 1990). Times to the millisecond are such.
    private var smallDecimal: Double? {
        let isNegative = text.first == UInt8(ascii: "-")
        guard text.count <= 17 else { return nil }
        var digits: Int64 = 0
        // 0 before the point: it stays 0 there.
        var divisor: Int64 = 0
        for byte in text[(isNegative ? 1 : 0)...] {
            if let digit = Self.digit(byte) {
                digits = digits * 10 + digit
                divisor *= 10
            } else if byte == UInt8(ascii: ".") {
                divisor = 1
            } else {
                return nil
            }
        }
        guard digits < 1 << 53 else { return nil }
        let value = Double(digits) / Double(max(divisor, 1))
        return isNegative ? -value : value
    }

    /// The digits without the zeros at their end, times the power of ten that these, the point and the exponent make.
    private var anyInteger: Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        var significand: Int64 = 0
        var power = 0
        var zeros = 0
        var isFraction = false
        var rest = text[(isNegative ? 1 : 0)...]
        while let byte = rest.popFirst(), byte | 0x20 != UInt8(ascii: "e") {
            guard let digit = Self.digit(byte) else {
                isFraction = true
                continue
            }
            if isFraction { power -= 1 }
            zeros += 1
            guard digit != 0 else { continue }
            guard let shifted = Self.shift(significand, by: zeros) else { return nil }
            // Negative all along: the range reaches one further there.
            let (sum, overflow) = shifted.subtractingReportingOverflow(digit)
            guard !overflow else { return nil }
            (significand, zeros) = (sum, 0)
        }
        guard significand != 0 else { return 0 }
        guard let value = Self.shift(significand, by: power + zeros + Self.exponent(rest)) else { return nil }
        return isNegative ? value : Int64(exactly: value.magnitude)
    }

    /// The digits after the `e`. Beyond a million it makes no difference.
    private static func exponent(_ text: Slice<UnsafeRawBufferPointer>) -> Int {
        var value = 0
        for byte in text {
            if let digit = Self.digit(byte) { value = min(value * 10 + Int(digit), 1 << 24) }
        }
        return text.first == UInt8(ascii: "-") ? -value : value
    }

    /// Times a power of ten; nil where that is not a whole number of 64 bits.
    private static func shift(_ value: Int64, by power: Int) -> Int64? {
        guard value != 0 else { return 0 }
        guard power >= 0 else { return nil }
        var value = value
        for _ in 0..<power {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int64(byte - UInt8(ascii: "0")) : nil
    }
}
