/// The kinds of video files, told by their first bytes.
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
        let bytes = Array(prefix.prefix(Self.prefixLength))
        if Self.beginsWithBox(bytes) {
            self = .mp4
        } else if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
            self = .matroska
        } else if bytes.starts(with: [0x46, 0x4C, 0x56, 0x01]) {
            self = .flv
        } else {
            return nil
        }
    }

    /// What QuickTime files of the time before `ftyp` begin with (QuickTime File Format, "Movie Files").
    private static let oldFirstBoxes = ["moov", "mdat", "free", "skip", "wide", "pnot"]

    private static func beginsWithBox(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == prefixLength else { return false }
        let type = String(decoding: bytes[4...], as: UTF8.self)
        // A page may say "The free trial": no box of these has a size that is text.
        return type == "ftyp" || (oldFirstBoxes.contains(type) && !bytes[..<4].allSatisfy(isText))
    }

    private static func isText(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) || (0x09...0x0D).contains(byte) }

    /// The walk over a file of this kind and so many bytes; nil for a kind whose structure is not looked at.
    package func walk(over length: Int64) -> StructureWalk? {
        switch self {
        case .mp4: .boxes(BoxWalk(over: length))
        case .matroska: .elements(ElementWalk(over: length))
        case .flv: nil
        }
    }
}
