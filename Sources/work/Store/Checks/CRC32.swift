internal import CZlib

/// The CRC-32 of Ethernet, zip and PNG, over bytes that come in pieces.
package struct CRC32: Sendable {
    private var sum: CUnsignedLong = 0

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        // Without a buffer zlib would begin anew.
        guard let start = bytes.baseAddress else { return }
        sum = unsafe crc32_z(sum, start.assumingMemoryBound(to: UInt8.self), bytes.count)
    }

    /// The sum of what has come so far, as four bytes, the highest first.
    package var value: [UInt8] {
        unsafe withUnsafeBytes(of: UInt32(truncatingIfNeeded: sum).bigEndian) { unsafe Array($0) }
    }
}
