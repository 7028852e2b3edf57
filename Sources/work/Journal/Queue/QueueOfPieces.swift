internal import NDJSON
internal import POSIX
internal import Records

/// The queue of a large catalogue that is a plain file, with every record that is wanted printed in the catalogue's
/// order: several threads look at its pieces, and what they have ready is written here.
struct QueueOfPieces: ~Copyable {
    /// A piece that is scanned in one go: some thousand lines.
    private static let pieceSize = 2 << 20

    private let request: QueueRequest
    private let problem: (CatalogLineError, _ line: Int) -> Void
    private let known: SharedJournal
    /// By number of the path in the journal: whether the catalogue has named it.
    private var listed: [Bool]
    /// The catalogue's paths that are not in the journal.
    private var others = PathTable()
    private var lines = 0

    private(set) var printed = 0
    private(set) var records = 0

    init(
        _ request: QueueRequest, _ journal: consuming FoldedJournal,
        problem: @escaping (CatalogLineError, _ line: Int) -> Void
    ) {
        self.request = request
        self.problem = problem
        listed = Array(repeating: false, count: journal.paths.count)
        known = SharedJournal(journal)
    }

    /// Nil where the catalogue is better read in turn.
    static func pieces(of catalog: borrowing LineFile, _ request: QueueRequest) -> LinePieces? {
        // A stamp is for the records of a round, or of a shard.
        guard request.limit == .max, request.stamp == nil, Processors.count > 1, catalog.size > pieceSize
        else { return nil }
        return catalog.pieces(of: pieceSize)
    }

    mutating func print(
        _ states: Set<FileState>, of pieces: consuming LinePieces, to output: inout LineOutput
    ) throws(SystemError) {
        var pieces = pieces
        let (known, request) = (known, request)
        try pieces.scan(threads: Processors.count, filling: QueuePiece.init) {
            let scanner = QueueScanner(known, request, states)
            return { piece, found throws(SystemError) in try scanner.scan(piece, into: found) }
        } taking: { (piece: QueuePiece) throws(SystemError) in
            try take(piece, &output)
        }
        try output.flush()
    }

    private mutating func take(_ piece: QueuePiece, _ output: inout LineOutput) throws(SystemError) {
        let doubled = list(piece)
        tell(piece.problems.map { (CatalogLineError.line($0.error), $0.line) } + doubled.map(\.problem))
        lines += piece.lines
        records += piece.records.count - doubled.count
        printed += piece.wanted
        piece.output.bytes.withUnsafeBytes { lines in
            // Neighbours that stay are copied in one go.
            var start = 0
            for (index, _) in doubled {
                let before = index == 0 ? 0 : piece.records[index - 1].end
                if piece.records[index].end > before { printed -= 1 }
                output.buffer.append(raw: UnsafeRawBufferPointer(rebasing: lines[start..<before]))
                start = piece.records[index].end
            }
            output.buffer.append(raw: UnsafeRawBufferPointer(rebasing: lines[start...]))
        }
        try output.lineEnded()
    }

    private func tell(_ problems: [(error: CatalogLineError, line: Int)]) {
        for (error, line) in problems.sorted(by: { $0.line < $1.line }) { problem(error, lines + line) }
    }

    /// Enters the records, and returns those whose path the catalogue had named before, by their place among them.
    private mutating func list(_ piece: QueuePiece) -> [(index: Int, problem: (CatalogLineError, Int))] {
        var doubled: [(index: Int, problem: (CatalogLineError, Int))] = []
        piece.paths.withUnsafeBytes { paths in
            for (index, record) in piece.records.enumerated() {
                if isNew(record, paths) { continue }
                let path = path(of: record, paths)
                doubled.append((index, (.duplicate(path: path), record.line)))
            }
        }
        return doubled
    }

    private mutating func isNew(_ record: QueuePiece.Record, _ paths: UnsafeRawBufferPointer) -> Bool {
        guard record.number < 0 else {
            defer { listed[record.number] = true }
            return !listed[record.number]
        }
        let count = others.count
        return others.insert(UnsafeRawBufferPointer(rebasing: paths[record.path]), record.hash) == count
    }

    private func path(of record: QueuePiece.Record, _ paths: UnsafeRawBufferPointer) -> String {
        guard record.number >= 0 else { return String(decoding: paths[record.path], as: UTF8.self) }
        return known.journal.paths.withPath(record.number) { String(decoding: $0, as: UTF8.self) }
    }
}

/// What a thread found in a piece of the catalogue. It is filled by one thread, and then read by another.
final class QueuePiece: @unchecked Sendable {
    /// A line that is a record.
    struct Record {
        /// Of the path in the journal; -1 where no result names it.
        let number: Int
        let hash: PathTable.Hash
        /// Where the path is in `paths`, if it is not in the journal.
        let path: Range<Int>
        /// Where the printed line ends in the output; that of the record before, where it is not wanted.
        let end: Int
        let line: Int
    }

    var records: [Record] = []
    var problems: [(error: LineError, line: Int)] = []
    var paths: [UInt8] = []
    /// The lines that are wanted.
    var output = LineBuffer()
    /// How many of them there are.
    var wanted = 0
    /// Of the catalogue, blank ones included.
    var lines = 0

    func removeAll() {
        records.removeAll(keepingCapacity: true)
        problems.removeAll()
        paths.removeAll(keepingCapacity: true)
        output.removeAll()
        (wanted, lines) = (0, 0)
    }
}

/// A journal that several threads look into, and none changes.
final class SharedJournal: @unchecked Sendable {
    let journal: FoldedJournal

    init(_ journal: consuming FoldedJournal) { self.journal = journal }
}

/// Turns lines of the catalogue into what is printed of them. One belongs to one thread.
///
/// All lines of a piece are parsed first, and then looked up: what the journal knows of a path is in no cache, and is
/// fetched while those before it are dealt with.
final class QueueScanner {
    private struct Candidate {
        let hash: PathTable.Hash
        let path: Range<Int>
        /// Nil: the line names none.
        let course: Int64?
        let line: Int
        /// Unix seconds: when the record itself was handed out.
        let knownAt: Double?
        /// Where the line is among the texts, and its fields without those that the journal may know better.
        let text: Range<Int>
        let fields: Range<Int>
    }

    /// As far ahead as hides the way to the memory.
    private static let lookahead = 12

    private let shared: SharedJournal
    private let request: QueueRequest
    private let states: Set<FileState>
    private let line = LineScanner<CatalogField>()
    private var candidates: [Candidate] = []
    private var texts: [UInt8] = []

    init(_ shared: SharedJournal, _ request: QueueRequest, _ states: Set<FileState>) {
        self.shared = shared
        self.request = request
        self.states = states
    }

    func scan(_ piece: LinePiece, into found: QueuePiece) throws(SystemError) {
        found.removeAll()
        candidates.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
        found.lines = try piece.forEachLine { raw in
            do throws(LineError) { try parse(raw) } catch { found.problems.append((error, raw.number)) }
        }
        texts.withUnsafeBytes { texts in
            for (index, candidate) in candidates.enumerated() {
                let ahead = index + Self.lookahead
                if ahead < candidates.count { shared.journal.paths.prefetch(candidates[ahead].hash) }
                look(up: candidate, texts, found)
            }
        }
    }

    private func parse(_ raw: RawLine) throws(LineError) {
        try line.scan(raw)
        guard let path = try line.text(.path) else {
            throw .missing(name: CatalogField.path.name)
        }
        let course = request.filter.courses.isEmpty ? nil : line.integer(ifAny: .courseID)
        let pathStart = texts.count
        texts.append(contentsOf: path)
        let start = texts.count
        texts.append(contentsOf: raw.bytes)
        candidates.append(
            Candidate(
                hash: PathTable.hash(of: path), path: pathStart..<start, course: course, line: raw.number,
                knownAt: request.mark == nil ? nil : line.time(.knownAt),
                text: start..<start + raw.bytes.count, fields: fields(of: raw, at: start)))
    }

    /// Where the fields without those of `Known` are: within the line where they are one run, else after it.
    private func fields(of raw: RawLine, at start: Int) -> Range<Int> {
        var runs = 0
        var run = 0..<0
        line.forEachRun(without: [.attempt, .knownAt]) { fields in
            let offset = fields.baseAddress! - raw.bytes.baseAddress!
            run = start + offset..<start + offset + fields.count
            runs += 1
        }
        guard runs > 1 else { return run }
        let behind = texts.count
        line.forEachRun(without: [.attempt, .knownAt]) { fields in
            if texts.count > behind { texts.append(UInt8(ascii: ",")) }
            texts.append(contentsOf: fields)
        }
        return behind..<texts.count
    }

    private func look(up candidate: Candidate, _ texts: UnsafeRawBufferPointer, _ found: QueuePiece) {
        let path = UnsafeRawBufferPointer(rebasing: texts[candidate.path])
        let number = shared.journal.paths.number(of: path, candidate.hash)
        let start = found.paths.count
        if number == nil { found.paths.append(contentsOf: path) }
        let outcome = number.map { shared.journal[$0] } ?? Outcome.untried
        if states.contains(outcome.state(tries: request.tries)), request.shard?.has(path) ?? true,
            request.filter.takes(outcome, in: shared.journal, course: candidate.course)
        {
            let known = Known(outcome.attempt, at: number.flatMap { shared.journal.knownAt($0) })
            add(candidate, path, known, texts, to: &found.output)
            found.wanted += 1
        }
        found.records.append(
            QueuePiece.Record(
                number: number ?? -1, hash: candidate.hash, path: start..<found.paths.count, end: found.output.count,
                line: candidate.line))
    }

    private func add(
        _ candidate: Candidate, _ path: UnsafeRawBufferPointer, _ known: Known, _ texts: UnsafeRawBufferPointer,
        to output: inout LineBuffer
    ) {
        if let mark = request.mark {
            output.add(mark, path: path, now: request.now, knownAt: known.at ?? candidate.knownAt)
        } else if known.isAny {
            output.open()
            output.append(raw: UnsafeRawBufferPointer(rebasing: texts[candidate.fields]))
            output.add(known)
            output.close()
        } else {
            output.add(line: UnsafeRawBufferPointer(rebasing: texts[candidate.text]))
        }
    }
}
