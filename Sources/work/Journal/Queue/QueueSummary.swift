internal import Records

/// How many records of a catalogue are in which state: all together, by error and by course.
package struct QueueSummary: Sendable {
    package struct ByError: Sendable {
        /// As it is in `error`.
        package let code: String
        package let counts: Counts
    }

    package struct ByCourse: Sendable {
        /// Nil for the records that belong to no course.
        package let id: Int64?
        package let title: String?
        package let counts: Counts
    }

    /// A record that waits for another try.
    package struct Waiting: Equatable, Sendable {
        package let path: String
        /// Unix seconds.
        package let retryAt: Double
        package let error: String
        package let attempt: Int
    }

    package let overall: Counts
    /// Of the records whose last result is a failure; the most frequent code first.
    package let errors: [ByError]
    /// By id; what belongs to no course comes first.
    package let courses: [ByCourse]
    package let due: Int
    /// Unix seconds when the next one falls due: the present if one is due already, nil if none is left.
    package let nextDue: Double?
    /// Of the delayed records that are due, the one whose time came first.
    package let oldest: Waiting?
    /// Of the delayed records that are not due yet, the one whose time comes first.
    package let next: Waiting?
    /// Lines of the results that are not results.
    package let passedOver: Int

    /// Counts the files that were listed in the journal, as far as the filter takes them.
    ///
    /// - Parameter began: when the run began that asks; nil: none does (see `QueueRequest`).
    package init(
        _ journal: borrowing FoldedJournal, _ filter: QueueFilter = QueueFilter(), tries: Int, now: Double,
        began: Double? = nil
    ) {
        var tally = QueueTally(courses: journal.courses.all.count, tries: tries, now: now, began: began)
        var number = 0
        journal.visitOutcomes { outcome in
            if outcome.isListed, filter.takes(outcome, in: journal) { tally.add(outcome, number) }
            number += 1
        }
        overall = tally.overall
        errors = tally.byError
            .map { ByError(code: journal.errors[$0], counts: $1) }
            .sorted { ($1.counts.total, $0.code) < ($0.counts.total, $1.code) }
        courses = zip(journal.courses.all, tally.byCourse)
            .filter { $1.total > 0 }
            .map { ByCourse(id: $0.id, title: $0.title, counts: $1) }
            .sorted { ($0.id ?? .min) < ($1.id ?? .min) }
        (due, nextDue) = (tally.due, tally.nextDue)
        oldest = tally.oldest.map { Waiting($0, in: journal, now: now) }
        next = tally.next.map { Waiting($0, in: journal, now: now) }
        passedOver = journal.lines.passedOver
    }

    package subscript(state: FileState) -> Int { overall[state] }

    package var total: Int { overall.total }
    package var notThere: Int { overall.notThere }
}

extension QueueSummary.Waiting {
    /// - Parameter number: of a path in the journal.
    fileprivate init(_ number: Int, in journal: borrowing FoldedJournal, now: Double) {
        let outcome = journal[number]
        self.init(
            path: journal.paths.withPath(number) { String(decoding: $0, as: UTF8.self) },
            retryAt: outcome.dueAt(now: now), error: journal.errors[outcome.error], attempt: Int(outcome.attempt))
    }
}

/// What is added up for a summary in one walk over all files.
struct QueueTally {
    private let tries: Int
    private let now: Double
    private let began: Double?

    private(set) var overall = Counts()
    private(set) var byCourse: [Counts]
    private(set) var byError: [ErrorCodes.Number: Counts] = [:]
    private(set) var due = 0
    /// Unix seconds; nil if nothing is left.
    private(set) var nextDue: Double?
    /// Numbers of paths.
    var oldest: Int? { oldestDue?.number }
    var next: Int? { nextDelayed?.number }

    private var oldestDue: (time: Double, number: Int)?
    private var nextDelayed: (time: Double, number: Int)?

    init(courses: Int, tries: Int, now: Double, began: Double?) {
        self.tries = tries
        self.now = now
        self.began = began
        byCourse = Array(repeating: Counts(), count: courses)
    }

    /// - Parameter number: of the path.
    mutating func add(_ outcome: Outcome, _ number: Int) {
        let state = outcome.state(tries: tries)
        overall.add(outcome, in: state)
        byCourse[outcome.course.index].add(outcome, in: state)
        if outcome.status == .failed { byError[outcome.error, default: Counts()].add(outcome, in: state) }
        guard state.isLeft, let time = outcome.dueAt(now: now, inRunSince: began) else { return }
        if time <= now { due += 1 }
        nextDue = min(nextDue ?? .infinity, max(now, time))
        if state == .delayed { note((time, number)) }
    }

    private mutating func note(_ delayed: (time: Double, number: Int)) {
        if delayed.time <= now {
            if delayed.time < oldestDue?.time ?? .infinity { oldestDue = delayed }
        } else if delayed.time < nextDelayed?.time ?? .infinity {
            nextDelayed = delayed
        }
    }
}
