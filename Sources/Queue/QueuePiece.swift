internal import Journal
internal import NDJSON
internal import PathTables
internal import Records

/// What a thread found in a piece of the catalogue. It is filled by one thread, and then read by another.
final class QueuePiece: @unchecked Sendable {
    /// A line that is a record.
    struct Record {
        /// Of the path in the journal; -1 where no result names it.
        let number: Int
        let hash: PathTable.Hash
        /// Where the path stands in `paths`, if it is not in the journal.
        let path: Range<Int>
        /// Where the printed line ends in the output; that of the record before, where it is not wanted.
        let end: Int
        let line: Int
    }

    fileprivate(set) var records: [Record] = []
    fileprivate(set) var problems: [(error: LineError, line: Int)] = []
    fileprivate(set) var paths: [UInt8] = []
    /// The lines that are wanted.
    fileprivate(set) var output = LineBuffer()
    /// How many of them there are.
    fileprivate(set) var wanted = 0
    /// Of the catalogue, blank ones included.
    var lines = 0
}

/// A journal that several threads look into, and none changes.
final class SharedJournal: @unchecked Sendable {
    let journal: Journal

    init(_ journal: consuming Journal) { self.journal = journal }
}

/// Turns lines of the catalogue into what is printed of them. One belongs to one thread.
final class QueueScanner {
    private let shared: SharedJournal
    private let request: QueueRequest
    private let line = FieldScanner(names: CatalogField.names)
    private let states: Set<FileState>

    init(_ shared: SharedJournal, _ request: QueueRequest, _ states: Set<FileState>) {
        self.shared = shared
        self.request = request
        self.states = states
    }

    func scan(_ raw: RawLine, into piece: QueuePiece) {
        do throws(LineError) {
            try line.scan(raw)
            guard let path = try line.text(CatalogField.path.rawValue) else {
                throw .missing(name: CatalogField.path.name)
            }
            let hash = PathTable.hash(of: path)
            let number = shared.journal.paths.number(of: path, hash)
            let start = piece.paths.count
            if number == nil { piece.paths.append(contentsOf: path) }
            let outcome = number.map { shared.journal[$0] } ?? Outcome.untried
            if isWanted(outcome) {
                add(raw, path, outcome, to: &piece.output)
                piece.wanted += 1
            }
            piece.records.append(
                QueuePiece.Record(
                    number: number ?? -1, hash: hash, path: start..<piece.paths.count, end: piece.output.count,
                    line: raw.number))
        } catch { piece.problems.append((error, raw.number)) }
    }

    private func isWanted(_ outcome: Outcome) -> Bool {
        guard states.contains(outcome.state(tries: request.tries)) else { return false }
        return request.filter.takes(outcome, in: shared.journal, course: course)
    }

    /// The catalogue's word for the course comes before that of the results.
    private var course: Int64? { (try? line.integer(CatalogField.courseID.rawValue)) ?? nil }

    private func add(_ raw: RawLine, _ path: UnsafeRawBufferPointer, _ outcome: Outcome, to output: inout LineBuffer) {
        if let mark = request.mark {
            output.add(mark, path: path)
        } else if outcome.attempt > 0 {
            output.open()
            output.copyFields(of: line, without: NameSet<CatalogField>(arrayLiteral: .attempt).bits)
            output.add(CatalogField.attempt, outcome.attempt)
            output.close()
        } else {
            output.add(line: raw.bytes)
        }
    }
}

extension LineBuffer {
    /// A line for the journal about one record.
    mutating func add(_ mark: QueueRequest.Mark, path: UnsafeRawBufferPointer) {
        open()
        add(CatalogField.path, text: path)
        add(Field.status, mark.rawValue)
        close()
    }
}
