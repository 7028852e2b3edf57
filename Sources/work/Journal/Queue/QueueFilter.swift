internal import Records

/// What records have to have in common, beside their state.
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
