internal import OpenSSL

/// Base64 with the characters that mean something in a query replaced, as CloudFront wants it: `+` by `-`, `=` by `_`,
/// `/` by `~` (Developer Guide, "Code examples for creating a signature for a signed URL"). It is not base64url.
package enum CloudFrontBase64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~".utf8)
    private static let padding = UInt8(ascii: "_")

    static func append(_ data: some RandomAccessCollection<UInt8>, to text: inout [UInt8]) {
        var rest = data[...]
        while !rest.isEmpty {
            let group = rest.prefix(3)
            rest = rest.dropFirst(3)
            var bits: UInt32 = 0
            for index in 0..<3 {
                bits =
                    bits << 8
                    | (index < group.count ? UInt32(group[group.index(group.startIndex, offsetBy: index)]) : 0)
            }
            for index in 0..<4 {
                text.append(index <= group.count ? alphabet[Int(bits >> (18 - 6 * UInt32(index))) & 63] : padding)
            }
        }
    }

    /// Returns nil for what is not of this form, padding included.
    package static func decoded(_ text: some StringProtocol) -> [UInt8]? {
        guard !text.utf8.contains(where: { "+=/".utf8.contains($0) }) else { return nil }
        let standard = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case padding: UInt8(ascii: "=")
            case UInt8(ascii: "~"): UInt8(ascii: "/")
            default: byte
            }
        }
        return Base64.decoded(String(decoding: standard, as: UTF8.self))
    }
}
