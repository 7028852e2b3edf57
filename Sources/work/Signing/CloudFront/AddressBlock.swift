/// A block of IPv4 addresses, as in `192.0.2.0/24`; one address without the slash. CloudFront knows no other addresses.
package struct AddressBlock: Equatable, Sendable {
    private let prefix: UInt32
    private let mask: UInt32
    /// As it stands in a policy: always with its length.
    package let text: String

    /// Nil for what is no such block.
    package init?(parsing text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Self.number(parts[0]), let bits = parts.count == 2 ? Self.decimal(parts[1]) : 32, bits <= 32
        else {
            return nil
        }
        // Shifting by all 32 bits gives 0, as Swift's smart shift has it.
        mask = .max << (32 - bits)
        prefix = address & mask
        self.text = "\(parts[0])/\(bits)"
    }

    /// Whether an address as text lies in it; what is no IPv4 address does not.
    package func contains(_ address: String) -> Bool {
        Self.number(address[...]).map { $0 & mask == prefix } ?? false
    }

    private static func number(_ text: Substring) -> UInt32? {
        let bytes = text.split(separator: ".", omittingEmptySubsequences: false).map { decimal($0) }
        guard bytes.count == 4 else { return nil }
        return bytes.reduce(UInt32?(0)) { number, byte in
            guard let number, let byte, byte <= 255 else { return nil }
            return number << 8 | byte
        }
    }

    /// Digits alone, without a zero before them: some programs take such a number for an octal one.
    private static func decimal(_ text: Substring) -> UInt32? {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), text.first != "0" || text.count == 1 else { return nil }
        return UInt32(text)
    }
}
