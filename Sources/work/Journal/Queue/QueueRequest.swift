internal import Records

/// Which records are wanted.
package struct QueueRequest: Sendable {
    package enum Selection: Sendable {
        /// Those in one of these states, in the catalogue's order.
        case states(Set<FileState>)
        /// Those that can be tried now: delayed ones whose time has come, then queued ones.
        case due
    }

    package let selection: Selection
    package let filter: QueueFilter
    /// After how many tries a file has failed for good.
    package let tries: Int
    /// How many records at most.
    package let limit: Int
    /// Unix seconds.
    package let now: Double
    /// When the run began that asks, in Unix seconds; nil: none does. It does not try again what it could not sign.
    package var began: Double?
    /// What is printed in place of a record: a line for the journal, which gives it this status; nil: the record.
    package var mark: Mark?
    /// Only records of this shard; nil: of all.
    package var shard: Shard?
    /// Who gets the records, so that their results tell it; nil: nobody that matters.
    package var stamp: Stamp?

    /// What a line of a journal can do to a record without a try.
    package enum Mark: String, CaseIterable, Sendable {
        case queued, dropped
    }

    /// What is written into each record, and so into its result.
    package struct Stamp: Sendable {
        package let host, run: String?

        package init(host: String?, run: String?) { (self.host, self.run) = (host, run) }
    }

    package init(
        _ selection: Selection, _ filter: QueueFilter = QueueFilter(), tries: Int = FileState.usualTries,
        limit: Int = .max, now: Double
    ) {
        self.selection = selection
        self.filter = filter
        self.tries = tries
        self.limit = limit
        self.now = now
    }
}

extension QueueRequest {
    /// Whether a file in this state is asked for.
    func includes(_ outcome: Outcome) -> Bool {
        switch selection {
        case .states(let states): states.contains(outcome.state(tries: tries))
        case .due: outcome.status == .queued || isDelayedAndDue(outcome)
        }
    }

    /// Whether a file that failed can be tried again at the moment.
    func isDelayedAndDue(_ outcome: Outcome) -> Bool {
        guard outcome.state(tries: tries) == .delayed else { return false }
        return outcome.dueAt(now: now, inRunSince: began).map { $0 <= now } ?? false
    }
}

/// What records must have in common besides their state.
package struct QueueFilter: Sendable {
    /// One of these codes is what the last result failed with; none: whatever became of it.
    package var errors: Set<String> = []
    /// The course is one of these; none: any, or no course at all.
    package var courses: Set<Int64> = []
    /// So many tries, or more, are too many; nil: none are.
    package var attemptsUnder: Int?

    package init() {}

    package func takes(_ outcome: Outcome, in journal: borrowing FoldedJournal) -> Bool {
        takes(outcome, in: journal, course: nil)
    }

    /// - Parameter course: read when it matters; nil: that of the journal.
    func takes(_ outcome: Outcome, in journal: borrowing FoldedJournal, course: @autoclosure () -> Int64?) -> Bool {
        if let attemptsUnder, outcome.attempt >= attemptsUnder { return false }
        if !errors.isEmpty, outcome.status != .failed || !errors.contains(journal.errors[outcome.error]) {
            return false
        }
        guard !courses.isEmpty else { return true }
        return (course() ?? journal.courses.all[outcome.course.index].id).map(courses.contains) ?? false
    }
}
