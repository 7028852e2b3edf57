internal import POSIX

/// Whether a file is subtitles: WebVTT, or the numbered blocks of SubRip. A text of another kind is not taken for one.
enum SubtitleCheck {
    private static let pieceLength = 1 << 16

    /// - Parameter level: `type` or `structure`.
    static func flaw(_ bytes: inout FileBytes, _ level: Verification.Level) throws(SystemError) -> ContentFlaw? {
        let head = Array(try bytes.bytes(at: 0, count: ContentCheck.headLength))
        let text = plain(head)
        guard isWebVTT(text) || isSubRip(text) else { return .type }
        // Half of what is written in UTF-16 is zeros.
        guard level == .structure, !isWide(head) else { return nil }
        var position: Int64 = 0
        while position < bytes.length {
            let piece = try bytes.bytes(at: position, count: pieceLength)
            guard !piece.isEmpty else { break }
            if let hole = piece.firstIndex(of: 0) {
                return .damaged("at byte \(position + Int64(hole - piece.startIndex)) there is a zero, and no text")
            }
            position += Int64(piece.count)
        }
        return nil
    }

    private static func isWide(_ head: [UInt8]) -> Bool {
        head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF])
    }

    /// The text without its byte-order mark, with what is ASCII in it as ASCII.
    private static func plain(_ head: [UInt8]) -> ArraySlice<UInt8> {
        if isWide(head) { return head.dropFirst(2).filter { $0 != 0 }[...] }
        return head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head[...]
    }

    /// The word, alone or with something after a blank (WebVTT, section 4.1).
    private static func isWebVTT(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.starts(with: "WEBVTT".utf8) else { return false }
        return text.dropFirst(6).first.map { [0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? true
    }

    /// A number, and on the next line two times: `00:00:01,000 --> 00:00:04,000`.
    private static func isSubRip(_ text: ArraySlice<UInt8>) -> Bool {
        let lines = text.split(maxSplits: 3) { $0 == 0x0A || $0 == 0x0D }.map(trimmed).filter { !$0.isEmpty }
        guard lines.count >= 2, lines[0].allSatisfy(isDigit), let end = lines[1].firstIndex(of: UInt8(ascii: "-"))
        else {
            return false
        }
        return isTime(trimmed(lines[1][..<end])) && lines[1][end...].starts(with: "-->".utf8)
            && trimmed(lines[1][end...].dropFirst(3)).first.map(isDigit) ?? false
    }

    private static func isTime(_ text: ArraySlice<UInt8>) -> Bool {
        text.first.map(isDigit) ?? false && text.count { $0 == UInt8(ascii: ":") } == 2
            && text.allSatisfy { isDigit($0) || [0x3A, 0x2C, 0x2E].contains($0) }
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let last = text.lastIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return [] }
        return text[...last].drop { $0 == 0x20 || $0 == 0x09 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
