/// A block of IPv4 addresses, as in `192.0.2.0/24`; one address without the slash.
struct AddressBlock: Equatable {
    private let prefix: UInt32
    private let mask: UInt32

    init?(parsing text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Self.number(parts[0]), let bits = parts.count == 2 ? UInt32(parts[1]) : 32, bits <= 32
        else {
            return nil
        }
        // Shifting by all 32 bits gives 0, as Swift's smart shift has it.
        mask = .max << (32 - bits)
        prefix = address & mask
    }

    func contains(_ address: String) -> Bool {
        Self.number(address[...]).map { $0 & mask == prefix } ?? false
    }

    private static func number(_ text: Substring) -> UInt32? {
        let bytes = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard bytes.count == 4 else { return nil }
        return bytes.reduce(UInt32?(0)) { number, byte in
            guard let number, let byte else { return nil }
            return number << 8 | UInt32(byte)
        }
    }
}
