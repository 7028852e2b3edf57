internal import NDJSON
internal import POSIX
internal import Records

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
        /// Where the line stands among the texts, and its fields without `attempt`.
        let text: Range<Int>
        let fields: Range<Int>
    }

    private static let attemptBit = NameSet<CatalogField>(arrayLiteral: .attempt).bits
    /// As far ahead as hides the way to the memory.
    private static let lookahead = 12

    private let shared: SharedJournal
    private let request: QueueRequest
    private let states: Set<FileState>
    private let line = FieldScanner(names: CatalogField.names)
    // One thread alone comes here: to check for overlapping accesses took a twentieth of the time.
    @exclusivity(unchecked) private var candidates: [Candidate] = []
    @exclusivity(unchecked) private var texts: [UInt8] = []

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
        guard let path = try line.text(CatalogField.path.rawValue) else {
            throw .missing(name: CatalogField.path.name)
        }
        let course = request.filter.courses.isEmpty ? nil : (try? line.integer(CatalogField.courseID.rawValue)) ?? nil
        let pathStart = texts.count
        texts.append(contentsOf: path)
        let start = texts.count
        texts.append(contentsOf: raw.bytes)
        candidates.append(
            Candidate(
                hash: PathTable.hash(of: path), path: pathStart..<start, course: course, line: raw.number,
                text: start..<start + raw.bytes.count, fields: fields(of: raw, at: start)))
    }

    /// Where the fields without `attempt` stand: within the line where they are one run, else behind it.
    private func fields(of raw: RawLine, at start: Int) -> Range<Int> {
        var runs = 0
        var run = 0..<0
        line.forEachRun(without: Self.attemptBit) { fields in
            let offset = fields.baseAddress! - raw.bytes.baseAddress!
            run = start + offset..<start + offset + fields.count
            runs += 1
        }
        guard runs > 1 else { return run }
        let behind = texts.count
        line.forEachRun(without: Self.attemptBit) { fields in
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
        if states.contains(outcome.state(tries: request.tries)),
            request.filter.takes(outcome, in: shared.journal, course: candidate.course)
        {
            add(candidate, path, outcome, texts, to: &found.output)
            found.wanted += 1
        }
        found.records.append(
            QueuePiece.Record(
                number: number ?? -1, hash: candidate.hash, path: start..<found.paths.count, end: found.output.count,
                line: candidate.line))
    }

    private func add(
        _ candidate: Candidate, _ path: UnsafeRawBufferPointer, _ outcome: Outcome, _ texts: UnsafeRawBufferPointer,
        to output: inout LineBuffer
    ) {
        if let mark = request.mark {
            output.add(mark, path: path)
        } else if outcome.attempt > 0 {
            output.open()
            output.append(raw: UnsafeRawBufferPointer(rebasing: texts[candidate.fields]))
            output.add(Self.attemptLabel, Int64(outcome.attempt))
            output.close()
        } else {
            output.add(line: UnsafeRawBufferPointer(rebasing: texts[candidate.text]))
        }
    }

    private static let attemptLabel = FieldLabel(CatalogField.attempt)
}
