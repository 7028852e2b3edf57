internal import POSIX

/// Whether a file is audio, by its first frames or by what the format says of its length. A few reads, never the whole.
enum AudioCheck {
    /// - Parameter level: `type` or `structure`.
    static func flaw(_ bytes: inout FileBytes, _ level: Verification.Level) throws(SystemError) -> ContentFlaw? {
        let head = Array(try bytes.bytes(at: 0, count: VideoType.prefixLength + 4))
        if let chunks = ChunkedAudio(head) {
            return level == .structure ? chunks.flaw(bytes.length) : nil
        }
        if head.starts(with: "OggS".utf8) { return level == .structure ? try OggPage.flaw(&bytes) : nil }
        if head.starts(with: "fLaC".utf8) { return try FLACBlocks.flaw(&bytes, level) }
        // M4A is an MP4; WebM and Matroska have audio, too.
        if let type = VideoType(prefix: head.prefix(VideoType.prefixLength)), let walk = type.walk(over: bytes.length) {
            guard level == .structure else { return nil }
            return try VideoCheck.flaw(&bytes, walk).map { .structure($0) }
        }
        return try flawOfFrames(&bytes, after: ID3Tag.length(head), level)
    }

    /// So many frames have to follow each other.
    private static let frames = 3
    /// After a tag there may be so many bytes before the first frame.
    private static let longestGap = 4096

    /// MP3 and AAC begin with a frame, or with a tag and some padding.
    private static func flawOfFrames(
        _ bytes: inout FileBytes, after tag: Int64?, _ level: Verification.Level
    ) throws(SystemError) -> ContentFlaw? {
        guard let tag else { return try begin(&bytes, at: 0) ? nil : .type }
        guard level == .structure else { return nil }
        guard tag < bytes.length else { return .damaged("it ends within its tag") }
        let gap = Array(try bytes.bytes(at: tag, count: longestGap))
        for (offset, byte) in gap.enumerated() where byte == 0xFF {
            if try begin(&bytes, at: tag + Int64(offset)) { return nil }
        }
        if gap.starts(with: "fLaC".utf8) { return nil }
        return .damaged("after its tag there are no frames of audio")
    }

    /// Whether frames of one stream follow each other from here, some of them or all up to the end.
    private static func begin(_ bytes: inout FileBytes, at start: Int64) throws(SystemError) -> Bool {
        var position = start
        var first: AudioFrame?
        for count in 0..<frames {
            // One frame alone may be anything.
            guard position < bytes.length || count < 2 else { return true }
            let head = try bytes.bytes(at: position, count: AudioFrame.headLength)
            // Of a head that is cut, the rest may be right.
            if count > 0, !bytes.areAll, head.count < AudioFrame.headLength { return true }
            guard let frame = AudioFrame(head), first == nil || first?.stream == frame.stream else { return false }
            first = first ?? frame
            position += frame.length
        }
        return true
    }
}

/// The head of a frame of MPEG audio (ISO/IEC 11172-3, section 2.4.1.3), or of AAC as ADTS has it (ISO/IEC 13818-7,
/// section 6.2).
struct AudioFrame {
    /// In bytes, with its head.
    let length: Int64
    /// What the frames of one stream have in common: version, layer and sample rate.
    let stream: UInt16

    static let headLength = 6

    init?(_ head: ArraySlice<UInt8>) {
        let head = Array(head)
        guard head.count == Self.headLength, head[0] == 0xFF, head[1] & 0xE0 == 0xE0 else { return nil }
        guard let length = head[1] & 0xF6 == 0xF0 ? Self.lengthOfADTS(head) : Self.lengthOfMPEG(head) else {
            return nil
        }
        self.length = length
        let rate = head[1] & 0x06 == 0 ? head[2] & 0x3C : head[2] & 0x0C
        stream = UInt16(head[1] & 0x1E) << 8 | UInt16(rate)
    }

    private static func lengthOfADTS(_ head: [UInt8]) -> Int64? {
        let length = Int64(head[3] & 3) << 11 | Int64(head[4]) << 3 | Int64(head[5]) >> 5
        return length > 7 && (head[2] >> 2) & 15 < 13 ? length : nil
    }

    private static func lengthOfMPEG(_ head: [UInt8]) -> Int64? {
        let (version, layer) = (head[1] >> 3 & 3, head[1] >> 1 & 3)
        let (bits, rate, padding) = (Int(head[2] >> 4), Int(head[2] >> 2 & 3), Int64(head[2] >> 1 & 1))
        guard version != 1, layer != 0, (1...14).contains(bits), rate < 3 else { return nil }
        let isFirst = version == 3
        let samples = [44_100, 48_000, 32_000][rate] >> (isFirst ? 0 : version == 2 ? 1 : 2)
        let kilobits = (isFirst ? bitRates[3 - Int(layer)] : layer == 3 ? bitRates[3] : bitRates[4])[bits - 1]
        if layer == 3 { return (Int64(12_000 * kilobits / samples) + padding) * 4 }
        return Int64((isFirst || layer == 2 ? 144_000 : 72_000) * kilobits / samples) + padding
    }

    /// In thousands a second: of layers I, II and III of MPEG-1, then of layer I and of the others of MPEG-2.
    private static let bitRates = [
        [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ]
}

/// The tag before the frames (ID3v2, section 3.1).
enum ID3Tag {
    /// Of the whole tag; nil where there is none.
    static func length(_ head: [UInt8]) -> Int64? {
        guard head.count >= 10, head.starts(with: "ID3".utf8), head[6...9].allSatisfy({ $0 < 0x80 }) else { return nil }
        let hasFooter = head[5] & 0x10 != 0
        return head[6...9].reduce(0) { $0 << 7 | Int64($1) } + (hasFooter ? 20 : 10)
    }
}

/// WAV and AIFF: one chunk that says its length (EA IFF 85; Multimedia Programming Interface 1.0).
struct ChunkedAudio {
    /// Nil where it is not told: recordings whose end was not known when they began, and those beyond 4 GiB.
    private let size: Int64?

    /// Nil for what is neither.
    init?(_ head: [UInt8]) {
        guard head.count >= 12 else { return nil }
        let (form, type) = (head[..<4], head[8..<12])
        let isBig = form.elementsEqual("FORM".utf8)
        let isWave = ["RIFF", "RF64"].contains { form.elementsEqual($0.utf8) } && type.elementsEqual("WAVE".utf8)
        guard isWave || isBig && ["AIFF", "AIFC"].contains(where: { type.elementsEqual($0.utf8) }) else { return nil }
        let digits = isBig ? Array(head[4..<8]) : head[4..<8].reversed()
        let size = digits.reduce(0) { $0 << 8 | Int64($1) }
        self.size = size == 0 || size == 0xFFFF_FFFF ? nil : size
    }

    func flaw(_ length: Int64) -> ContentFlaw? {
        // Many a writer leaves out the byte that makes the length even.
        guard let size, size + 8 - length > 1 else { return nil }
        return .damaged("of its \(size + 8) bytes, \(size + 8 - length) are missing")
    }
}

/// The blocks before the frames of a FLAC file (RFC 9639, section 8).
enum FLACBlocks {
    /// Many more than any encoder writes: blocks may be empty, and each is a step.
    private static let mostBlocks = 1024

    static func flaw(_ bytes: inout FileBytes, _ level: Verification.Level) throws(SystemError) -> ContentFlaw? {
        guard level == .structure else { return nil }
        var position: Int64 = 4
        var isLast = false
        for _ in 0..<mostBlocks where !isLast {
            let head = Array(try bytes.bytes(at: position, count: 4))
            guard head.count == 4 else { return .damaged("it ends before its first frame") }
            isLast = head[0] & 0x80 != 0
            position += 4 + head[1...].reduce(0) { $0 << 8 | Int64($1) }
        }
        guard isLast else { return .damaged("it has more than \(mostBlocks) blocks before its first frame") }
        let frame = Array(try bytes.bytes(at: position, count: 2))
        guard frame.count == 2 else { return .damaged("it ends before its first frame") }
        return frame[0] == 0xFF && frame[1] & 0xFE == 0xF8 ? nil : .damaged("at byte \(position) no frame begins")
    }
}

/// The pages of an Ogg file (RFC 3533, section 6): the last one ends where the file ends.
enum OggPage {
    /// The longest that there can be.
    private static let longest = 27 + 255 + 255 * 255

    static func flaw(_ bytes: inout FileBytes) throws(SystemError) -> ContentFlaw? {
        let tail = Array(try bytes.last(longest))
        let isWhole = tail.indices.contains { start in
            guard tail[start] == UInt8(ascii: "O"), tail.count - start >= 27,
                tail[start...].starts(with: "OggS".utf8)
            else { return false }
            let lengths = tail[(start + 27)...].prefix(Int(tail[start + 26]))
            return start + 27 + lengths.count + lengths.reduce(0) { $0 + Int($1) } == tail.count
        }
        return isWhole ? nil : .damaged("its last page is not whole")
    }
}
