/// What stands before the media data of a synthetic video (ISO/IEC 14496-12).
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

    /// Sizes of 4 GiB and more stand in 64 bits behind the type, which the size 1 announces.
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
