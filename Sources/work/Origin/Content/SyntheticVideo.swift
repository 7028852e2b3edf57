package import POSIX
internal import Records

/// A made-up video: its bytes follow from its path, and any range of them is made without the rest.
///
/// It has the structure of an MP4 file to the last byte: `ftyp`, `moov` with its header, and one `mdat` that fills the
/// rest. One that is too small for that is cut off.
package struct SyntheticVideo: OriginObject, Sendable {
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

/// A video for any path, made up on the spot.
package struct SyntheticContent: Content {
    private let sizes: SizeRange

    package init(sizes: SizeRange) { self.sizes = sizes }

    package func object(at path: String) -> (any OriginObject)? { video(at: path) }

    /// The video at a path, with or without the slash in front.
    package func video(at path: String) -> SyntheticVideo {
        let path = path.hasPrefix("/") ? path : "/" + path
        return SyntheticVideo(path: path, size: sizes.size(for: path))
    }
}

/// The sizes that videos have: one (`50k`), or any between two (`16k..2M`).
package struct SizeRange: Equatable, Sendable {
    private let sizes: ClosedRange<Int64>

    package init(_ sizes: ClosedRange<Int64>) {
        precondition(sizes.lowerBound >= 0)
        self.sizes = sizes
    }

    /// Returns nil where the text is neither a size nor a range of sizes.
    package init?(parsing text: String) {
        let ends = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
            .map { ByteCount(parsing: String($0))?.value }
        guard let lower = ends[0], let upper = ends[ends.count - 1], lower <= upper else { return nil }
        sizes = lower...upper
    }

    /// The size that follows from a path.
    func size(for path: String) -> Int64 {
        let span = UInt64(sizes.upperBound - sizes.lowerBound)
        guard span > 0, span < .max else { return sizes.lowerBound }
        // Hashed with something after it: the path's own hash is the seed of its bytes.
        return sizes.lowerBound + Int64(Mixing.hash(path + "#size") % (span + 1))
    }
}

/// What is before the media data of a synthetic video (ISO/IEC 14496-12).
enum MP4Header {
    /// `ftyp`, `moov`, and the head of an `mdat` that reaches to the end of a file of `size` bytes.
    static func bytes(forFileOf size: Int64) -> [UInt8] {
        let boxes = fileType + box("moov", movieHeader)
        return boxes + mediaDataHead(filling: size - Int64(boxes.count))
    }

    private static let fileType = box("ftyp", ascii("isom") + bigEndian(UInt32(0x200)) + ascii("isomiso2avc1mp41"))

    /// Version 0: times, 1,000 units a second, duration; normal rate and volume, no transformation, no track yet.
    private static let movieHeader = box(
        "mvhd",
        zeros(4) + zeros(8) + bigEndian(UInt32(1000)) + bigEndian(UInt32(60_000))
            + bigEndian(UInt32(0x1_0000)) + [1, 0] + zeros(10)
            + identityMatrix + zeros(24) + bigEndian(UInt32(1)))

    private static let identityMatrix =
        [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000].flatMap { bigEndian(UInt32($0)) }

    /// Sizes of 4 GiB and more are in 64 bits after the type, which the size 1 announces.
    private static func mediaDataHead(filling size: Int64) -> [UInt8] {
        if let short = UInt32(exactly: size) { return bigEndian(max(short, 8)) + ascii("mdat") }
        return bigEndian(UInt32(1)) + ascii("mdat") + bigEndian(UInt64(clamping: size))
    }

    private static func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        bigEndian(UInt32(8 + content.count)) + ascii(type) + content
    }

    private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    private static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
}

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

    /// A text's number, the same in every run.
    static func hash(_ text: String) -> UInt64 {
        mix(StableHash.of(text))
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
