/// The walk over the boxes of an MP4 or QuickTime file: their sizes add up to the file's length, and there are tracks
/// and media, in one movie or in fragments. What is inside the boxes is not checked.
package struct BoxWalk: Sendable {
    private(set) var position: Int64? = 0
    private let length: Int64
    private var hasMovie = false
    private var hasMedia = false
    private(set) var hasFragments = false
    /// Whether the last fragment's media are still to come.
    private var isFragmentOpen = false

    var isWhole: Bool { hasMovie && hasMedia && !isFragmentOpen }

    /// - Parameter length: of the file, in bytes.
    init(over length: Int64) { self.length = length }

    mutating func accept(_ head: ArraySlice<UInt8>) throws(StructureFlaw) {
        guard let start = position else { return }
        let box = try BoxHead(head, at: start)
        let rest = length - start
        let size = box.size ?? rest
        guard size <= rest else { throw .cutOff(at: start, missing: size - rest) }
        try note(box.type, at: start)
        guard size == rest else {
            position = start + size
            return
        }
        try checkEnd()
        position = nil
    }

    private mutating func note(_ type: UInt32, at start: Int64) throws(StructureFlaw) {
        switch type {
        case BoxHead.ftyp:
            // Only what can be left out comes before it (section 4.3.1).
            guard !hasMovie && !hasMedia else { throw .secondFile(at: start) }
        case BoxHead.moov: hasMovie = true
        case BoxHead.moof: (hasMovie, hasFragments, isFragmentOpen) = (true, true, true)
        case BoxHead.mdat, BoxHead.imda: (hasMedia, isFragmentOpen) = (true, false)
        default: break
        }
    }

    private func checkEnd() throws(StructureFlaw) {
        guard hasMovie else { throw .noMovie }
        guard hasMedia && !isFragmentOpen else { throw .noMedia }
    }
}

/// The head of a box (ISO/IEC 14496-12, section 4.2.2): its type, and its size with the head.
struct BoxHead: Equatable {
    /// Four characters, each in a byte: comparing a word costs less than comparing a text.
    let type: UInt32
    /// Nil: it reaches to the end of the file.
    let size: Int64?

    static let ftyp: UInt32 = 0x6674_7970
    static let moov: UInt32 = 0x6D6F_6F76
    static let moof: UInt32 = 0x6D6F_6F66
    static let mdat: UInt32 = 0x6D64_6174
    static let imda: UInt32 = 0x696D_6461
    static let uuid: UInt32 = 0x7575_6964

    /// Reads the head of the box at `position`.
    init(_ bytes: ArraySlice<UInt8>, at position: Int64) throws(StructureFlaw) {
        guard bytes.count >= 8 else { throw .cutOff(at: position, missing: Int64(8 - bytes.count)) }
        let typeBytes = bytes.dropFirst(4).prefix(4)
        guard typeBytes.allSatisfy(Self.isOfType) else { throw .unknown(at: position) }
        type = UInt32(Self.number(typeBytes))
        let least: Int64
        switch Self.number(bytes.prefix(4)) {
        case 0:
            size = nil
            return
        case 1:
            guard bytes.count >= 16 else { throw .cutOff(at: position, missing: Int64(16 - bytes.count)) }
            (size, least) = (Int64(clamping: Self.number(bytes.dropFirst(8).prefix(8))), 16)
        case let short: (size, least) = (Int64(clamping: short), 8)
        }
        // A user's own type follows the head (section 4.2.2).
        guard size ?? least >= least + (type == Self.uuid ? 16 : 0) else { throw .badSize(at: position) }
    }

    /// Registered types are of printable characters: a hole of zeros, or noise, is not a type.
    private static func isOfType(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) || byte == 0xA9 }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
