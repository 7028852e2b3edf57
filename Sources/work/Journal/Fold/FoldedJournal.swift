package import NDJSON
package import POSIX
package import Records

/// What the result lines say, file by file: each path counts once, by the line that counts. Where the lines have times,
/// their order, and whether they came twice, makes no difference (`PathHistory`).
package struct FoldedJournal: ~Copyable {
    package struct LineCounts: Equatable, Sendable {
        /// Lines that are not blank.
        package internal(set) var read = 0
        /// Lines that are not results: torn, from elsewhere, or about no path.
        package internal(set) var passedOver = 0
        /// Of those, failed results without a path: what `tf-fetch` says of a line that was not a record.
        package internal(set) var withoutPath = 0

        package init(read: Int = 0, passedOver: Int = 0, withoutPath: Int = 0) {
            (self.read, self.passedOver, self.withoutPath) = (read, passedOver, withoutPath)
        }
    }

    package private(set) var paths = PathTable()
    /// By number of the path.
    private var outcomes = BlockArray<Outcome>()
    /// By number of the path, for the few of which more than the outcome matters.
    private var histories: [Int: PathHistory] = [:]
    /// What identifies each line that is not the only one of its path.
    private var seen: Set<Int> = []
    /// The paths that files had before they were renamed.
    private var movedFrom = PathTable()
    package private(set) var errors = ErrorCodes()
    package private(set) var courses = Courses()
    package private(set) var lines = LineCounts()
    package private(set) var tries = TryStatistics()
    package private(set) var hosts = HostStatistics()

    private let scanner = ResultScanner()
    /// Whether `tries` are those of listed files alone: the catalogue is read before the results then.
    private let triesAreOfListed: Bool

    package init(triesOfListed: Bool = false) { triesAreOfListed = triesOfListed }

    /// What is known of the path with this number.
    package subscript(number: Int) -> Outcome { outcomes[number] }

    /// The time of the latest line about the path with this number, in Unix seconds: what is written about it from now on
    /// is later, whatever the clocks say (`known_at`). Nil where no line has a time.
    package func knownAt(_ number: Int) -> Double? {
        let outcome = outcomes[number]
        let time = outcome.hasHistory ? max(outcome.time, histories[number]!.knownAt) : outcome.time
        return time == 0 ? nil : Double(time) / 1000
    }

    /// Whether a result has failed with this code, or could have, as far as this version knows.
    package func knows(error code: String) -> Bool { errors.contains(code) }

    /// Shows all that is known, path by path. No generic collection, which other rooms could walk over only
    /// unspecialised, at ten times the cost.
    package func visitOutcomes(_ visit: (Outcome) -> Void) { outcomes.visit(visit) }

    /// Files with results under a path that they had before they were renamed, and that no catalogue names.
    var notListedAsMoved: Int {
        var count = 0
        for old in 0..<movedFrom.count {
            let number = movedFrom.withPath(old) { paths.number(of: $0) }
            if let number, !outcomes[number].isListed { count += 1 }
        }
        return count
    }

    /// Takes in one line.
    package mutating func take(_ line: RawLine) {
        let batch = ResultBatch()
        scanner.scan(line, into: batch)
        take(batch)
    }

    /// Takes in what was scanned, in the order of its lines.
    mutating func take(_ batch: ResultBatch) {
        lines.read += batch.lines.read
        lines.passedOver += batch.lines.passedOver
        lines.withoutPath += batch.lines.withoutPath
        for path in batch.movedFrom { path.withUnsafeBytes { _ = movedFrom.insert($0) } }
        batch.text.withUnsafeBytes { text in
            for (index, entry) in batch.entries.enumerated() {
                let ahead = index + Self.lookahead
                if ahead < batch.entries.count { prefetch(batch.entries[ahead]) }
                take(entry, text)
            }
        }
    }

    /// Far enough ahead to hide the way to the memory, and near enough for the caches.
    private static let lookahead = 12

    private func prefetch(_ entry: ResultBatch.Entry) {
        paths.prefetch(entry.hash)
        if let course = entry.course { courses.prefetch(course) }
    }

    @discardableResult
    private mutating func take(
        _ entry: ResultBatch.Entry, _ text: UnsafeRawBufferPointer
    ) -> (number: Int, ResultLine) {
        let result = result(of: entry, text)
        let number = number(of: entry.path(in: text), entry.hash)
        if (!triesAreOfListed || outcomes[number].isListed) && isNew(result, number) {
            tries.note(result)
            if let host = entry.host(in: text) { hosts.note(result, by: host) }
        }
        takeCourse(of: result, number)
        if !outcomes[number].takeSimply(result) { join(result, number) }
        return (number, result)
    }

    /// Takes in a line, and returns the number of its path and what it says; nil for what is not a result of a file.
    mutating func take(_ line: RawLine, through batch: ResultBatch) -> (number: Int, ResultLine)? {
        batch.removeAll()
        scanner.scan(line, into: batch)
        return batch.entries.first.map { entry in batch.text.withUnsafeBytes { take(entry, $0) } }
    }

    /// The same for a line that was taken in before.
    mutating func recall(_ line: RawLine, through batch: ResultBatch) -> (number: Int, ResultLine)? {
        batch.removeAll()
        scanner.scan(line, into: batch)
        guard let entry = batch.entries.first else { return nil }
        return batch.text.withUnsafeBytes { text in
            let result = result(of: entry, text)
            return paths.number(of: entry.path(in: text), entry.hash).map { ($0, result) }
        }
    }

    /// Whether a line with a time has to stay for its path to come to the same, beside the one that the outcome is of.
    func keeps(_ result: ResultLine, of number: Int) -> Bool { histories[number]?.keeps(result) ?? false }

    private mutating func result(of entry: ResultBatch.Entry, _ text: UnsafeRawBufferPointer) -> ResultLine {
        var result = entry.result
        if result.status == .failed { result.setError(errors.number(of: entry.error(in: text))) }
        if let course = entry.course {
            result.setCourse(courses.number(of: course, title: entry.title(in: text)))
        }
        return result
    }

    /// The catalogue is believed, then the smallest id that a line names: the order of the lines does not matter.
    private mutating func takeCourse(of result: ResultLine, _ number: Int) {
        let (known, named) = (outcomes[number].course, result.outcome.course)
        guard known != named, named != .none, !outcomes[number].isCourseListed else { return }
        if known == .none || (result.outcome.time != 0 && courses.id(of: named) < courses.id(of: known)) {
            outcomes[number].course = named
        }
    }

    private mutating func join(_ result: ResultLine, _ number: Int) {
        let before = outcomes[number]
        var history = before.hasHistory ? histories[number]! : PathHistory(before)
        let outcome = history.take(result, after: before)
        outcomes[number] = outcome
        if outcome.hasHistory {
            histories[number] = history
        } else if before.hasHistory {
            histories[number] = nil
        }
    }

    /// Whether a line with a time was not there before: what came twice is one try. A path with one line, as most
    /// have, costs nothing here.
    private mutating func isNew(_ result: ResultLine, _ number: Int) -> Bool {
        guard result.outcome.time != 0, outcomes[number].time != 0 else { return true }
        if outcomes[number].status != .queued { seen.insert(outcomes[number].identity(number)) }
        return result.isMark || seen.insert(result.outcome.identity(number)).inserted
    }

    /// The number of a path, which is on the books from then on.
    private mutating func number(of path: UnsafeRawBufferPointer, _ hash: PathTable.Hash) -> Int {
        let number = paths.insert(path, hash)
        if number == outcomes.count { outcomes.append(Outcome()) }
        return number
    }
}

// MARK: - The catalogue

extension FoldedJournal {
    /// Enters a path of the catalogue. Returns its number; nil where the catalogue named it before.
    mutating func list(_ path: UnsafeRawBufferPointer) -> Int? {
        let number = number(of: path, PathTable.hash(of: path))
        guard !outcomes[number].isListed else { return nil }
        outcomes[number].isListed = true
        return number
    }

    /// Enters a path of the catalogue with its course.
    mutating func list(_ path: UnsafeRawBufferPointer, course id: Int64, title: @autoclosure () -> String?) -> Int? {
        guard let number = list(path) else { return nil }
        outcomes[number].course = courses.list(id, title: title())
        outcomes[number].isCourseListed = true
        return number
    }
}

extension FoldedJournal {
    /// A piece of a file that is scanned in one go: some thousand lines.
    private static let pieceSize = 2 << 20
    /// Of an input that has no pieces, lines that are scanned before they are taken in.
    private static let batchSize = 256

    /// Reads results to the end of the input. A large plain file is scanned by several threads; what they found is
    /// taken in here, in the order of the lines.
    package mutating func read(
        _ input: inout LineFile, threads: Int = Processors.count
    ) throws(SystemError) {
        if threads > 1, input.size > Self.pieceSize, var pieces = input.pieces(of: Self.pieceSize) {
            try read(&pieces, threads: threads)
        } else {
            try readInTurn(&input)
        }
    }

    private mutating func readInTurn(_ input: inout LineFile) throws(SystemError) {
        let scanner = ResultScanner()
        let batch = ResultBatch()
        var isAtEnd = false
        while !isAtEnd {
            batch.removeAll()
            while !isAtEnd && batch.lines.read < Self.batchSize {
                if let line = try input.next() { scanner.scan(line, into: batch) } else { isAtEnd = true }
            }
            take(batch)
        }
    }

    private mutating func read(_ pieces: inout LinePieces, threads: Int) throws(SystemError) {
        try pieces.scan(threads: threads, filling: ResultBatch.init) {
            let scanner = ResultScanner()
            return { piece, batch throws(SystemError) in
                batch.removeAll()
                try piece.forEachLine { scanner.scan($0, into: batch) }
            }
        } taking: { batch in
            take(batch)
        }
    }
}
