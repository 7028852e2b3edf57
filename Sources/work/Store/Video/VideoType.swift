/// The kinds of video files, recognised by their first bytes.
package enum VideoType: Sendable {
    /// MP4 and QuickTime: a sequence of boxes (ISO/IEC 14496-12, section 4.2).
    case mp4
    /// WebM and Matroska: the EBML header (RFC 8794, section 11.2.1).
    case matroska
    /// Flash video.
    case flv

    /// How many bytes it takes to tell.
    package static let prefixLength = 8

    package init?(prefix: ArraySlice<UInt8>) {
        switch prefix.prefix(4).reduce(0, { $0 << 8 | UInt32($1) }) {
        case 0x1A45_DFA3: self = .matroska
        case 0x464C_5601: self = .flv
        default:
            guard Self.beginsWithBox(prefix) else { return nil }
            self = .mp4
        }
    }

    /// What QuickTime files of the time before `ftyp` begin with (QuickTime File Format, "Movie Files").
    private static let oldFirstBoxes = ["moov", "mdat", "free", "skip", "wide", "pnot"]

    private static func beginsWithBox(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= prefixLength else { return false }
        let type = bytes.dropFirst(4).prefix(4)
        if type.elementsEqual("ftyp".utf8) { return true }
        // A page may say "The free trial": no box of these has a size that is text.
        return oldFirstBoxes.contains { type.elementsEqual($0.utf8) } && !bytes.prefix(4).allSatisfy(isText)
    }

    private static func isText(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) || (0x09...0x0D).contains(byte) }

    /// The walk over a file of this kind and this many bytes; nil for a kind whose structure is not checked.
    package func walk(over length: Int64) -> StructureWalk? {
        switch self {
        case .mp4: .boxes(BoxWalk(over: length))
        case .matroska: .elements(ElementWalk(over: length))
        case .flv: nil
        }
    }
}

/// Follows the structure of a video file from one head to the next, up to the file's end. It reads nothing itself: it
/// says where the next head is, and is given its bytes. It takes any bytes, and throws for those that are not a
/// video's.
package enum StructureWalk: Sendable {
    case boxes(BoxWalk)
    case elements(ElementWalk)

    /// How many bytes a head has at most.
    package static let headLength = 16

    /// Where the next head begins. Nil when the end was reached and nothing was wrong.
    package var position: Int64? {
        switch self {
        case .boxes(let walk): walk.position
        case .elements(let walk): walk.position
        }
    }

    /// Whether what is before `position` is a whole video in itself.
    package var isWhole: Bool {
        switch self {
        case .boxes(let walk): walk.isWhole
        case .elements(let walk): walk.isWhole
        }
    }

    /// Whether it is one in fragments, of which more may always follow.
    package var isFragmented: Bool {
        if case .boxes(let walk) = self { walk.hasFragments } else { false }
    }

    /// Takes the bytes at `position`: `headLength` of them, or what the file has left.
    package mutating func accept(_ head: ArraySlice<UInt8>) throws(StructureFlaw) {
        switch self {
        case .boxes(var walk):
            try walk.accept(head)
            self = .boxes(walk)
        case .elements(var walk):
            try walk.accept(head)
            self = .elements(walk)
        }
    }
}

/// Why a file is not a whole video.
package enum StructureFlaw: Error, Equatable, CustomStringConvertible {
    /// What should begin here is not what such a file is made of.
    case unknown(at: Int64)
    /// A size that is smaller than what says it.
    case badSize(at: Int64)
    /// What begins here reaches beyond the file's end.
    case cutOff(at: Int64, missing: Int64)
    /// Another file begins within this one.
    case secondFile(at: Int64)
    /// Nothing says what the video's tracks are.
    case noMovie
    /// There are no pictures and no sound.
    case noMedia
    /// So many bytes follow a video that is whole in itself, or looks so: where it is fragmented, more of it may have
    /// been there.
    case tail(bytes: Int64, areZero: Bool, isFragmented: Bool)

    package var description: String {
        switch self {
        case .unknown(let position): "at byte \(position) there is nothing that a video is made of"
        case .badSize(let position): "what begins at byte \(position) has an impossible size"
        case .cutOff(let position, let missing): "of what begins at byte \(position), \(missing) bytes are missing"
        case .secondFile(let position): "another file begins at byte \(position)"
        case .noMovie: "it has no description of its tracks"
        case .noMedia: "it has no pictures and no sound"
        case .tail(1, let areZero, _): "1 byte follows its last box, \(areZero ? "a zero" : "not a zero")"
        case .tail(let count, true, _): "\(count) bytes follow its last box, all of them zeros"
        case .tail(let count, false, _): "\(count) bytes follow its last box, not all of them zeros"
        }
    }
}
