/// Percent-encoding that keeps only the unreserved characters (RFC 3986, section 2.3), with capital digits: what
/// becomes of an object's key in a URL, and of everything in a canonical request of Signature Version 4. No generic
/// code: what other rooms give it would be a call for each byte.
package enum PercentEncoding {
    package static func append(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
        bytes.withUnsafeBytes { append($0, keepingSlashes: false, to: &text) }
    }

    /// A path whose slashes separate.
    package static func append(path: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        append(path, keepingSlashes: true, to: &text)
    }

    /// A path that may be encoded in some other way, or in part. A slash that is encoded stays so: it does not
    /// separate.
    package static func append(canonical path: ArraySlice<UInt8>, to text: inout [UInt8]) {
        path.withUnsafeBytes { append($0, keepingSlashes: true, decoding: true, to: &text) }
    }

    /// What is kept comes in long runs, and is copied together: byte by byte a path took three times as long.
    private static func append(
        _ bytes: UnsafeRawBufferPointer, keepingSlashes: Bool, decoding: Bool = false, to text: inout [UInt8]
    ) {
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, isKept(bytes[end]) || (keepingSlashes && bytes[end] == UInt8(ascii: "/")) {
                end += 1
            }
            text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            guard end < bytes.count else { return }
            if decoding, bytes[end] == UInt8(ascii: "%"), end + 2 < bytes.count,
                let value = PercentDigits.value(bytes[end + 1], bytes[end + 2])
            {
                append(value, to: &text)
                start = end + 3
            } else {
                append(bytes[end], to: &text)
                start = end + 1
            }
        }
    }

    private static func append(_ byte: UInt8, to text: inout [UInt8]) {
        if isKept(byte) {
            text.append(byte)
        } else {
            text.append(UInt8(ascii: "%"))
            text.append(digit(byte >> 4))
            text.append(digit(byte & 15))
        }
    }

    private static func isKept(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}

/// The bytes that a percent-encoded text means (RFC 3986, section 2.1). What is not an escape means itself.
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

/// The two digits after a `%`.
package enum PercentDigits {
    /// The byte that they mean; nil where they are not hexadecimal digits.
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
