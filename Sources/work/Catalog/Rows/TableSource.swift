package import NDJSON
internal import POSIX
internal import Records

/// Rows that are lines of a table with a header: CSV, or what a database server's client prints.
package final class TableSource: RowSource {
    package let name: String
    private let input: CatalogInput
    private let reading: ReadOptions
    private let file: File
    // One row at a time is read, and nothing that is called with it calls back.
    @exclusivity(unchecked) private var reader: TableReader
    private let header: TableHeader
    /// By column, the field that the row at hand has it in, or -1: of those whose bit is in `lookedUp`.
    @exclusivity(unchecked) private var found = [Int](repeating: -1, count: Column.allCases.count)
    @exclusivity(unchecked) private var lookedUp: UInt64 = 0
    /// Whether all of the row is: then each field is UTF-8.
    @exclusivity(unchecked) private var isASCII = false

    init(
        _ input: CatalogInput, _ file: File, _ dialect: TableDialect, after head: [UInt8], _ reading: ReadOptions
    ) throws(CatalogError) {
        (self.input, self.file, self.reading) = (input, file, reading)
        name = input.name
        reader = TableReader(file.descriptor, dialect, after: head)
        guard try Self.advance(&reader, name, {}) else { throw CatalogError("\(name): no header in it") }
        header = try TableHeader(reader.row, reading.names, name)
    }

    package var rowName: String { "line \(reader.lineNumber)" }

    package func advance(beforeReading: () throws(CatalogError) -> Void) throws(CatalogError) -> Bool {
        lookedUp = 0
        guard try Self.advance(&reader, name, beforeReading) else { return false }
        isASCII = reader.row.text.withUnsafeBytes(\.isASCII)
        return true
    }

    private static func advance(
        _ reader: inout TableReader, _ name: String, _ beforeReading: () throws(CatalogError) -> Void
    ) throws(CatalogError) -> Bool {
        while !reader.advance() {
            try beforeReading()
            do throws(SystemError) {
                guard try reader.fill() else { return false }
            } catch {
                throw CatalogError(reading: name, error)
            }
        }
        return true
    }

    package func check() throws(RecordError) {
        if let problem = reader.row.problem { throw RecordError(problem) }
        // A spreadsheet may leave empty fields at the end of a line.
        let count = reader.row.count
        if count == header.count { return }
        guard count > header.count, (header.count..<count).allSatisfy({ reader.row.isNull($0) }) else {
            throw RecordError("it has \(counted(reader.row.count, "field")), the header has \(header.count)")
        }
    }

    package let looksLike = "a table whose rows lack what makes a record"

    package func integer(_ column: Column) throws(RecordError) -> Int64? {
        guard let field = field(column) else { return nil }
        if let value = reader.row.withText(field, \.plainInteger) { return value }
        switch reader.row.withText(field, { CellNumber($0, of: column) }) {
        case .number(let value): return value
        case .nothing: return nil
        case .unusable(let reason): throw RecordError(column, reason)
        }
    }

    package func append(_ column: Column, to text: inout [UInt8]) throws(RecordError) -> Bool {
        guard let field = field(column) else { return false }
        let start = text.count
        reader.row.withText(field) { text.append(contentsOf: $0) }
        guard isASCII || text.isUTF8(from: start) else { throw RecordError(column, "is not UTF-8") }
        return true
    }

    package func copy(_ column: Column, to output: inout LineBuffer) throws(RecordError) {
        guard let field = field(column) else { return }
        if column.isInteger {
            if let value = try integer(column) { output.add(column.label, value) }
        } else if column == .aliases {
            throw RecordError(column, "is a text, not an array")
        } else {
            guard isUTF8(field) else { throw RecordError(column, "is not UTF-8") }
            reader.row.withText(field) { output.add(column.label, text: $0) }
        }
    }

    package func copyUnknown(to output: inout LineBuffer, _ messages: inout RowMessages) {
        for unknown in header.unknown where !reader.row.isNull(unknown.field) {
            // Another name of a column that this row has by this one.
            if let column = unknown.column, field(column) == unknown.field { continue }
            guard isUTF8(unknown.field) else {
                messages.passOver(unknown.title, of: rowName, "is not UTF-8")
                continue
            }
            output.separate()
            output.append(json: unknown.name)
            reader.row.withText(unknown.field) { output.quote(utf8: $0) }
        }
    }

    package func again() throws(CatalogError) -> (any RowSource)? { try input.again()?.source(reading) }

    private func isUTF8(_ field: Int) -> Bool { isASCII || reader.row.withText(field) { $0.isUTF8 } }

    /// The field of a column; nil where it holds nothing.
    private func field(_ column: Column) -> Int? {
        let number = Int(column.rawValue)
        if lookedUp & column.bit == 0 {
            found[number] = lookUp(column) ?? -1
            lookedUp |= column.bit
        }
        let field = found[number]
        return field < 0 ? nil : field
    }

    private func lookUp(_ column: Column) -> Int? {
        let first = header.first(column)
        if first < 0 || hasValue(column, first) { return first < 0 ? nil : first }
        return header.fields(column).dropFirst().first { hasValue(column, $0) }
    }

    private func hasValue(_ column: Column, _ field: Int) -> Bool {
        if let flag = header.nullFlag(column) { return reader.row.string(flag) == "0" }
        if reader.row.isNull(field) { return false }
        return column.isTitle || !reader.row.withText(field) { NothingWords.contain($0) }
    }
}

/// Which field of a row is what.
struct TableHeader {
    let count: Int
    struct UnknownField {
        let field: Int
        let title: String
        /// As it begins a field of JSON.
        let name: [UInt8]
        /// The column that can be called like this too.
        let column: Column?
    }

    /// What the catalogue does not know, or knows by another name as well.
    private(set) var unknown: [UnknownField] = []
    /// By column, the one that counts most first.
    private var fields: [[Int]]
    private var firsts: [Int]
    private var nullFlags: [Int?]

    /// What stands behind a column's name in that of another one, which tells whether it is NULL: 1, or 0. A client that
    /// writes NULL as text needs it.
    static let nullFlagSuffix = "_is_null"

    init(_ row: TableRow, _ names: ColumnNames, _ source: String) throws(CatalogError) {
        count = row.count
        let titles = (0..<row.count).map { row.string($0).trimmed }
        fields = Column.allCases.map { column in names.candidates(column).compactMap { titles.firstIndex(of: $0) } }
        firsts = fields.map { $0.first ?? -1 }
        for field in fields.joined() where titles.lastIndex(of: titles[field]) != field {
            throw CatalogError("\(source): its header has the column '\(titles[field])' twice, take one of them out")
        }
        nullFlags = Column.allCases.map { titles.firstIndex(of: $0.name + Self.nullFlagSuffix) }
        for column in ColumnNames.mappable {
            guard let name = names.mapped(column), fields[Int(column.rawValue)].isEmpty else { continue }
            throw CatalogError("\(source): no column '\(name)' for '\(column.name)', it has \(Self.list(titles))")
        }
        let telling: [Column] = [.key, .path, .url, .segmentID, .courseID]
        guard telling.contains(where: { !fields[Int($0.rawValue)].isEmpty }) else {
            throw CatalogError(
                "\(source): its first line names none of the columns that make a record, it has \(Self.list(titles)); "
                    + "name them with '--map FIELD=COLUMN'")
        }
        let flags = Set(nullFlags.compactMap { $0 })
        let replaced = Set(Column.written.map(\.name))
        // What a spreadsheet leaves at the end of its lines has no name.
        for (field, title) in titles.enumerated()
        where !flags.contains(field) && !replaced.contains(title) && !title.isEmpty {
            let column = Column.allCases.first { fields[Int($0.rawValue)].contains(field) }
            if let column, fields[Int(column.rawValue)].count == 1 { continue }
            var name = LineBuffer()
            name.quote(title)
            unknown.append(
                UnknownField(field: field, title: title, name: name.bytes + [UInt8(ascii: ":")], column: column))
        }
    }

    func fields(_ column: Column) -> [Int] { fields[Int(column.rawValue)] }

    /// The field that counts most; below 0 where the table has none.
    func first(_ column: Column) -> Int { firsts[Int(column.rawValue)] }
    func nullFlag(_ column: Column) -> Int? { nullFlags[Int(column.rawValue)] }

    private static func list(_ titles: [String]) -> String {
        titles.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    }
}
