package import NDJSON
internal import Records
internal import SQLite

/// The old system's tables in a SQLite file: segments in order of course, channel, place in the channel, and id.
package final class DatabaseSource: RowSource {
    package let name: String
    private let input: CatalogInput
    private let reading: Reading
    private let tables: CatalogTables
    private let reader: DatabaseReader
    /// By column: which cell of a row it is.
    private let cells: [Int?]
    private let idCells: (course: Int, channel: Int, segment: Int)
    // A source belongs to one thread, and nothing that it calls calls it back.
    @exclusivity(unchecked) private var batch: RowBatch?
    @exclusivity(unchecked) private var row = 0
    @exclusivity(unchecked) private var ids = (course: Int64?.none, channel: Int64?.none, segment: Int64?.none)
    @exclusivity(unchecked) private var text: [UInt8] = []

    init(_ input: CatalogInput, path: String, _ reading: Reading) throws(CatalogFailure) {
        (self.input, self.reading) = (input, reading)
        name = input.name
        do throws(DatabaseError) {
            tables = try CatalogTables(path: path, reading)
            reader = DatabaseReader(try SegmentRows(tables, reading.courses))
        } catch {
            throw CatalogFailure(database: input.name, error, reading.schema)
        }
        let stored = tables.selected + [.courseTitle, .channelTitle]
        cells = Column.allCases.map { stored.firstIndex(of: $0) }
        idCells = (
            stored.firstIndex(of: .courseID)!, stored.firstIndex(of: .channelID)!, stored.firstIndex(of: .segmentID)!
        )
    }

    package var rowName: String { ids.segment.map { "segment \($0)" } ?? "a segment with no integer as its id" }

    package func advance(beforeReading: () throws(CatalogFailure) -> Void) throws(CatalogFailure) -> Bool {
        row += 1
        if row >= batch?.rows ?? 0 {
            switch try reader.next(after: batch, beforeReading) {
            case .success(let next): (batch, row) = (next, 0)
            case .failure(let error): throw CatalogFailure(database: name, error, reading.schema)
            }
        }
        guard let batch else { return false }
        ids = (id(idCells.course, batch), id(idCells.channel, batch), id(idCells.segment, batch))
        return true
    }

    private func id(_ cell: Int, _ batch: RowBatch) -> Int64? {
        batch.kind(row, cell) == .integer ? batch.integer(row, cell) : nil
    }

    package func check() throws(RowProblem) {
        guard ids.segment != nil else {
            throw RowProblem("'\(tables.title(.segmentID))' is \(kind(idCells.segment).phrase), not an integer")
        }
        guard let channel = ids.channel else {
            throw RowProblem("its channel is not in '\(tables.name(.channels))'")
        }
        guard ids.course != nil else {
            throw RowProblem("the course of its channel \(channel) is not in '\(tables.name(.courses))'")
        }
    }

    package func integer(_ column: Column) throws(RowProblem) -> Int64? {
        switch column {
        case .courseID: return ids.course
        case .channelID: return ids.channel
        case .segmentID: return ids.segment
        default:
            guard let batch, let cell = cells[Int(column.rawValue)] else { return nil }
            let kind = batch.kind(row, cell)
            if kind == .null { return nil }
            if kind == .integer { return batch.integer(row, cell) }
            if kind == .real, let whole = Int64(exactly: batch.real(row, cell)) { return whole }
            throw RowProblem("'\(column.name)' is \(kind.phrase), not an integer")
        }
    }

    package func append(_ column: Column, to text: inout [UInt8]) throws(RowProblem) -> Bool {
        guard let batch, let cell = cells[Int(column.rawValue)] else { return false }
        let kind = batch.kind(row, cell)
        guard kind != .null else { return false }
        guard kind == .text else { throw RowProblem("\(words(column)) is \(kind.phrase), not a text") }
        let start = text.count
        batch.append(row, cell, to: &text)
        guard text.isUTF8(from: start) else {
            throw RowProblem("\(words(column)) is a text that is not UTF-8, not a text")
        }
        return true
    }

    private func kind(_ cell: Int) -> Statement.Kind { batch?.kind(row, cell) ?? .null }

    /// What a message calls a column.
    private func words(_ column: Column) -> String {
        switch column {
        case .courseTitle: "the course's title"
        case .channelTitle: "the channel's title"
        default: "'\(tables.title(column))'"
        }
    }

    package func copy(_ column: Column, to output: inout LineBuffer) throws(RowProblem) {
        if column.isInteger {
            if let value = try integer(column) { output.add(column.label, value) }
        } else {
            text.removeAll(keepingCapacity: true)
            if try append(column, to: &text) { output.add(column.label, utf8: text) }
        }
    }

    package func courses() throws(CatalogFailure) -> [Course]? {
        // Before the first row, or behind the last one that is wanted.
        if batch != nil { reader.stop() }
        do throws(DatabaseError) {
            return try tables.courses(reading.courses)
        } catch {
            throw CatalogFailure(database: name, error, reading.schema)
        }
    }

    package var hasUniqueSegmentIDs: Bool {
        tables.segmentIDIsPrimaryKey && reading.names.mapped(.path) == nil
    }

    package func again() throws(CatalogFailure) -> (any RowSource)? { try input.again()?.source(reading) }
}

extension Statement.Kind {
    /// With its article, for a sentence.
    fileprivate var phrase: String {
        switch self {
        case .null: "NULL"
        case .integer: "an integer"
        case .real: "a number"
        case .text: "a text"
        case .blob: "a blob"
        }
    }
}
