/// Bytes as pairs of small hexadecimal digits.
package enum Hexadecimal {
    /// The pair of each byte, in the order in which its digits are in memory.
    private static let pairs: [UInt16] = {
        let digits = Array("0123456789abcdef".utf8)
        return (0...255).map { UInt16(littleEndian: UInt16(digits[$0 >> 4]) | UInt16(digits[$0 & 15]) << 8) }
    }()

    package static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        append(bytes[...], to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// All pairs are put there at once: digit by digit they were a tenth of what signing a line for S3 takes.
    package static func append(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
        let pairs = pairs
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: bytes.count) { found in
            for (place, byte) in bytes.enumerated() { found.initializeElement(at: place, to: pairs[Int(byte)]) }
            text.append(contentsOf: UnsafeRawBufferPointer(found))
        }
    }
}
