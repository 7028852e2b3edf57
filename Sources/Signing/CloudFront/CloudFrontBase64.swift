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
        let symbols = Array(text.utf8)
        guard !symbols.isEmpty, symbols.count % 4 == 0 else { return nil }
        let padding = symbols.reversed().prefix { $0 == Self.padding }.count
        guard padding <= 2 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        for (index, symbol) in symbols.dropLast(padding).enumerated() {
            guard let value = alphabet.firstIndex(of: symbol) else { return nil }
            bits = bits << 6 | UInt32(value)
            if index % 4 > 0 { bytes.append(UInt8(truncatingIfNeeded: bits >> (6 - 2 * UInt32(index % 4)))) }
        }
        return bytes
    }
}
