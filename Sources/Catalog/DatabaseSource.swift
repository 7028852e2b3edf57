package import NDJSON
internal import SQLite

/// The old system's tables in a SQLite file: segments in order of course, channel, place in the channel, and id.
package final class DatabaseSource: RowSource {
    package let name: String
    private let input: CatalogInput
    private let selected: Set<Int64>
    private let tables: CatalogTables
    private let segments: Statement
    private var segmentID: Int64?
    private var current: (course: Int64?, channel: Int64?)
    private var courseTitle: Title
    private var channelTitle: Title

    /// - Parameter courses: the only ones to read; none: all.
    init(_ input: CatalogInput, path: String, courses: Set<Int64>) throws(CatalogFailure) {
        self.input = input
        name = input.name
        selected = courses
        do throws(DatabaseError) {
            tables = try CatalogTables(path: path)
            segments = try tables.segments(of: courses)
            courseTitle = Title(try tables.titles(of: .courses))
            channelTitle = Title(try tables.titles(of: .channels))
        } catch {
            throw CatalogFailure(database: input.name, error)
        }
    }

    package var rowName: String { segmentID.map { "segment \($0)" } ?? "a segment with no integer as its id" }

    package func advance(beforeReading: () throws(CatalogFailure) -> Void) throws(CatalogFailure) -> Bool {
        do throws(DatabaseError) {
            guard try segments.step() else { return false }
        } catch {
            throw CatalogFailure(database: name, error)
        }
        segmentID = if case .integer(let id) = segments[.segmentID] { id } else { nil }
        return true
    }

    package func check() throws(RowProblem) {
        guard segmentID != nil else { throw RowProblem("'id' is \(segments[.segmentID].phrase), not an integer") }
        guard case .integer(let channel) = segments[.foundChannelID] else {
            throw RowProblem("its channel is not in '\(CatalogTables.Table.channels.rawValue)'")
        }
        guard case .integer(let course) = segments[.courseID] else {
            throw RowProblem("the course of its channel \(channel) is not in '\(CatalogTables.Table.courses.rawValue)'")
        }
        current = (course, channel)
    }

    package func integer(_ column: Column) throws(RowProblem) -> Int64? {
        switch column {
        case .courseID: current.course
        case .channelID: current.channel
        case .segmentID: segmentID
        case .runtime: try segments[.runtime].integer(named: "runtime")
        default: nil
        }
    }

    package func text(_ column: Column) throws(RowProblem) -> String? {
        switch column {
        case .courseTitle: try courseTitle.text(of: current.course, named: "the course's title")
        case .channelTitle: try channelTitle.text(of: current.channel, named: "the channel's title")
        case .title: try segments[.name].text(named: "'name'")
        case .video: try segments[.video].text(named: "'video'")
        default: nil
        }
    }

    package func finishedPath() -> UnsafeRawBufferPointer? { nil }

    package func copyLine(to output: inout LineBuffer) {}

    package func copy(_ column: Column, to output: inout LineBuffer) throws(RowProblem) {
        switch column {
        case .courseTitle, .channelTitle, .title: if let value = try text(column) { output.add(column, value) }
        default: if let value = try integer(column) { output.add(column, value) }
        }
    }

    package func copyUnknown(to output: inout LineBuffer) {}

    package func courses() throws(CatalogFailure) -> [Course]? {
        do throws(DatabaseError) {
            return try tables.courses(selected)
        } catch {
            throw CatalogFailure(database: name, error)
        }
    }

    package var hasUniqueSegmentIDs: Bool { tables.segmentIDIsPrimaryKey }

    package func again() throws(CatalogFailure) -> (any RowSource)? { try input.again()?.source(courses: selected) }
}

/// The title of the course or channel that was asked for last. Rows of one course follow each other, and a title that
/// is looked up needs not go through the sorting of a million rows.
private struct Title {
    private let lookUp: Statement
    private var id: Int64?
    private var value = Statement.Value.null

    init(_ lookUp: Statement) { self.lookUp = lookUp }

    mutating func text(of wanted: Int64?, named name: String) throws(RowProblem) -> String? {
        if wanted != id, let wanted {
            do throws(DatabaseError) {
                lookUp.reset()
                try lookUp.bind(1, wanted)
                value = try lookUp.step() ? lookUp[0] : .null
                id = wanted
            } catch {
                throw RowProblem("\(name) cannot be read: \(error)")
            }
        }
        return try value.text(named: name)
    }
}

extension Statement {
    fileprivate subscript(column: CatalogTables.SegmentColumn) -> Value { self[column.rawValue] }
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

    fileprivate func text(named name: String) throws(RowProblem) -> String? {
        switch self {
        case .null: return nil
        case .text(let text): return text
        default: throw RowProblem("\(name) is \(phrase), not a text")
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
