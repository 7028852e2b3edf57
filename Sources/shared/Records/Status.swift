/// What became of a record.
package enum Status: String, CaseIterable, BitwiseCopyable, Sendable {
    case success
    /// The file was there already.
    case skipped
    case failed
    /// In a journal only: all tries are forgotten.
    case queued
    /// In a journal only: left out until it is queued again.
    case dropped
}

/// Which tool a record failed in.
package enum Stage: String, Sendable {
    case sign, fetch
}
