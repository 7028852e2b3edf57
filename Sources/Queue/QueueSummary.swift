package import Journal

/// How many records of a catalogue are in which state.
package struct QueueSummary: Equatable, Sendable {
    package let due: Int
    /// Unix seconds when the next one falls due: the present if one is due already, nil if none is left.
    package let nextDue: Double?
    /// Lines of the results that are no results.
    package let passedOver: Int
    private let counts: [FileState: Int]

    /// Counts the files that were listed in the journal.
    package init(_ journal: borrowing Journal, tries: Int, now: Double) {
        passedOver = journal.lines.passedOver
        var counts: [FileState: Int] = [:]
        var due = 0
        var nextDue: Double?
        journal.visitOutcomes { outcome in
            guard outcome.isListed else { return }
            let state = outcome.state(tries: tries)
            counts[state, default: 0] += 1
            guard state.isLeft else { return }
            let time = max(now, Double(outcome.retryAt))
            if time <= now { due += 1 }
            nextDue = min(nextDue ?? time, time)
        }
        (self.counts, self.due, self.nextDue) = (counts, due, nextDue)
    }

    package subscript(state: FileState) -> Int { counts[state] ?? 0 }

    package var total: Int { counts.values.reduce(0, +) }
    /// Records that are neither there nor dropped.
    package var notThere: Int { self[.queued] + self[.delayed] + self[.failed] }
}
