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
