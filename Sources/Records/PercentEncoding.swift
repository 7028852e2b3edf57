/// How text goes into a URL: percent-encoded but for the unreserved characters (RFC 3986, section 2.3).
package enum PercentEncoding {
    /// - Parameter keepingSlashes: whether `/` stays too, as in the name of an object.
    package static func append(_ text: UnsafeRawBufferPointer, to url: inout [UInt8], keepingSlashes: Bool = true) {
        for byte in text {
            if isUnreserved(byte) || (keepingSlashes && byte == UInt8(ascii: "/")) {
                url.append(byte)
            } else {
                url.append(UInt8(ascii: "%"))
                url.append(hexDigit(byte >> 4))
                url.append(hexDigit(byte & 15))
            }
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
