/// Numbers that look random and depend on nothing but what they are made from.
enum Mixing {
    /// The odd number nearest to 2^64 divided by the golden ratio: the step of SplitMix64.
    static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// SplitMix64's finish: each bit of the input changes half of the output's.
    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A text's number (FNV-1a, mixed), the same in every run: Swift's own hashes are seeded anew each time.
    static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return mix(hash)
    }

    /// 32 hexadecimal digits, as an MD5 has them.
    static func hex(_ first: UInt64, _ second: UInt64) -> String {
        [first, second].map { number in
            let digits = String(mix(number), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        .joined()
    }
}
