internal import COpenSSL

/// Base64 as RFC 4648 has it, padded.
package enum Base64 {
    /// Nil for what is not of this form.
    package static func decoded(_ text: String) -> [UInt8]? {
        let symbols = Array(text.utf8)
        let padding = symbols.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        // OpenSSL takes white space for nothing, and pads with zeros what it counts as bytes.
        guard !symbols.isEmpty, symbols.count % 4 == 0, padding <= 2, symbols.allSatisfy({ $0 > 0x20 }) else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: symbols.count / 4 * 3)
        guard unsafe EVP_DecodeBlock(&bytes, symbols, CInt(clamping: symbols.count)) == CInt(clamping: bytes.count)
        else {
            return nil
        }
        return Array(bytes.dropLast(padding))
    }
}
