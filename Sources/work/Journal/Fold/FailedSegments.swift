package import NDJSON
package import POSIX
internal import Records

/// A file whose last result is a failure, with what that result says of it.
package struct FailedSegment: Sendable {
    package let course: Int64?
    package let path: String
    package let title: String
    package let error: String
    package let message: String
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

    /// Reads results that were read into the journal before. The last failure of each path counts.
    ///
    /// - Parameter onlyListed: paths that no catalogue named are left out.
    package mutating func read(
        _ input: inout LineFile, of journal: borrowing FoldedJournal, onlyListed: Bool
    ) throws(SystemError) {
        let line = LineScanner<Field>()
        while let raw = try input.next() {
            guard (try? line.scan(raw)) != nil,
                let status = (try? line.string(.status)) ?? nil, status == Status.failed.rawValue,
                let path = (try? line.text(.path)) ?? nil, let number = journal.paths.number(of: path),
                case let outcome = journal[number], outcome.status == .failed, outcome.isListed || !onlyListed
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
        func text(_ field: Field) -> String { ((try? line.string(field)) ?? nil) ?? "" }
        course = (try? line.integer(.courseID)) ?? nil
        (path, title, error, message) = (text(.path), text(.title), text(.error), text(.message))
        attempt = ((try? line.integer(.attempt)) ?? nil) ?? 0
        finishedAt = (try? line.number(.finishedAt)) ?? nil
    }
}
