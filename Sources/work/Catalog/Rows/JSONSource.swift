package import NDJSON
internal import Records

/// Rows that are objects of JSON, from a file, a pipe or a server. An object with rows in it, a course with its
/// channels and segments, stands for these.
package final class JSONSource: RowSource {
    package let name: String
    private let lines: any JSONLines
    private let reopen: () throws(CatalogFailure) -> (any RowSource)?
    private let columns: JSONColumns
    private let scanner: FieldScanner
    private let nest: Nest
    private var line: RawLine?
    private var problem: RowProblem?

    /// - Parameter reopen: the same rows once more; nil where what was read is gone.
    init(
        _ name: String, _ lines: some JSONLines, _ names: ColumnNames,
        reopen: @escaping () throws(CatalogFailure) -> (any RowSource)?
    ) {
        self.name = name
        self.lines = lines
        self.reopen = reopen
        columns = JSONColumns(names)
        scanner = FieldScanner(names: columns.names)
        nest = Nest()
    }

    package var rowName: String { "\(lines.unit) \(line?.number ?? 0)" }

    package func advance(beforeReading: () throws(CatalogFailure) -> Void) throws(CatalogFailure) -> Bool {
        problem = nil
        if nest.advance() {
            scanNested()
            return true
        }
        line = try lines.next(name, beforeReading)
        guard let line else { return false }
        scan { () throws(LineError) in try scanner.scan(line) }
        if problem == nil && isNested {
            scan { () throws(LineError) in try nest.open(line) }
            if nest.advance() { scanNested() }
        } else if line.bytes.count > LineReader.longestLine {
            problem = RowProblem("\(LineError.tooLong)")
        }
        return true
    }

    private func scanNested() {
        scan { () throws(LineError) in
            guard nest.row.count <= LineReader.longestLine else { throw LineError.tooLong }
            try scanner.scan(nest.row)
        }
    }

    private var isNested: Bool {
        [Column.channels, .segments].contains { scanner.kind($0.rawValue) == .array }
    }

    private func scan(_ body: () throws(LineError) -> Void) {
        do throws(LineError) {
            try body()
            // A record goes out as it came, so its fields have to be what the contract says they are.
            try scanner.check(columns.kinds)
            // PHP writes a list whose numbers have gaps as an object: its rows must not be lost in silence.
            for column in [Column.channels, .segments] where !isRecord && scanner.kind(column.rawValue) == .object {
                throw LineError.wrongType(name: column.name, found: .object, wanted: "an array")
            }
        } catch {
            problem = RowProblem("\(error)")
        }
    }

    package func check() throws(RowProblem) {
        if let problem { throw problem }
    }

    package var isRecord: Bool { scanner.has(Column.path.rawValue) }

    package func integer(_ column: Column) throws(RowProblem) -> Int64? {
        try read { () throws(LineError) in try scanner.integer(present(column)) }
    }

    package func append(_ column: Column, to text: inout [UInt8]) throws(RowProblem) -> Bool {
        let name = present(column)
        if column == .isFolder {
            guard let value = scanner.raw(name) else { return false }
            text += value
            return true
        }
        guard let value = try read({ () throws(LineError) in try scanner.text(name) }) else { return false }
        text.append(contentsOf: value)
        return true
    }

    package func copy(_ column: Column, to output: inout LineBuffer) throws(RowProblem) {
        let name = present(column)
        guard let value = scanner.raw(name) else { return }
        // What a tool downstream would stumble over is told here.
        switch columns.kinds[Int(name)] ?? JSONColumns.kind(of: column) {
        case .number: _ = try integer(column)
        case .string:
            _ = try read { () throws(LineError) in try scanner.text(name) }
        default: break
        }
        output.add(column.label, raw: value)
    }

    package func copyUnknown(to output: inout LineBuffer) {
        var known = columns.written
        for column in Column.written { known |= 1 << UInt64(present(column)) }
        output.copyFields(of: scanner, without: known)
    }

    package func copyRecord(_ object: StoredObject?, to output: inout LineBuffer) {
        guard object != nil || nest.isOpen else {
            if let line { output.add(line: line.bytes) }
            return
        }
        output.open()
        output.copyFields(of: scanner, without: object?.replaced ?? 0)
        object?.write(to: &output)
        output.close()
    }

    package func again() throws(CatalogFailure) -> (any RowSource)? { try reopen() }

    /// The name by which the row has the column.
    private func present(_ column: Column) -> UInt8 {
        let candidates = columns.candidates(column)
        return candidates.first { scanner.has($0) } ?? candidates[0]
    }

    private func read<Value>(_ body: () throws(LineError) -> Value?) throws(RowProblem) -> Value? {
        do throws(LineError) { return try body() } catch { throw RowProblem("\(error)") }
    }
}

/// The names that are looked for in an object, by number: the columns' own, by their raw values, then what else they
/// may be called.
struct JSONColumns {
    private(set) var names = Column.names
    /// The kind of value that is expected, by number of the name.
    private(set) var kinds: [JSONKind?] = Column.allCases.map { Self.kind(of: $0) }
    /// The names of what `RecordMaker` writes, a bit for each.
    let written: UInt64 = Column.written.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    /// By column, the number that counts most first.
    private var numbers: [[UInt8]] = []

    init(_ columns: ColumnNames) {
        for column in Column.allCases {
            var own: [UInt8] = []
            for name in columns.candidates(column) { own.append(number(of: name, column)) }
            numbers.append(own)
        }
    }

    func candidates(_ column: Column) -> [UInt8] { numbers[Int(column.rawValue)] }

    private mutating func number(of name: String, _ column: Column) -> UInt8 {
        if let number = names.firstIndex(of: name) { return UInt8(number) }
        names.append(name)
        // What others call a field may be of their own kind, until it is used.
        kinds.append(nil)
        return UInt8(names.count - 1)
    }

    static func kind(of column: Column) -> JSONKind? {
        switch column {
        case .courseTitle, .channelTitle, .title, .key, .path, .etag, .url, .signedURL: .string
        case .aliases: .array
        case .video, .isFolder, .channels, .segments: nil
        default: column.isInteger ? .number : nil
        }
    }
}

/// The rows in an object that holds others: of a course the segments of its channels, of a channel its segments. Each
/// comes out as an object of its own, with what its course and channel are.
final class Nest {
    private enum Name: UInt8, FieldName {
        case id, title, courseID, oldCourseID, courseTitle, channelID, channelTitle, channels, segments

        static let names = [
            "id", "title", "course_id", "courseid", "course_title", "channel_id", "channel_title", "channels",
            "segments",
        ]
    }

    private let scanner = LineScanner<Name>()
    private var rows: ArraySlice<[UInt8]> = []
    /// The row at hand.
    private(set) var row: [UInt8] = []
    private(set) var isOpen = false

    /// Moves to the next row. False where there is none.
    func advance() -> Bool {
        isOpen = !rows.isEmpty
        if let next = rows.popFirst() { row = next }
        return isOpen
    }

    /// Takes the object apart.
    func open(_ line: RawLine) throws(LineError) {
        rows = []
        try scanner.scan(line)
        var context = LineBuffer()
        context.open()
        let isChannel = !scanner.has(.channels) && (scanner.has(.courseID) || scanner.has(.oldCourseID))
        copy(.courseID, from: isChannel ? [.courseID, .oldCourseID] : [.courseID, .id], to: &context)
        copy(.courseTitle, from: isChannel ? [.courseTitle] : [.courseTitle, .title], to: &context)
        let channels = try scanner.values(.channels) ?? []
        if isChannel { addChannel(to: &context) }
        try openSegments(context)
        for channel in channels { try open(channel: channel, of: context) }
        guard rows.isEmpty else { return }
        context.close()
        rows.append(context.bytes.dropLast())
    }

    private func open(channel: [UInt8], of course: LineBuffer) throws(LineError) {
        try scanner.scan(channel)
        var context = course
        addChannel(to: &context)
        try openSegments(context)
    }

    private func addChannel(to context: inout LineBuffer) {
        copy(.channelID, from: [.channelID, .id], to: &context)
        copy(.channelTitle, from: [.channelTitle, .title], to: &context)
    }

    private func openSegments(_ context: LineBuffer) throws(LineError) {
        for segment in try scanner.values(.segments) ?? [] { rows.append(row(of: segment, context)) }
    }

    /// What is no object stays as it is, to be told as a bad row.
    private func row(of segment: [UInt8], _ context: LineBuffer) -> [UInt8] {
        do throws(LineError) {
            try scanner.scan(segment)
            var row = context
            row.copyFields(of: scanner, without: [.courseID, .courseTitle, .channelID, .channelTitle])
            row.close()
            return row.bytes.dropLast()
        } catch {
            return segment
        }
    }

    private func copy(_ name: Name, from names: [Name], to context: inout LineBuffer) {
        guard let found = names.first(where: { scanner.has($0) }), let value = scanner.raw(found) else { return }
        context.add(name, raw: value)
    }
}
