/// The bytes that a percent-encoded text stands for (RFC 3986, section 2.1). What is no escape stands for itself.
package struct PercentDecoded<Text: Sequence<UInt8>>: Sequence, IteratorProtocol {
    private var text: Text.Iterator
    /// Read ahead, and not given out yet.
    private var waiting: (UInt8?, UInt8?) = (nil, nil)

    package init(_ text: Text) { self.text = text.makeIterator() }

    package mutating func next() -> UInt8? {
        guard let byte = read() else { return nil }
        guard byte == UInt8(ascii: "%") else { return byte }
        let (high, low) = (read(), read())
        if let high, let low, let value = PercentDigits.value(high, low) { return value }
        waiting = (high, low)
        return byte
    }

    private mutating func read() -> UInt8? {
        if let byte = waiting.0 {
            waiting = (waiting.1, nil)
            return byte
        }
        return text.next()
    }
}

/// The two digits behind a `%`.
package enum PercentDigits {
    /// The byte that they stand for; nil where they are no hexadecimal digits.
    package static func value(_ high: UInt8, _ low: UInt8) -> UInt8? {
        guard let high = digit(high), let low = digit(low) else { return nil }
        return high << 4 | low
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
