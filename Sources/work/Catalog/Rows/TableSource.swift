package import NDJSON
internal import POSIX
internal import Records

/// Rows that are lines of a table with a header: CSV, or what a database server's client prints.
package final class TableSource: RowSource {
    package let name: String
    private let input: CatalogInput
    private let reading: Reading
    private let file: File
    // One row at a time is read, and nothing that is called with it calls back.
    @exclusivity(unchecked) private var reader: TableReader
    private let header: TableHeader

    init(
        _ input: CatalogInput, _ file: File, _ dialect: TableDialect, after head: [UInt8], _ reading: Reading
    ) throws(CatalogFailure) {
        (self.input, self.file, self.reading) = (input, file, reading)
        name = input.name
        reader = TableReader(file.descriptor, dialect, after: head)
        guard try Self.advance(&reader, name, {}) else { throw CatalogFailure("\(name): no header in it") }
        header = try TableHeader(reader.row, reading.names, name)
    }

    package var rowName: String { "line \(reader.lineNumber)" }

    package func advance(beforeReading: () throws(CatalogFailure) -> Void) throws(CatalogFailure) -> Bool {
        try Self.advance(&reader, name, beforeReading)
    }

    private static func advance(
        _ reader: inout TableReader, _ name: String, _ beforeReading: () throws(CatalogFailure) -> Void
    ) throws(CatalogFailure) -> Bool {
        while !reader.advance() {
            try beforeReading()
            do throws(SystemError) {
                guard try reader.fill() else { return false }
            } catch {
                throw CatalogFailure(reading: name, error)
            }
        }
        return true
    }

    package func check() throws(RowProblem) {
        if let problem = reader.row.problem { throw RowProblem(problem) }
        guard reader.row.count == header.count else {
            throw RowProblem("it has \(counted(reader.row.count, "field")), the header has \(header.count)")
        }
        guard reader.row.isUTF8 else { throw RowProblem("the line is not UTF-8") }
    }

    package func integer(_ column: Column) throws(RowProblem) -> Int64? {
        guard let field = field(column) else { return nil }
        if let value = reader.row.withText(field, Self.plainInteger) { return value }
        let text = reader.row.string(field)
        // Clients print some numbers with decimals.
        guard let value = Int64(text) ?? Double(text).flatMap({ Int64(exactly: $0) }) else {
            throw RowProblem("'\(column.name)' is '\(text)', not an integer")
        }
        return value
    }

    /// Up to 18 digits and nothing else, as nearly all are.
    private static func plainInteger(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard (1...18).contains(text.count) else { return nil }
        var value: Int64 = 0
        for byte in text {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return value
    }

    package func append(_ column: Column, to text: inout [UInt8]) -> Bool {
        guard let field = field(column) else { return false }
        reader.row.withText(field) { text.append(contentsOf: $0) }
        return true
    }

    package func copy(_ column: Column, to output: inout LineBuffer) throws(RowProblem) {
        guard column != .aliases, let field = field(column) else { return }
        if column.isInteger {
            if let value = try integer(column) { output.add(column.label, value) }
        } else {
            reader.row.withText(field) { output.add(column.label, text: $0) }
        }
    }

    package func copyUnknown(to output: inout LineBuffer) {
        for (field, name) in header.unknown where !reader.row.isNull(field) {
            output.separate()
            output.append(json: name)
            reader.row.withText(field) { output.quote(utf8: $0) }
        }
    }

    package func again() throws(CatalogFailure) -> (any RowSource)? { try input.again()?.source(reading) }

    /// The field of a column; nil where it is NULL.
    private func field(_ column: Column) -> Int? {
        guard let field = header.field(column) else { return nil }
        if let flag = header.nullFlag(column) { return reader.row.string(flag) == "0" ? field : nil }
        return reader.row.isNull(field) ? nil : field
    }
}

/// Which field of a row is what.
struct TableHeader {
    let count: Int
    /// Of the columns that the catalogue does not know: the field, and the name as it begins a field of JSON.
    private(set) var unknown: [(field: Int, name: [UInt8])] = []
    private var fields: [Int?]
    private var nullFlags: [Int?]

    /// What stands behind a column's name in that of another one, which tells whether it is NULL: 1, or 0. A client that
    /// writes NULL as text needs it.
    static let nullFlagSuffix = "_is_null"

    init(_ row: TableRow, _ names: ColumnNames, _ source: String) throws(CatalogFailure) {
        count = row.count
        let titles = (0..<row.count).map { row.string($0) }
        fields = Column.allCases.map { column in
            names.candidates(column).lazy.compactMap { titles.firstIndex(of: $0) }.first
        }
        for field in fields.compactMap({ $0 }) where titles.lastIndex(of: titles[field]) != field {
            throw CatalogFailure("\(source): its header has the column '\(titles[field])' twice, take one of them out")
        }
        nullFlags = Column.allCases.map { titles.firstIndex(of: $0.name + Self.nullFlagSuffix) }
        for column in ColumnNames.mappable {
            guard let name = names.mapped(column), fields[Int(column.rawValue)] == nil else { continue }
            throw CatalogFailure("\(source): no column '\(name)' for '\(column.name)', it has \(Self.list(titles))")
        }
        let telling: [Column] = [.key, .path, .url, .segmentID, .courseID]
        guard telling.contains(where: { fields[Int($0.rawValue)] != nil }) else {
            throw CatalogFailure(
                "\(source): its first line names none of the columns that make a record, it has \(Self.list(titles)); "
                    + "name them with '--map FIELD=COLUMN'")
        }
        let known = Set((fields + nullFlags).compactMap { $0 })
        let replaced = Set(Column.written.map(\.name))
        // What a spreadsheet leaves at the end of its lines has no name.
        for (field, title) in titles.enumerated()
        where !known.contains(field) && !replaced.contains(title) && !title.isEmpty {
            var name = LineBuffer()
            name.quote(title)
            unknown.append((field, name.bytes + [UInt8(ascii: ":")]))
        }
    }

    func field(_ column: Column) -> Int? { fields[Int(column.rawValue)] }
    func nullFlag(_ column: Column) -> Int? { nullFlags[Int(column.rawValue)] }

    private static func list(_ titles: [String]) -> String {
        titles.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    }
}
