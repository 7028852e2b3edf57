package import NDJSON
internal import Records

/// Rows that are lines of JSON, from a file or a pipe.
package final class JSONSource: RowSource {
    package let name: String
    private let input: CatalogInput
    private let lines: any JSONLines
    private let scanner = LineScanner<Column>()
    private var line: RawLine?
    private var state = State.unchecked

    private enum State {
        case unchecked
        case good
        case bad(RowProblem)
    }

    init(_ input: CatalogInput, lines: some JSONLines) {
        self.input = input
        self.lines = lines
        name = input.name
    }

    package var rowName: String { "\(lines.unit) \(line?.number ?? 0)" }

    package func advance(beforeReading: () throws(CatalogFailure) -> Void) throws(CatalogFailure) -> Bool {
        line = try lines.next(name, beforeReading)
        state = .unchecked
        return line != nil
    }

    package func check() throws(RowProblem) {
        if case .unchecked = state {
            do throws(LineError) {
                if let line { try scanner.scan(line) }
                // A record goes out as it came, so its fields have to be what the contract says they are.
                try scanner.check(Self.kinds)
                state = .good
            } catch {
                state = .bad(RowProblem("\(error)"))
            }
        }
        if case .bad(let problem) = state { throw problem }
    }

    private static let kinds: FieldKinds<Column> = [
        .courseID: .number, .courseTitle: .string, .channelID: .number, .channelTitle: .string, .segmentID: .number,
        .title: .string, .position: .number, .runtime: .number, .key: .string, .path: .string, .aliases: .array,
        .size: .number, .url: .string, .signedURL: .string,
    ]

    package func integer(_ column: Column) throws(RowProblem) -> Int64? {
        try read { () throws(LineError) in try scanner.integer(present(column)) }
    }

    package func text(_ column: Column) throws(RowProblem) -> String? {
        try read { () throws(LineError) in try scanner.string(present(column)) }
    }

    package func finishedPath() throws(RowProblem) -> UnsafeRawBufferPointer? {
        try read { () throws(LineError) in try scanner.text(.path) }
    }

    package func copyLine(to output: inout LineBuffer) {
        if let line { output.add(line: line.bytes) }
    }

    package func copy(_ column: Column, to output: inout LineBuffer) throws(RowProblem) {
        let source = present(column)
        guard let value = scanner.raw(source) else { return }
        // What a tool downstream would stumble over is told here.
        switch Self.kinds[column] {
        case .number: _ = try integer(source)
        case .string where scanner.kind(source) != .string: _ = try text(source)
        default: break
        }
        output.add(column, raw: value)
    }

    package func copyUnknown(to output: inout LineBuffer) {
        var known = Self.replaced
        for column in [Column.courseID, .segmentID, .title] where !scanner.has(column) {
            if let old = column.old { known = known.union([old]) }
        }
        output.copyFields(of: scanner, without: known)
    }

    /// What a record's own fields stand for. An old name beside the field itself is somebody else's.
    private static let replaced: NameSet<Column> = [
        .courseID, .courseTitle, .channelID, .channelTitle, .segmentID, .title, .position, .runtime, .key, .path,
        .aliases, .video,
    ]

    package func courses() -> [Course]? { nil }

    package var hasUniqueSegmentIDs: Bool { false }

    package func again() throws(CatalogFailure) -> (any RowSource)? { try input.again()?.source(courses: []) }

    private func present(_ column: Column) -> Column {
        guard let old = column.old, !scanner.has(column) else { return column }
        return old
    }

    private func read<Value>(_ body: () throws(LineError) -> Value?) throws(RowProblem) -> Value? {
        do throws(LineError) { return try body() } catch { throw RowProblem("\(error)") }
    }
}
