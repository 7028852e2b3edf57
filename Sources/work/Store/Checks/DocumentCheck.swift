internal import POSIX

/// Whether a file is a document that comes with a course: a PDF, tablature, a picture, or what is made of a zip archive.
/// What marks its end has to be near its end.
enum DocumentCheck {
    private struct Form {
        let name: String
        /// What it begins with, and at which byte.
        let start: [UInt8]
        var offset = 0
        /// What is among its last bytes, and for a message; nil where nothing has to be.
        var end: (mark: [UInt8], within: Int, words: String)?
    }

    private static let forms = [
        // ISO 32000-1, section 7.5.5; of what comes after the mark, and how far, see its implementation notes.
        Form(name: "PDF", start: Array("%PDF-".utf8), end: (Array("%%EOF".utf8), 1024, "'%%EOF'")),
        // Guitar Pro 7, office files, EPUB: APPNOTE.TXT, section 4.3.16; a comment may follow the record.
        Form(
            name: "zip", start: [0x50, 0x4B, 0x03, 0x04],
            end: ([0x50, 0x4B, 0x05, 0x06], 22 + 65_535, "the list of what is in it")),
        Form(
            name: "PNG", start: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
            end: (Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82], 1024, "its last chunk")),
        // Cameras put more after the picture.
        Form(name: "JPEG", start: [0xFF, 0xD8, 0xFF], end: ([0xFF, 0xD9], 65_536, "the end of the picture")),
        Form(name: "Guitar Pro", start: Array("FICHIER GUITAR PRO".utf8), offset: 1),
        Form(name: "Guitar Pro 6", start: Array("BCFZ".utf8)),
        Form(name: "Power Tab", start: Array("ptab".utf8)),
        Form(name: "old office file", start: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
    ]

    /// - Parameter level: `type` or `structure`.
    static func flaw(_ bytes: inout FileBytes, _ level: Verification.Level) throws(SystemError) -> ContentFlaw? {
        let head = Array(try bytes.bytes(at: 0, count: ContentCheck.headLength))
        guard let form = form(head) else { return .type }
        guard level == .structure, let end = form.end else { return nil }
        if contains(Array(try bytes.last(end.within)), end.mark) { return nil }
        return .damaged("of what is a \(form.name), the end is missing: \(end.words)")
    }

    private static func form(_ head: [UInt8]) -> Form? {
        if let form = forms.first(where: { head.dropFirst($0.offset).starts(with: $0.start) }) { return form }
        // A PDF may have something before it, but no page that speaks of PDFs is one.
        guard let first = head.first(where: { $0 > 0x20 && $0 < 0x80 }), first != UInt8(ascii: "<") else { return nil }
        return contains(head, forms[0].start + [UInt8(ascii: "1")]) ? forms[0] : nil
    }

    private static func contains(_ bytes: [UInt8], _ mark: [UInt8]) -> Bool {
        var rest = bytes[...]
        while let start = rest.firstIndex(of: mark[0]) {
            if rest[start...].starts(with: mark) { return true }
            rest = rest[(start + 1)...]
        }
        return false
    }
}
