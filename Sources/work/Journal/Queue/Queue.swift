package import NDJSON
package import POSIX
internal import Records

/// The queue: the lines of a catalogue, in the light of a journal.
///
/// The catalogue passes through once, and its lines are not kept. Only where tries that are due have to come before
/// earlier lines is something held back (see `HeldLines`).
package struct Queue: ~Copyable {
    private let request: QueueRequest
    private var shares: HostShares?
    private var journal: FoldedJournal
    private var catalog: LineFile
    private var output: QueueOutput
    private let scanner = CatalogScanner()
    private let problem: (CatalogLineError, _ line: Int) -> Void

    /// How many records were printed.
    package private(set) var printed = 0
    /// How many lines of the catalogue were records.
    package private(set) var records = 0

    /// - Parameters:
    ///   - shares: how many records of hosts that do not serve are printed; nil: as many as of others.
    ///   - problem: receives what is wrong with a line of the catalogue, and the line's number.
    package init(
        _ request: QueueRequest, _ shares: HostShares? = nil, catalog: consuming LineFile,
        journal: consuming FoldedJournal,
        output: consuming QueueOutput, problem: @escaping (CatalogLineError, _ line: Int) -> Void
    ) {
        self.request = request
        self.shares = shares
        self.catalog = catalog
        self.journal = journal
        self.output = output
        self.problem = problem
    }

    /// Prints the records that were asked for.
    package mutating func print() throws(SystemError) {
        switch request.selection {
        case .states(let states):
            if !output.isSplit, let pieces = QueueOfPieces.pieces(of: catalog, request) {
                return try print(states, of: pieces)
            }
            try printRest { states.contains($0) }
        case .due:
            if !output.isSplit, countDue() == 0, let pieces = QueueOfPieces.pieces(of: catalog, request) {
                return try print([.queued], of: pieces)
            }
            try printDelayed()
            try printRest { $0 == .queued }
        }
        try output.finish()
    }

    private mutating func print(_ states: Set<FileState>, of pieces: LinePieces) throws(SystemError) {
        // The journal goes over to several threads: it is not needed here any more.
        var shared = FoldedJournal()
        swap(&shared, &journal)
        var queue = QueueOfPieces(request, shared, problem: problem)
        try queue.print(states, of: pieces, to: &output.lines)
        (printed, records) = (queue.printed, queue.records)
    }

    private var isFull: Bool { printed >= request.limit }

    /// Prints what is wanted of the lines from here to the catalogue's end.
    private mutating func printRest(_ isWanted: (FileState) -> Bool) throws(SystemError) {
        while !isFull, let line = try nextLine() {
            guard let number = enter(line) else { continue }
            let outcome = journal[number]
            guard isWanted(outcome.state(tries: request.tries)), takes(outcome, line) else { continue }
            try print(line, number)
        }
    }

    /// Prints the delayed records whose time has come, reading no further than the last of them; then the queued ones
    /// that were before it.
    private mutating func printDelayed() throws(SystemError) {
        var awaited = countDue()
        var held = HeldLines(keepingCopies: !catalog.isPlainFile)
        while awaited > 0, !isFull, let line = try nextLine() {
            held.lastLine = line.number
            guard let number = enter(line) else { continue }
            let outcome = journal[number]
            if request.isDelayedAndDue(outcome) {
                awaited -= 1
                if takes(outcome, line) { try print(line, number) }
            } else if outcome.status == .queued, held.count < request.limit - printed, takes(outcome, line) {
                guard held.keepsCopies else {
                    held.hold(line)
                    continue
                }
                var printed = LineBuffer()
                printed.add(scanner.line, line.bytes, known(number), request)
                held.hold(printed: printed.bytes, at: output.place(of: scanner.line.text(ifAny: .path)))
            }
        }
        try print(held)
    }

    /// Whether the record that was entered last is one of those that were chosen.
    private mutating func takes(_ outcome: Outcome, _ line: RawLine) -> Bool {
        guard request.filter.takes(outcome, in: journal) else { return false }
        if let shard = request.shard, let path = scanner.line.text(ifAny: .path), !shard.has(path) { return false }
        return shares?.takes(line) ?? true
    }

    /// How many lines of the catalogue may be due: unfiltered, since a line's course is known only when it is met.
    private func countDue() -> Int {
        var count = 0
        journal.visitOutcomes { outcome in
            if request.isDelayedAndDue(outcome) { count += 1 }
        }
        return count
    }
}

// MARK: - Lines in and out

extension Queue {
    /// The next line of the catalogue. What was printed leaves before a read that could wait.
    private mutating func nextLine() throws(SystemError) -> RawLine? {
        while true {
            if let line = catalog.buffered() { return line }
            try output.flush()
            guard try catalog.fill() else { return nil }
        }
    }

    /// The number of a line's path in the journal; nil where the line is not a record, or not the first for its path.
    private mutating func enter(_ line: RawLine) -> Int? {
        do throws(CatalogLineError) {
            let number = try scanner.enter(line, in: &journal)
            records += 1
            return number
        } catch {
            problem(error, line.number)
            return nil
        }
    }

    /// Prints the line that was entered last.
    private mutating func print(_ line: RawLine, _ number: Int) throws(SystemError) {
        let (record, known, request) = (scanner.line, known(number), request)
        try output.add(at: output.place(of: record.text(ifAny: .path))) { $0.add(record, line.bytes, known, request) }
        printed += 1
    }

    private func known(_ number: Int) -> Known { Known(journal[number].attempt, at: journal.knownAt(number)) }

    /// Prints lines that were held back. A file is read again, up to the line that was read last.
    private mutating func print(_ held: HeldLines) throws(SystemError) {
        for copy in held.copies where !isFull {
            try output.add(at: copy.place) { $0.append(json: copy.line) }
            printed += 1
        }
        guard !held.numbers.isEmpty else { return }
        try catalog.rewind()
        var rest = held.numbers[...]
        while !isFull, let line = try nextLine() {
            if let next = rest.first, next == line.number {
                rest.removeFirst()
                try printAgain(line)
            }
            if line.number == held.lastLine { return }
        }
    }

    /// Prints a line that was entered before.
    private mutating func printAgain(_ line: RawLine) throws(SystemError) {
        guard scanner.line.accepts(line), let path = scanner.line.text(ifAny: .path),
            let number = journal.paths.number(of: path)
        else { return }
        try print(line, number)
    }
}

/// Lines that have to wait until later ones were printed. Of a catalogue that can be read again only their numbers are
/// kept; what came through a pipe is kept as it will be printed.
struct HeldLines {
    /// The number of the line up to which the catalogue was read, held or not.
    var lastLine = 0
    private(set) var numbers: [UInt32] = []
    private(set) var copies: [(line: [UInt8], place: Int)] = []
    let keepsCopies: Bool

    init(keepingCopies: Bool) { keepsCopies = keepingCopies }

    var count: Int { numbers.count + copies.count }

    mutating func hold(_ line: RawLine) { numbers.append(UInt32(line.number)) }

    mutating func hold(printed line: [UInt8], at place: Int) { copies.append((line, place)) }
}
