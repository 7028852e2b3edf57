package import NDJSON
package import POSIX
package import Records

/// A file whose last result is a failure, with what that result says of it.
package struct FailedSegment: Sendable {
    package let course: Int64?
    package let path: String
    package let title: String
    package let error: String
    package let message: String
    /// Nil where no answer came.
    package let httpStatus: Int64?
    package let attempt: Int64
    package let finishedAt: Double?
}

/// What a second reading of the results finds of the files that have failed. A journal keeps no words: for millions of
/// paths they would not fit in memory.
package struct FailedSegments: Sendable {
    /// In the order of their first failures.
    package private(set) var segments: [FailedSegment] = []
    /// How many more there are than are kept.
    package private(set) var leftOut = 0

    private let limit: Int
    /// By number of the path.
    private var places: [Int: Int] = [:]

    package init(limit: Int) { self.limit = limit }

    /// What is kept of the path with this number in the journal.
    package subscript(number: Int) -> FailedSegment? {
        places[number].flatMap { $0 < segments.count ? segments[$0] : nil }
    }

    /// Reads results that were read into the journal before. The last failure of each path counts.
    ///
    /// - Parameters:
    ///   - onlyListed: paths that no catalogue named are left out.
    ///   - isWanted: whether a failure is to be kept, by its path's outcome and its line.
    package mutating func read(
        _ input: inout LineFile, of journal: borrowing FoldedJournal, onlyListed: Bool,
        where isWanted: (_ outcome: Outcome, _ line: LineScanner<Field>) -> Bool = { _, _ in true }
    ) throws(SystemError) {
        let line = LineScanner<Field>()
        while let raw = try input.next() {
            guard line.accepts(raw),
                let status = line.string(ifAny: .status), status == Status.failed.rawValue,
                let path = line.text(ifAny: .path), let number = journal.paths.number(of: path),
                case let outcome = journal[number], outcome.status == .failed, outcome.isListed || !onlyListed,
                line.canBeLast(of: outcome),
                isWanted(outcome, line)
            else { continue }
            keep(FailedSegment(line), number)
        }
    }

    private mutating func keep(_ segment: FailedSegment, _ number: Int) {
        if let place = places[number] {
            if place < segments.count { segments[place] = segment }
            return
        }
        // Those left out are remembered too, so that each is counted once.
        places[number] = segments.count < limit ? segments.count : .max
        if segments.count < limit { segments.append(segment) } else { leftOut += 1 }
    }
}

extension FailedSegment {
    fileprivate init(_ line: LineScanner<Field>) {
        func text(_ field: Field) -> String { line.string(ifAny: field) ?? "" }
        course = line.integer(ifAny: .courseID)
        (path, title, error, message) = (text(.path), text(.title), text(.error), text(.message))
        httpStatus = line.integer(ifAny: .httpStatus)
        attempt = line.integer(ifAny: .attempt) ?? 0
        finishedAt = line.number(ifAny: .finishedAt)
    }
}

extension LineScanner<Field> {
    /// Whether a failure may be the one that the outcome is of: the time tells, or else the place. That a file's try was
    /// stopped does not count where it had failed before.
    fileprivate func canBeLast(of outcome: Outcome) -> Bool {
        let (time, _) = Outcome.time(finishedAt: self.time(.finishedAt), knownAt: self.time(.knownAt))
        guard time == outcome.time else { return false }
        return outcome.error == .interrupted || string(ifAny: .error) != ErrorCode.interrupted.rawValue
    }
}

/// The lines of the results that say why files failed. A journal in memory keeps a file's last outcome, not its line,
/// so the files of results are read twice more: to learn which line of each file is the last one, then to print those.
package struct LastResults: ~Copyable {
    private struct Place {
        let file: Int
        let line: Int
    }

    private let journal: FoldedJournal
    /// By number of the path.
    private var last: [Int: Place] = [:]
    private let scanner = LineScanner<Field>()

    /// - Parameter journal: of the same results, with the catalogue listed.
    package init(of journal: consuming FoldedJournal, _ request: QueueRequest) {
        var number = 0
        var wanted: [Int] = []
        journal.visitOutcomes { outcome in
            if outcome.isListed, outcome.status == .failed, request.includes(outcome),
                request.filter.takes(outcome, in: journal)
            {
                wanted.append(number)
            }
            number += 1
        }
        for number in wanted.prefix(request.limit) { last[number] = Place(file: -1, line: 0) }
        self.journal = journal
    }

    /// Looks for the last failures in the results, each of which must be a plain file.
    package mutating func find(in results: [String]) throws(SystemError) {
        for (index, path) in results.enumerated() {
            guard var file = try Self.open(path) else { continue }
            while let line = try file.next() {
                guard let number = failure(line), last[number] != nil else { continue }
                last[number] = Place(file: index, line: line.number)
            }
        }
    }

    /// Shows the lines that were found, in the order of the results.
    package func visit(
        _ results: [String], _ body: (RawLine) throws(SystemError) -> Void
    ) throws(SystemError) {
        for (index, path) in results.enumerated() {
            var rest = last.values.filter { $0.file == index }.map(\.line).sorted()[...]
            guard !rest.isEmpty, var file = try Self.open(path) else { continue }
            while let next = rest.first, let line = try file.next() {
                guard line.number == next else { continue }
                rest.removeFirst()
                try body(line)
            }
        }
    }

    /// The number of the path that a failed result is about.
    private func failure(_ line: RawLine) -> Int? {
        guard scanner.accepts(line), let path = scanner.text(ifAny: .path),
            scanner.string(ifAny: .status) == Status.failed.rawValue, let number = journal.paths.number(of: path),
            scanner.canBeLast(of: journal[number])
        else { return nil }
        return number
    }

    /// Nil for a journal that does not exist yet.
    private static func open(_ path: String) throws(SystemError) -> LineFile? {
        do throws(SystemError) { return try LineFile(path) } catch {
            if error.isMissingFile { return nil }
            throw error
        }
    }
}
