/// Where a file of the catalogue stands.
package enum FileState: String, CaseIterable, Sendable {
    /// Never tried, or all tries forgotten.
    case queued
    /// Failed, and another try can help.
    case delayed
    /// Failed for good: another try cannot help, or there were too many.
    case failed
    case success
    /// There already.
    case skipped
    /// Left out until it is queued again.
    case dropped

    /// After how many tries a file has failed for good, unless the user says otherwise.
    package static var usualTries: Int { 5 }

    /// Whether something can still be done about it.
    package var isLeft: Bool { self == .queued || self == .delayed }

    /// Whether the file is on the disk.
    package var isThere: Bool { self == .success || self == .skipped }
}
