package import POSIX

/// A video that nobody filmed: its bytes follow from its path, and any range of them is made without the rest.
///
/// It has the structure of an MP4 file to the last byte: `ftyp`, `moov` with its header, and one `mdat` that fills the
/// rest. One that is too small for that is cut off.
package struct SyntheticVideo: StoredObject, Sendable {
    package let size: Int64
    private let seed: UInt64
    private let header: [UInt8]

    /// The video at a path, with or without the slash in front.
    package init(path: String, size: Int64) {
        self.size = size
        seed = Mixing.hash(path.hasPrefix("/") ? path : "/" + path)
        header = Array(MP4Header.bytes(forFileOf: size).prefix(Int(clamping: size)))
    }

    package var etag: String { "\"" + Mixing.hex(seed ^ UInt64(bitPattern: size), ~seed) + "\"" }

    /// Some second of the years 2015 to 2020.
    package var lastModified: Int64 { 1_420_070_400 + Int64(seed % (6 * 365 * 86400)) }

    package var contentType: String { "video/mp4" }

    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) {
        fillWithNoise(buffer, at: offset)
        guard offset < header.count else { return }
        buffer.copyBytes(from: header[Int(offset)...].prefix(buffer.count))
    }

    /// Noise in words of eight bytes, each from its own place in the file; those at the ends may be taken in part.
    private func fillWithNoise(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int64) {
        var index = UInt64(offset) / 8
        let skipped = Int(offset % 8)
        var position = 0
        if skipped > 0 {
            position = min(8 - skipped, buffer.count)
            withUnsafeBytes(of: word(index)) {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[skipped..<skipped + position]))
            }
            index += 1
        }
        while position + 8 <= buffer.count {
            buffer.storeBytes(of: word(index), toByteOffset: position, as: UInt64.self)
            position += 8
            index += 1
        }
        guard position < buffer.count else { return }
        withUnsafeBytes(of: word(index)) {
            UnsafeMutableRawBufferPointer(rebasing: buffer[position...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<(buffer.count - position)]))
        }
    }

    @inline(__always)
    private func word(_ index: UInt64) -> UInt64 { Mixing.mix(seed &+ index &* Mixing.step).littleEndian }
}
