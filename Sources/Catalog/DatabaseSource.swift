package import NDJSON
internal import Records
internal import SQLite

/// The old system's tables in a SQLite file: segments in order of course, channel, place in the channel, and id.
package final class DatabaseSource: RowSource {
    package let name: String
    private let input: CatalogInput
    private let reading: Reading
    private let tables: CatalogTables
    private let segments: Statement
    /// By column: where it stands in the statement.
    private let places: [Int32?]
    private var ids = (course: Int64?.none, channel: Int64?.none, segment: Int64?.none)
    private var courseTitle: Title
    private var channelTitle: Title
    private var text: [UInt8] = []

    init(_ input: CatalogInput, path: String, _ reading: Reading) throws(CatalogFailure) {
        (self.input, self.reading) = (input, reading)
        name = input.name
        do throws(DatabaseError) {
            tables = try CatalogTables(path: path, reading)
            segments = try tables.segments(of: reading.courses)
            courseTitle = Title(try tables.titles(.courseTitle), "the course's title")
            channelTitle = Title(try tables.titles(.channelTitle), "the channel's title")
        } catch {
            throw CatalogFailure(database: input.name, error, reading.schema)
        }
        let selected = tables.selected
        places = Column.allCases.map { column in selected.firstIndex(of: column).map { Int32($0) } }
    }

    package var rowName: String { ids.segment.map { "segment \($0)" } ?? "a segment with no integer as its id" }

    package func advance(beforeReading: () throws(CatalogFailure) -> Void) throws(CatalogFailure) -> Bool {
        do throws(DatabaseError) {
            guard try segments.step() else { return false }
        } catch {
            throw CatalogFailure(database: name, error, reading.schema)
        }
        ids = (id(.courseID), id(.channelID), id(.segmentID))
        return true
    }

    private func id(_ column: Column) -> Int64? {
        guard let place = places[Int(column.rawValue)], segments.kind(place) == .integer else { return nil }
        return segments.integer(place)
    }

    package func check() throws(RowProblem) {
        guard ids.segment != nil else {
            throw RowProblem("'id' is \(segments[places[Int(Column.segmentID.rawValue)]!].phrase), not an integer")
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
            guard let place = places[Int(column.rawValue)] else { return nil }
            if segments.kind(place) == .integer { return segments.integer(place) }
            return try segments[place].integer(named: column.name)
        }
    }

    package func append(_ column: Column, to text: inout [UInt8]) throws(RowProblem) -> Bool {
        switch column {
        case .courseTitle: return try courseTitle.append(of: ids.course, to: &text)
        case .channelTitle: return try channelTitle.append(of: ids.channel, to: &text)
        default:
            guard let place = places[Int(column.rawValue)] else { return false }
            return try segments.appendText(place, named: "'\(tables.title(column))'", to: &text)
        }
    }

    package func copy(_ column: Column, to output: inout LineBuffer) throws(RowProblem) {
        if column.isInteger {
            if let value = try integer(column) { output.add(column, value) }
        } else {
            text.removeAll(keepingCapacity: true)
            if try append(column, to: &text) { output.add(column, utf8: text) }
        }
    }

    package func courses() throws(CatalogFailure) -> [Course]? {
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

/// The title of the course or channel that was asked for last. Rows of one course follow each other, and a title that
/// is looked up needs not go through the sorting of a million rows.
private struct Title {
    private let lookUp: Statement
    /// For messages.
    private let name: StaticString
    private var id: Int64?
    private var text: [UInt8]?

    init(_ lookUp: Statement, _ name: StaticString) {
        self.lookUp = lookUp
        self.name = name
    }

    mutating func append(of wanted: Int64?, to target: inout [UInt8]) throws(RowProblem) -> Bool {
        if wanted != id, let wanted { try find(wanted) }
        guard let text else { return false }
        target += text
        return true
    }

    private mutating func find(_ wanted: Int64) throws(RowProblem) {
        id = nil
        do throws(DatabaseError) {
            lookUp.reset()
            try lookUp.bind(1, wanted)
            guard try lookUp.step() else { return text = nil }
        } catch {
            throw RowProblem("\(name) cannot be read: \(error)")
        }
        var found: [UInt8] = []
        text = try lookUp.appendText(0, named: "\(name)", to: &found) ? found : nil
        id = wanted
    }
}

extension Statement {
    /// Puts a text behind what stands in `text`. False where it is NULL.
    ///
    /// - Parameter name: what a message calls the column.
    fileprivate func appendText(
        _ column: Int32, named name: @autoclosure () -> String, to text: inout [UInt8]
    ) throws(RowProblem) -> Bool {
        switch kind(column) {
        case .null: return false
        case .text:
            let start = text.count
            append(column, to: &text)
            let isASCII = text[start...].allSatisfy { $0 < 0x80 }
            guard isASCII || String(validating: text[start...], as: UTF8.self) != nil else { fallthrough }
            return true
        default: throw RowProblem("\(name()) is \(self[column].phrase), not a text")
        }
    }
}

extension Statement.Value {
    fileprivate func integer(named name: String) throws(RowProblem) -> Int64? {
        switch self {
        case .null: return nil
        case .integer(let value): return value
        case .real(let value):
            if let whole = Int64(exactly: value) { return whole }
            fallthrough
        default: throw RowProblem("'\(name)' is \(phrase), not an integer")
        }
    }

    /// With its article, for a sentence.
    fileprivate var phrase: String {
        switch self {
        case .null: "NULL"
        case .integer: "an integer"
        case .real: "a number"
        case .text: "a text"
        case .invalidText: "a text that is not UTF-8"
        case .blob: "a blob"
        }
    }
}
