internal import Journal
internal import NDJSON
internal import POSIX
internal import Records
internal import Rendering

/// Which records are asked for.
package struct ResultQuery: Equatable, Sendable {
    let state: FileState
    /// The only course; nil for all.
    var course: Int64?
    /// The only error that they failed with last; nil for any.
    var error: String?
    /// The most records; nil for all.
    var limit: Int?
}

/// The records in a state, as lines: read from the catalogue one by one, and written as they are found.
///
/// Only fields that are known to hold no secret leave: a `url` may carry a signature, and nothing is known of
/// what others put into their catalogues.
struct ResultList {
    private let query: ResultQuery
    private let tries: Int
    private let catalogPath: String
    private let journalPath: String

    /// Of so many records at most it is told what the last result said, which has to be kept in memory.
    private static let mostExplained = 10_000

    init(_ folder: ServiceFolder, _ query: ResultQuery) throws(SystemError) {
        self.query = query
        tries = try folder.tries() ?? FileState.usualTries
        catalogPath = folder.state + "/catalog.ndjson"
        journalPath = folder.state + "/results.ndjson"
    }

    func write(to output: inout LineOutput) throws(SystemError) {
        var journal = FoldedJournal()
        guard try FileStamp(catalogPath) != nil else { return }
        var failures = FailedSegments(limit: Self.mostExplained)
        if try FileStamp(journalPath) != nil {
            var results = try LineFile(journalPath)
            try journal.read(&results)
            if query.state == .failed || query.state == .delayed {
                var again = try LineFile(journalPath)
                try failures.read(&again, of: journal, onlyListed: false) { outcome, line in
                    outcome.state(tries: tries) == query.state
                        && (query.course == nil || line.integer(ifAny: .courseID) == query.course)
                        && (query.error == nil || line.string(ifAny: .error) == query.error)
                }
            }
        }
        var catalog = try LineFile(catalogPath)
        let scanner = CatalogScanner()
        let fields = LineScanner<Field>()
        var left = query.limit ?? .max
        while left > 0, let line = try catalog.next() {
            guard let number = try? scanner.enter(line, in: &journal) else { continue }
            let outcome = journal[number]
            guard outcome.state(tries: tries) == query.state, fields.accepts(line),
                query.course == nil || (try? fields.integer(.courseID)) == query.course,
                query.error == nil || outcome.status == .failed && journal.errors[outcome.error] == query.error
            else { continue }
            write(fields, outcome, journal.errors, failures[number], to: &output.buffer)
            try output.lineEnded()
            left -= 1
        }
    }

    private static let told: [Field] = [
        .courseID, .courseTitle, .channelTitle, .segmentID, .title, .position, .runtime, .path, .size,
    ]

    private func write(
        _ record: LineScanner<Field>, _ outcome: Outcome, _ errors: ErrorCodes, _ failure: FailedSegment?,
        to line: inout LineBuffer
    ) {
        line.open()
        for field in Self.told {
            if let value = record.raw(field) { line.add(field, raw: value) }
        }
        line.add(Field.status, query.state.rawValue)
        if outcome.attempt > 0 { line.add(Field.attempt, outcome.attempt) }
        if outcome.status != .queued { line.add(Field.bytes, outcome.bytes) }
        if outcome.status == .failed {
            line.add(Field.error, errors[outcome.error])
            line.add(Field.message, ErrorCode.advice(on: errors[outcome.error], owner: outcome.owner))
            if let owner = outcome.owner { line.add(Field.owner, owner.rawValue) }
            if let failure { write(failure, to: &line) }
            line.add(Field.retryable, outcome.isRetryable)
            if outcome.retryAt > 0 { line.add(Field.retryAt, outcome.retryAt) }
        }
        line.close()
    }

    private enum Name: UInt8, FieldName {
        case reason

        static let names = snakeCaseNames
    }

    /// What the last result said.
    private func write(_ failure: FailedSegment, to line: inout LineBuffer) {
        if let status = failure.httpStatus { line.add(Field.httpStatus, status) }
        if !failure.message.isEmpty { line.add(Name.reason, failure.message) }
        if let time = failure.finishedAt { line.add(Field.finishedAt, milliseconds: time) }
    }
}
