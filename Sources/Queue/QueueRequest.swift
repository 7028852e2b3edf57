package import Journal

/// Which records are wanted.
package struct QueueRequest: Sendable {
    package enum Selection: Sendable {
        /// Those in one of these states, in the catalogue's order.
        case states(Set<FileState>)
        /// Those that can be tried now: delayed ones whose time has come, then queued ones.
        case due
    }

    package let selection: Selection
    /// After how many tries a file has failed for good.
    package let tries: Int
    /// How many records at most.
    package let limit: Int
    /// Unix seconds.
    package let now: Double

    package init(_ selection: Selection, tries: Int = FileState.usualTries, limit: Int = .max, now: Double) {
        self.selection = selection
        self.tries = tries
        self.limit = limit
        self.now = now
    }
}

extension Outcome {
    /// Whether a file in this state can be tried at the moment.
    func isDelayedAndDue(at now: Double, tries: Int) -> Bool {
        state(tries: tries) == .delayed && Double(retryAt) <= now
    }
}
