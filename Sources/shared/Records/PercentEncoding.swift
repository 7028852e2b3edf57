/// Percent-encoding that keeps only the unreserved characters (RFC 3986, section 2.3), with capital digits: what becomes
/// of an object's key in a URL, and of everything in a canonical request of Signature Version 4. No generic code: what
/// other rooms give it would be a call for each byte.
package enum PercentEncoding {
    package static func append(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
        for byte in bytes { append(byte, to: &text) }
    }

    /// A path whose slashes separate.
    package static func append(path: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        for byte in path {
            if byte == slash { text.append(byte) } else { append(byte, to: &text) }
        }
    }

    /// A path that may be encoded in some other way, or in part. A slash that is encoded stays so: it does not separate.
    package static func append(canonical path: ArraySlice<UInt8>, to text: inout [UInt8]) {
        var index = path.startIndex
        while index < path.endIndex {
            let byte = path[index]
            if byte == slash {
                text.append(byte)
            } else if byte == UInt8(ascii: "%"), index + 2 < path.endIndex,
                let value = PercentDigits.value(path[index + 1], path[index + 2])
            {
                append(value, to: &text)
                index += 2
            } else {
                append(byte, to: &text)
            }
            index += 1
        }
    }

    private static var slash: UInt8 { UInt8(ascii: "/") }

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
