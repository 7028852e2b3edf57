internal import Journal
internal import NDJSON
internal import POSIX
internal import Records
internal import Rendering

/// The records in a state, as lines: read from the catalogue one by one, and written as they are found.
///
/// Only fields that are known to hold no secret leave: a `url` may carry a signature, and nothing is known of
/// what others put into their catalogues.
struct ResultList {
    private let state: FileState
    private let course: Int64?
    private let tries: Int
    private let catalogPath: String
    private let journalPath: String

    init(_ folder: ServiceFolder, state: FileState, course: Int64?) throws(SystemError) {
        self.state = state
        self.course = course
        tries = try folder.tries() ?? FileState.usualTries
        catalogPath = folder.state + "/catalog.ndjson"
        journalPath = folder.state + "/results.ndjson"
    }

    func write(to output: inout LineOutput) throws(SystemError) {
        var journal = FoldedJournal()
        guard try FileStamp(catalogPath) != nil else { return }
        if try FileStamp(journalPath) != nil {
            var results = try LineFile(journalPath)
            try journal.read(&results)
        }
        var catalog = try LineFile(catalogPath)
        let scanner = CatalogScanner()
        let fields = LineScanner<Field>()
        while let line = try catalog.next() {
            guard let number = try? scanner.enter(line, in: &journal) else { continue }
            let outcome = journal[number]
            guard outcome.state(tries: tries) == state, fields.accepts(line),
                course == nil || (try? fields.integer(.courseID)) == course
            else { continue }
            write(fields, outcome, journal.errors, to: &output.buffer)
            try output.lineEnded()
        }
    }

    private static let told: [Field] = [
        .courseID, .courseTitle, .channelTitle, .segmentID, .title, .position, .runtime, .path, .size,
    ]

    private func write(
        _ record: LineScanner<Field>, _ outcome: Outcome, _ errors: ErrorCodes, to line: inout LineBuffer
    ) {
        line.open()
        for field in Self.told {
            if let value = record.raw(field) { line.add(field, raw: value) }
        }
        line.add(Field.status, state.rawValue)
        if outcome.attempt > 0 { line.add(Field.attempt, outcome.attempt) }
        if outcome.status != .queued { line.add(Field.bytes, outcome.bytes) }
        if outcome.status == .failed {
            line.add(Field.error, errors[outcome.error])
            line.add(Field.message, ErrorCode.advice(on: errors[outcome.error], owner: outcome.owner))
            if let owner = outcome.owner { line.add(Field.owner, owner.rawValue) }
            line.add(Field.retryable, outcome.isRetryable)
            if outcome.retryAt > 0 { line.add(Field.retryAt, outcome.retryAt) }
        }
        line.close()
    }
}
