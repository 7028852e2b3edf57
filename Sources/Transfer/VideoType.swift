/// The kinds of video files, told by their first bytes.
package enum VideoType: Sendable {
    /// MP4 and QuickTime: a box of type `ftyp` comes first (ISO/IEC 14496-12, section 4.3).
    case mp4
    /// WebM and Matroska: the EBML header (RFC 8794, section 11.2.1).
    case matroska
    /// Flash video.
    case flv

    /// How many bytes it takes to tell.
    package static let prefixLength = 8

    package init?(prefix: some Collection<UInt8>) {
        let bytes = Array(prefix.prefix(Self.prefixLength))
        if bytes.count >= 8 && bytes[4..<8].elementsEqual("ftyp".utf8) {
            self = .mp4
        } else if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
            self = .matroska
        } else if bytes.starts(with: [0x46, 0x4C, 0x56, 0x01]) {
            self = .flv
        } else {
            return nil
        }
    }
}
