package import NDJSON
internal import POSIX
internal import Records

/// Rows that are lines of a table with a header: CSV, or what a database server's client prints.
package final class TableSource: RowSource {
    package let name: String
    private let input: CatalogInput
    private let reading: ReadOptions
    private let dialect: TableDialect
    private let file: File
    // One row at a time is read, and nothing that is called with it calls back.
    private var reader: TableReader
    private let header: TableHeader
    /// By column, what the row at hand has for it.
    private var cells = [Cell](repeating: Cell(), count: Column.allCases.count)
    /// Whether all of the row is: then each field is UTF-8.
    private var isASCII = false

    private struct Cell: BitwiseCopyable {
        /// Below 0 where the row has no value.
        var field = -1
        /// Of a column of integers; below 0 where it is not written with digits alone.
        var plain: Int64 = -1
    }

    init(
        _ input: CatalogInput, _ file: File, _ dialect: TableDialect, after head: [UInt8], _ reading: ReadOptions
    ) throws(CatalogError) {
        (self.input, self.file, self.dialect, self.reading) = (input, file, dialect, reading)
        name = input.name
        reader = TableReader(file.descriptor, dialect, after: head)
        guard try Self.advance(&reader, name, {}) else { throw CatalogError("\(name): no header in it") }
        header = try TableHeader(reader.row, reading.names, name)
    }

    package var rowName: String { "line \(reader.lineNumber)" }

    package func advance(beforeReading: () throws(CatalogError) -> Void) throws(CatalogError) -> Bool {
        guard try Self.advance(&reader, name, beforeReading) else { return false }
        if reader.row.problem == nil, reader.row.count >= header.count { findCells() }
        return true
    }

    /// Looks once for each column that the table has: it is asked for up to five times.
    private func findCells() {
        isASCII = reader.row.text.withUnsafeBytes(\.isASCII)
        for (column, first) in header.columns {
            var cell = Cell()
            if hasValue(column, first) {
                cell.field = first
            } else if let other = header.fields(column).dropFirst().first(where: { hasValue(column, $0) }) {
                cell.field = other
            }
            if cell.field >= 0, column.isInteger {
                cell.plain = reader.row.withText(cell.field, \.plainInteger) ?? -1
            }
            cells[Int(column.rawValue)] = cell
        }
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

    package var explanation: [String] {
        let parts = dialect == .tabs ? "tabs" : "commas or semicolons"
        return ["it is a table, its fields parted by \(parts)"] + header.explanation
    }

    package let looksLike = "a table whose rows lack what makes a record"

    package func integer(_ column: Column) throws(RecordError) -> Int64? {
        let cell = cells[Int(column.rawValue)]
        if cell.plain >= 0 { return cell.plain }
        guard let field = field(column) else { return nil }
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

    /// The field of a column; nil where it is empty.
    private func field(_ column: Column) -> Int? {
        let field = cells[Int(column.rawValue)].field
        return field < 0 ? nil : field
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
    private let titles: [String]
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
    /// The columns that the table has, each with the field that counts most.
    let columns: [(Column, Int)]
    private var nullFlags: [Int?]

    /// What follows a column's name in that of another one, which tells whether it is NULL: 1, or 0. A client that
    /// writes NULL as text needs it.
    static let nullFlagSuffix = "_is_null"

    init(_ row: TableRow, _ names: ColumnNames, _ source: String) throws(CatalogError) {
        count = row.count
        let titles = (0..<row.count).map { row.string($0).trimmed }
        self.titles = titles
        fields = Column.allCases.map { column in names.candidates(column).compactMap { titles.firstIndex(of: $0) } }
        columns = Column.allCases.compactMap { [fields] column in
            fields[Int(column.rawValue)].first.map { (column, $0) }
        }
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

    /// Which of the table's columns tell what.
    var explanation: [String] {
        columns.map { "'\($0.0.name)' is its column '\(titles[$0.1])'" }
            + (unknown.isEmpty ? [] : ["passed through: " + Self.list(unknown.map(\.title))])
    }

    func fields(_ column: Column) -> [Int] { fields[Int(column.rawValue)] }
    func nullFlag(_ column: Column) -> Int? { nullFlags[Int(column.rawValue)] }

    private static func list(_ titles: [String]) -> String {
        titles.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    }
}
