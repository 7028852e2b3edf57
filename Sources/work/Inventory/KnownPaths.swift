package import NDJSON
package import POSIX
internal import Records

/// The places in which a catalogue's files may lie: their paths, and the aliases that count as well.
package struct KnownPaths: ~Copyable {
    private var paths = PathTable()
    private let line = LineScanner<Field>()
    /// How many lines were records.
    package private(set) var records = 0

    package init() {}

    /// Reads a whole catalogue. What is wrong with a line is told together with the line's number.
    package mutating func read(
        _ catalog: inout LineFile, problem: (LineError, _ line: Int) -> Void
    ) throws(SystemError) {
        while let raw = try catalog.next() {
            do throws(LineError) { try enter(raw) } catch { problem(error, raw.number) }
        }
    }

    package func contain(_ path: [UInt8]) -> Bool { path.withUnsafeBytes { paths.number(of: $0) } != nil }

    private mutating func enter(_ raw: RawLine) throws(LineError) {
        try line.scan(raw)
        guard let path = try line.text(.path) else { throw .missing(name: Field.path.name) }
        _ = paths.insert(path)
        records += 1
        for alias in try line.strings(.aliases) ?? [] {
            Array(alias.utf8).withUnsafeBytes { _ = paths.insert($0) }
        }
    }
}
