internal import Glibc
internal import NDJSON
internal import POSIX

/// Where a catalogue is read from. What kind of source it is, its first bytes tell.
package struct CatalogInput: Sendable {
    private enum Place {
        case standardInput
        case file(path: String)
        case server(PageServer)
        case bucket(BucketListing)
    }

    private let place: Place

    package static var standardInput: Self { Self(place: .standardInput) }

    package static func file(_ path: String) -> Self { Self(place: .file(path: path)) }

    package static func server(_ server: PageServer) -> Self { Self(place: .server(server)) }

    package static func bucket(_ listing: BucketListing) -> Self { Self(place: .bucket(listing)) }

    /// As messages show it.
    package var name: String {
        switch place {
        case .standardInput: "standard input"
        case .file(let path): path
        case .server(let server): server.name
        case .bucket(let listing): listing.name
        }
    }

    /// Opens the source and looks at its start.
    package func source(_ reading: ReadOptions) throws(CatalogError) -> any RowSource {
        switch place {
        case .standardInput: return try source(File(owning: dup(STDIN_FILENO)), reading)
        case .file(let path): return try source(Self.open(path), reading)
        case .server(let server): return json(PageLines(server), reading)
        case .bucket(let listing): return json(try BucketLines(listing), reading)
        }
    }

    private func source(_ file: File, _ reading: ReadOptions) throws(CatalogError) -> any RowSource {
        let head = try InputHead(of: file, name)
        let look = SourceLook(head.bytes).phrase
        switch (head.shape, place) {
        case (.database, .file(let path)) where Descriptor.isRegularFile(file.descriptor):
            return try DatabaseSource(self, path: path, reading)
        case (.database, _):
            throw CatalogError("\(name): a SQLite database cannot be read as a stream, give the path of its file")
        case (.table(let dialect), _): return try TableSource(self, file, dialect, after: head.bytes, reading)
        case (.lines, _): return json(SeparateLines(file, after: head.bytes), reading, look)
        case (.document, _): return json(DocumentLines(file, after: head.bytes), reading, look)
        }
    }

    private func json(
        _ lines: some JSONLines, _ reading: ReadOptions, _ look: String = SourceLook.json.phrase
    ) -> JSONSource {
        JSONSource(name, lines, reading.names, looksLike: look) { () throws(CatalogError) in
            try again()?.source(reading)
        }
    }

    /// The same input, if it can be read once more.
    func again() throws(CatalogError) -> CatalogInput? {
        guard case .file(let path) = place else { return nil }
        let file = try Self.open(path)
        return withExtendedLifetime(file) { Descriptor.isRegularFile(file.descriptor) } ? self : nil
    }

    private static func open(_ path: String) throws(CatalogError) -> File {
        do throws(SystemError) { return try File(reading: path) } catch {
            throw CatalogError("cannot open '\(path)': \(error.reason)")
        }
    }
}

/// What a source has to know about how it is to be read.
package struct ReadOptions: Sendable {
    /// The only courses that are wanted, which spares reading the others where that is possible; none: all.
    package var courses: Set<Int64> = []
    package var names = ColumnNames.usual
    package var schema = CatalogSchema.local

    package init(courses: Set<Int64> = [], names: ColumnNames = .usual, schema: CatalogSchema = .local) {
        (self.courses, self.names, self.schema) = (courses, names, schema)
    }
}

/// The first bytes of an input: as many as it takes to tell what it is.
struct InputHead {
    enum Shape {
        case database
        /// A JSON text on each line.
        case lines
        /// A JSON text over several lines, or several on one.
        case document
        /// A header, and a row on each line.
        case table(TableDialect)
    }

    let bytes: [UInt8]
    let shape: Shape

    init(of file: File, _ name: String) throws(CatalogError) {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count: Int
            do throws(SystemError) {
                count = try chunk.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
                    try Descriptor.read(file.descriptor, into: UnsafeMutableRawBufferPointer(buffer))
                }
            } catch {
                throw CatalogError(reading: name, error)
            }
            bytes += chunk[..<count]
            let isAll = count == 0 || bytes.count > LineReader.longestLine
            if let look = SourceLook(foreign: bytes) { throw CatalogError("\(name): it is \(look.phrase)") }
            if Self.isUTF16(bytes) {
                throw CatalogError("\(name): it is UTF-16, make it UTF-8 with 'iconv -f UTF-16 -t UTF-8'")
            }
            if let shape = Self.shape(of: bytes, isAll: isAll) {
                (self.bytes, self.shape) = (bytes, shape)
                return
            }
        }
    }

    /// By its mark, or the NUL beside the first letter.
    private static func isUTF16(_ bytes: [UInt8]) -> Bool {
        [[0xFE, 0xFF], [0xFF, 0xFE]].contains(Array(bytes.prefix(2))) || bytes.prefix(2).contains(0)
    }

    /// - Parameter isAll: whether more bytes will not come.
    /// - Returns: nil where it takes more bytes to tell.
    static func shape(of bytes: [UInt8], isAll: Bool) -> Shape? {
        if bytes.starts(with: Self.databaseMagic) { return .database }
        if !isAll && Self.databaseMagic.starts(with: bytes) { return nil }
        let text = bytes.dropFirst(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0).drop { isSpace($0) }
        switch text.first {
        case UInt8(ascii: "["): return .document
        case UInt8(ascii: "{"): return shape(ofObject: text) ?? (isAll ? .lines : nil)
        case nil: return isAll ? .lines : nil
        default: return shape(ofText: text, isAll: isAll)
        }
    }

    /// A table begins with a header of several names.
    private static func shape(ofText text: ArraySlice<UInt8>, isAll: Bool) -> Shape? {
        guard let lineEnd = text.firstIndex(of: 0x0A) ?? (isAll ? text.endIndex : nil) else { return nil }
        let line = text[..<lineEnd]
        if line.contains(0x09), !line.starts(with: "sep=".utf8) { return .table(.tabs) }
        // A line of JSON that lost its beginning has commas too.
        let isTorn = line.last { !isSpace($0) } == UInt8(ascii: "}")
        // Excel's way to say what parts the fields.
        if line.count >= 5, line.prefix(4).elementsEqual("sep=".utf8) {
            return .table(.quoted(separator: line[line.startIndex + 4]))
        }
        let separator = line.first { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") }
        guard let separator, !isTorn else { return .lines }
        return .table(.quoted(separator: separator))
    }

    private static func shape(ofObject text: ArraySlice<UInt8>) -> Shape? {
        var nesting = JSONNesting()
        var isBehindObject = false
        var compact: [UInt8] = []
        for byte in text {
            if byte == UInt8(ascii: "["), nesting.depth == 1, !nesting.isInString, JSONWrapper.opens(behind: compact) {
                return .document
            }
            if !isSpace(byte) { compact.append(byte) }
            if byte == 0x0A {
                // A line that ends inside a string was torn off: strings go over no line's end.
                return nesting.depth > 0 && !nesting.isInString ? .document : .lines
            }
            if isBehindObject, !isSpace(byte) { return byte == UInt8(ascii: "{") ? .document : .lines }
            nesting.take(byte)
            if nesting.depth == 0 { isBehindObject = true }
        }
        return nil
    }

    private static let databaseMagic = Array("SQLite format 3\0".utf8)

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}

/// What a source seems to be by its first bytes, and what to do about it.
enum SourceLook: CaseIterable {
    case compressed, zip, pdf, postgresDump, privateKey, pem
    case html, xml, sqlDump, drawnTable, json, text

    /// What never is a catalogue.
    init?(foreign bytes: [UInt8]) {
        guard let look = Self.allCases.first(where: { look in look.magic.contains { bytes.starts(with: $0) } }) else {
            return nil
        }
        let isKey = look == .pem && String(decoding: bytes.prefix(64), as: UTF8.self).contains("PRIVATE KEY")
        self = isKey ? .privateKey : look
    }

    /// What a text looks like of which no line is a record.
    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes.prefix(4096), as: UTF8.self).trimmed.lowercased()
        let firstLine = text.prefix { !$0.isNewline }
        if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") {
            self = .html
        } else if text.hasPrefix("<") {
            self = .xml
        } else if text.hasPrefix("{") || text.hasPrefix("[") {
            self = .json
        } else if ["-- ", "insert into ", "create table ", "pragma ", "begin transaction", "/*!"].contains(
            where: { text.hasPrefix($0) })
        {
            self = .sqlDump
        } else if firstLine.hasPrefix("+--") || firstLine.contains(" | ") {
            self = .drawnTable
        } else {
            self = .text
        }
    }

    private var magic: [[UInt8]] {
        switch self {
        case .compressed:
            [[0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0xFD, 0x37, 0x7A, 0x58, 0x5A], Array("BZh".utf8)]
        case .zip: [[0x50, 0x4B, 3, 4], [0xD0, 0xCF, 0x11, 0xE0]]
        case .pdf: [Array("%PDF-".utf8)]
        case .postgresDump: [Array("PGDMP".utf8)]
        case .pem: [Array("-----BEGIN ".utf8)]
        default: []
        }
    }

    var phrase: String {
        switch self {
        case .compressed: "compressed: unpack it first"
        case .zip: "a ZIP file or a spreadsheet: unpack it, or save the sheet as CSV"
        case .pdf: "a PDF: give the table that it was made from"
        case .postgresDump: "a dump of PostgreSQL: restore it, and use '--print-sql postgres'"
        case .privateKey: "a private key, not a catalogue"
        case .pem: "a key or a certificate, not a catalogue"
        case .html: "a web page: give the URL that answers JSON"
        case .xml: "XML: make JSON or CSV of it"
        case .sqlDump: "a dump of SQL: load it into its database, and use '--print-sql'"
        case .drawnTable: "a table drawn for people: use 'mysql --batch' or 'psql --csv'"
        case .json: "JSON whose objects have neither a 'path' nor a 'segment_id': name their fields with '--map'"
        case .text: "plain text: give a database, JSON, NDJSON, CSV or TSV"
        }
    }
}
