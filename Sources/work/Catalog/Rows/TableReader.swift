internal import Glibc
internal import NDJSON
internal import POSIX

/// Bytes from a descriptor to the rows of a table. Empty lines are passed over.
struct TableReader: ~Copyable {
    /// As for lines.
    private static let longestRow = LineReader.longestLine
    private static let tooLong = "the row is longer than 1 MiB"

    private let descriptor: CInt
    private let dialect: TableDialect
    private let chunk: Int
    /// What was read and is not yet taken is at `start ..< end`.
    private var buffer: [UInt8]
    private var start = 0
    private var end: Int
    private var atEnd = false
    /// In the middle of a line that is passed over.
    private var isSkipping = false
    private var nextLine = 1
    private var headerLine = 1
    private var dropsCarriageReturn = false

    /// The current row.
    private(set) var row = TableRow()
    /// The number of its first line, from 1.
    private(set) var lineNumber = 0

    init(_ descriptor: CInt, _ dialect: TableDialect, after head: [UInt8] = [], chunk: Int = 65536) {
        self.descriptor = descriptor
        self.dialect = dialect
        self.chunk = chunk
        buffer = head
        end = head.count
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
        // Excel's line that says what parts the fields.
        if head.dropFirst(start).starts(with: "sep=".utf8) { _ = skipLine() }
        headerLine = nextLine
    }

    /// Moves to the next row that has been read to its end. False: `fill` has to be called, which may block.
    mutating func advance() -> Bool {
        while start < end {
            if isSkipping {
                guard skipLine() else { return false }
                continue
            }
            lineNumber = nextLine
            guard let length = parseRow() else { return refuseRow() }
            if length > Self.longestRow { row.clear(problem: Self.tooLong) }
            nextLine += buffer.withUnsafeBytes { $0[start..<start + length].count { $0 == 0x0A } }
            start += length
            // As the header's line ends, all do.
            if lineNumber == headerLine { dropsCarriageReturn = row.endsInCarriageReturn }
            // A spreadsheet's empty rows are separators and nothing else.
            if !row.text.isEmpty || row.problem != nil { return true }
        }
        return false
    }

    /// Reads once more. False at the end of the input, when nothing is left in the buffer either.
    mutating func fill() throws(SystemError) -> Bool {
        if atEnd { return start < end }
        if start > 0 {
            buffer.removeSubrange(..<start)
            (start, end) = (0, end - start)
        }
        if buffer.count < end + chunk { buffer += [UInt8](repeating: 0, count: end + chunk - buffer.count) }
        let count = try buffer.withUnsafeMutableBufferPointer { [end] bytes throws(SystemError) in
            let room = UnsafeMutableBufferPointer(rebasing: bytes[end...])
            return try Descriptor.read(descriptor, into: UnsafeMutableRawBufferPointer(room))
        }
        end += count
        atEnd = count == 0
        return !atEnd || start < end
    }

    private mutating func parseRow() -> Int? {
        let (isAll, drops) = (atEnd, dropsCarriageReturn || nextLine == headerLine)
        var row = TableRow()
        swap(&row, &self.row)
        defer { swap(&row, &self.row) }
        return buffer.withUnsafeBytes { bytes in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            switch dialect {
            case .quoted(let separator): return row.parseQuoted(rest, separator: separator, isAll: isAll)
            case .tabs: return row.parseTabs(rest, isAll: isAll, dropsCarriageReturn: drops)
            }
        }
    }

    /// A row without an end is bad where no end can come; reading goes on in the line after its first one.
    private mutating func refuseRow() -> Bool {
        guard atEnd || end - start > Self.longestRow else { return false }
        let isOpen = dialect != .tabs && buffer[start..<end].contains(UInt8(ascii: "\""))
        row.clear(problem: isOpen ? "a quotation mark is not closed" : Self.tooLong)
        _ = skipLine()
        return true
    }

    /// False where the line's end is not there yet.
    private mutating func skipLine() -> Bool {
        let lineEnd = buffer[start..<end].firstIndex(of: 0x0A)
        start = lineEnd.map { $0 + 1 } ?? end
        isSkipping = lineEnd == nil && !atEnd
        if lineEnd != nil { nextLine += 1 }
        return lineEnd != nil
    }
}

/// How the fields of a table are parted and quoted.
enum TableDialect: Equatable {
    /// RFC 4180: commas part fields, or the semicolons of spreadsheets where a comma is the decimal mark. An empty
    /// field is NULL and one in quotes an empty text: so `sqlite3 -csv` and COPY write them. So are `NULL` and `\N`
    /// without quotes, which other clients write.
    case quoted(separator: UInt8)
    /// Tabs separate fields. `\t`, `\n`, `\0` and `\\` mean a tab, a line end, NUL and a backslash; NULL is `NULL`
    /// (`mysql --batch`) or `\N` (COPY).
    case tabs
}

/// One row of a table, its fields without their quotes and escapes.
struct TableRow {
    private struct Field {
        let range: Range<Int>
        let isNull: Bool
    }

    /// The fields' texts, one after the other.
    private(set) var text: [UInt8] = []
    private var fields: [Field] = []
    /// What is wrong with the row as a whole.
    private(set) var problem: String?
    /// Whether its line ended in CR LF, where the CR is not part of a field.
    private(set) var endsInCarriageReturn = false

    var count: Int { fields.count }

    func isNull(_ field: Int) -> Bool { fields[field].isNull }

    func withText<Result>(_ field: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        text.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[fields[field].range])) }
    }

    func string(_ field: Int) -> String { String(decoding: text[fields[field].range], as: UTF8.self) }

    mutating func clear(problem: String? = nil) {
        text.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        self.problem = problem
        endsInCarriageReturn = false
    }

    private mutating func endField(from start: Int, isNull: Bool) {
        fields.append(Field(range: start..<text.count, isNull: isNull))
    }
}

// MARK: - Quoted fields

extension TableRow {
    /// Takes the row that the bytes begin with.
    ///
    /// - Parameter isAll: whether more bytes will not come.
    /// - Returns: how many bytes it was, its line end included; nil where it has no end yet, or (with `isAll`) a quoted
    ///   field is not closed.
    mutating func parseQuoted(_ bytes: UnsafeRawBufferPointer, separator: UInt8, isAll: Bool) -> Int? {
        clear()
        var at = 0
        while true {
            let isQuoted = at < bytes.count && bytes[at] == UInt8(ascii: "\"")
            let isWhole =
                isQuoted
                ? parseQuotedField(bytes, &at, separator, isAll) : parsePlainField(bytes, &at, separator, isAll)
            guard isWhole else { return nil }
            guard at < bytes.count else { return at }
            at += 1
            if bytes[at - 1] == UInt8(ascii: "\n") { return at }
        }
    }

    /// Up to the separator, line end or end after the field.
    private mutating func parsePlainField(
        _ bytes: UnsafeRawBufferPointer, _ at: inout Int, _ separator: UInt8, _ isAll: Bool
    ) -> Bool {
        let start = at
        Self.skipToFieldEnd(bytes, &at, separator)
        guard at < bytes.count || isAll else { return false }
        var end = at
        if end > start, bytes[end - 1] == UInt8(ascii: "\r"), at == bytes.count || bytes[at] == UInt8(ascii: "\n") {
            end -= 1
            endsInCarriageReturn = true
        }
        let (count, field) = (text.count, UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        text.append(contentsOf: field)
        endField(from: count, isNull: NothingWords.isBareNull(field))
        return true
    }

    private mutating func parseQuotedField(
        _ bytes: UnsafeRawBufferPointer, _ at: inout Int, _ separator: UInt8, _ isAll: Bool
    ) -> Bool {
        let count = text.count
        at += 1
        while true {
            guard let quote = Self.find(UInt8(ascii: "\""), in: bytes, from: at) else { return false }
            text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[at..<quote]))
            at = quote + 1
            guard at < bytes.count || isAll else { return false }
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { break }
            text.append(UInt8(ascii: "\""))
            at += 1
        }
        endField(from: count, isNull: false)
        return skipBehindQuote(bytes, &at, separator, isAll)
    }

    /// Nothing but a carriage return may be between a closing quote and the field's end.
    private mutating func skipBehindQuote(
        _ bytes: UnsafeRawBufferPointer, _ at: inout Int, _ separator: UInt8, _ isAll: Bool
    ) -> Bool {
        let start = at
        Self.skipToFieldEnd(bytes, &at, separator)
        guard at < bytes.count || isAll else { return false }
        endsInCarriageReturn = at == start + 1 && bytes[start] == UInt8(ascii: "\r")
        if at > start && !endsInCarriageReturn { problem = "there is text after a closing quotation mark" }
        return true
    }

    private static func skipToFieldEnd(_ bytes: UnsafeRawBufferPointer, _ at: inout Int, _ separator: UInt8) {
        while at < bytes.count && bytes[at] != separator && bytes[at] != UInt8(ascii: "\n") { at += 1 }
    }
}

// MARK: - Tabs

extension TableRow {
    /// As `parseQuoted`.
    ///
    /// - Parameter dropsCarriageReturn: whether the table's lines end in CR LF; else a CR is part of a field.
    mutating func parseTabs(_ bytes: UnsafeRawBufferPointer, isAll: Bool, dropsCarriageReturn: Bool) -> Int? {
        clear()
        let lineEnd = Self.find(UInt8(ascii: "\n"), in: bytes, from: 0)
        guard let length = lineEnd ?? (isAll ? bytes.count : nil) else { return nil }
        var end = length
        if end > 0, bytes[end - 1] == UInt8(ascii: "\r") {
            endsInCarriageReturn = true
            if dropsCarriageReturn { end -= 1 }
        }
        var at = 0
        while true {
            let fieldEnd = Self.find(UInt8(ascii: "\t"), in: UnsafeRawBufferPointer(rebasing: bytes[..<end]), from: at)
            appendUnescaped(UnsafeRawBufferPointer(rebasing: bytes[at..<(fieldEnd ?? end)]))
            guard let fieldEnd else { return lineEnd == nil ? length : length + 1 }
            at = fieldEnd + 1
        }
    }

    private mutating func appendUnescaped(_ field: UnsafeRawBufferPointer) {
        let count = text.count
        let isNull = field.elementsEqual("NULL".utf8) || field.elementsEqual("\\N".utf8)
        var at = 0
        while let backslash = Self.find(UInt8(ascii: "\\"), in: field, from: at), backslash + 1 < field.count {
            text.append(contentsOf: field[at..<backslash])
            switch field[backslash + 1] {
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "0"): text.append(0x00)
            case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
            // Not an escape: both mean themselves.
            case let byte: text.append(contentsOf: [UInt8(ascii: "\\"), byte])
            }
            at = backslash + 2
        }
        text.append(contentsOf: field[at...])
        endField(from: count, isNull: isNull)
    }

    private static func find(_ byte: UInt8, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, CInt(byte), bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
