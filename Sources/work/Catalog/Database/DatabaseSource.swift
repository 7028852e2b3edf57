package import NDJSON
internal import Records
internal import SQLite

/// The old system's tables in a SQLite file: segments in order of course, channel, place in the channel, and id.
package final class DatabaseSource: RowSource {
    package let name: String
    private let input: CatalogInput
    private let reading: ReadOptions
    private let tables: CatalogTables
    private let reader: DatabaseReader
    /// By column: which cell of a row it is.
    private let cells: [Int?]
    // A source belongs to one thread, and nothing that it calls calls it back.
    private var batch: RowBatch?
    private var row = 0
    private var ids = (course: Int64?.none, channel: Int64?.none, segment: Int64?.none)
    private var text: [UInt8] = []

    init(_ input: CatalogInput, path: String, _ reading: ReadOptions) throws(CatalogError) {
        (self.input, self.reading) = (input, reading)
        name = input.name
        do throws(DatabaseError) {
            tables = try CatalogTables(path: path, reading)
            reader = DatabaseReader(try SegmentRows(tables, reading.courses))
        } catch {
            throw CatalogError(database: input.name, error, reading.schema)
        }
        let stored = tables.selected + tables.lookedUp
        cells = Column.allCases.map { stored.firstIndex(of: $0) }
    }

    package var rowName: String { ids.segment.map { "segment \($0)" } ?? "a segment with no integer as its id" }

    package var explanation: [String] {
        let names = [CatalogSchema.Table.courses, .channels, .segments].map { "'\(tables.name($0))'" }
        let columns = (tables.selected + tables.lookedUp).map { column in
            reading.names.mapped(column).map { "'\(column.name)' is the column '\($0)', by --map" }
                ?? "'\(column.name)'"
        }
        return [
            "it is a SQLite database with the tables \(names.joined(separator: ", "))",
            "they tell \(columns.joined(separator: ", "))",
        ]
    }

    package let looksLike = "a database whose segments lack what makes a record"

    package func advance(beforeReading: () throws(CatalogError) -> Void) throws(CatalogError) -> Bool {
        row += 1
        if row >= batch?.rows ?? 0 {
            switch try reader.next(after: batch, beforeReading) {
            case .success(let next): (batch, row) = (next, 0)
            case .failure(let error): throw CatalogError(database: name, error, reading.schema)
            }
        }
        guard batch != nil else { return false }
        ids = (id(.courseID), id(.channelID), id(.segmentID))
        return true
    }

    package func check() throws(RecordError) {}

    package func integer(_ column: Column) throws(RecordError) -> Int64? {
        switch column {
        case .courseID where ids.course == nil:
            guard let channel = ids.channel else {
                throw RecordError("its channel is not in '\(tables.name(.channels))'")
            }
            throw RecordError("the course of its channel \(channel) is not in '\(tables.name(.courses))'")
        case .courseID: return ids.course
        case .channelID: return ids.channel
        case .segmentID where ids.segment != nil: return ids.segment
        default:
            switch number(column) {
            case .number(let value): return value
            case .nothing: return nil
            case .unusable(let reason): throw RecordError(column, reason)
            }
        }
    }

    private func id(_ column: Column) -> Int64? {
        guard let batch, let cell = cells[Int(column.rawValue)] else { return nil }
        if case .integer = batch.kind(row, cell) { return batch.integer(row, cell) }
        return number(column).integer
    }

    private func number(_ column: Column) -> CellNumber {
        guard let batch, let cell = cells[Int(column.rawValue)] else { return .nothing }
        switch batch.kind(row, cell) {
        case .null: return .nothing
        case .integer: return .checked(batch.integer(row, cell), of: column)
        case .real: return CellNumber(batch.real(row, cell), of: column)
        case .text, .blob:
            return batch.withText(row, cell) { text in
                text.isText ? CellNumber(text, of: column) : .unusable("is a blob, not an integer")
            }
        }
    }

    package func append(_ column: Column, to text: inout [UInt8]) throws(RecordError) -> Bool {
        guard let batch, let cell = cells[Int(column.rawValue)] else { return false }
        switch batch.kind(row, cell) {
        case .null: return false
        case .text, .blob:
            return try batch.withText(row, cell) { value throws(RecordError) in
                guard try Self.isValue(value, column, batch.kind(row, cell)) else { return false }
                text.append(contentsOf: value)
                return true
            }
        // No video, as some databases have it.
        case .integer where column == .video, .real where column == .video: return false
        case .integer: text.append(decimal: batch.integer(row, cell))
        case .real where column.isPlace: throw RecordError(column, "is \(batch.real(row, cell)), not a text")
        case .real: text += "\(batch.real(row, cell))".utf8
        }
        return true
    }

    /// Whether the bytes are a text that means something.
    private static func isValue(
        _ text: UnsafeRawBufferPointer, _ column: Column, _ kind: Statement.Kind
    ) throws(RecordError) -> Bool {
        if case .blob = kind {
            guard text.isText else { throw RecordError(column, "is a blob, not a text") }
        } else {
            guard text.isUTF8 else { throw RecordError(column, "is not UTF-8") }
        }
        return column.isTitle ? !text.isBackslashN : !NothingWords.contain(text)
    }

    package func copy(_ column: Column, to output: inout LineBuffer) throws(RecordError) {
        if column == .courseID, ids.course == nil { return }
        if column.isInteger {
            if let value = try integer(column) { output.add(column.label, value) }
        } else if let batch, let cell = cells[Int(column.rawValue)], case .text = batch.kind(row, cell) {
            try batch.withText(row, cell) { value throws(RecordError) in
                if try Self.isValue(value, column, .text) { output.add(column.label, text: value) }
            }
        } else {
            text.removeAll(keepingCapacity: true)
            if try append(column, to: &text) { output.add(column.label, utf8: text) }
        }
    }

    package func courses() throws(CatalogError) -> [Course]? {
        // Before the first row, or after the last one that is wanted.
        if batch != nil { reader.stop() }
        do throws(DatabaseError) {
            return try tables.courses(reading.courses)
        } catch {
            throw CatalogError(database: name, error, reading.schema)
        }
    }

    package var hasUniqueSegmentIDs: Bool {
        tables.segmentIDIsPrimaryKey && reading.names.mapped(.path) == nil
    }

    package func again() throws(CatalogError) -> (any RowSource)? { try input.again()?.source(reading) }
}

extension UnsafeRawBufferPointer {
    /// Whether a blob is a text that a program wrote with the wrong type.
    fileprivate var isText: Bool {
        isUTF8 && allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }
}
