/// The search for what has to be escaped in a string: quotation marks, backslashes and control characters (RFC 8259,
/// section 7). Nearly no byte is one, so eight are looked at in one step.
extension UnsafeRawBufferPointer {
    /// Where the first such byte stands, from `start` on; the end where there is none.
    func firstToEscape(from start: Int) -> Int {
        var index = start
        while index + 8 <= count, !Self.holdsEscape(loadUnaligned(fromByteOffset: index, as: UInt64.self)) {
            index += 8
        }
        while index < count, !Self.isEscape(self[index]) { index += 1 }
        return index
    }

    private static func isEscape(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C }

    /// A byte minus a limit of at most 128 sets its highest bit where the byte was below it; that the bit was not set
    /// before is asked of the byte itself.
    private static func holdsEscape(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let below = (word &- ones &* 0x20) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
        return below & (ones &* 0x80) != 0
    }
}
