/// A hash that is the same in each process, on every machine and in every version: FNV-1a of 64 bits
/// (draft-eastlake-fnv). Swift's own hashes have a new seed each time.
///
/// Who chooses the texts can make two of them collide: where that would do harm, `PathTable` has a key of its own.
package enum StableHash {
    private static let start: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01B3

    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = start
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* prime }
        return hash
    }

    /// Of the text's UTF-8.
    package static func of(_ text: String) -> UInt64 {
        var text = text
        // Not over the text's own view, which takes its time for each byte.
        return text.withUTF8 { of(UnsafeRawBufferPointer($0)) }
    }
}
