/// The names in a progress document: what `tf-fetch` says of a run under way, in `--progress json` and `--active`.
package enum ProgressField: UInt8, FieldName {
    case process, time, elapsedSeconds
    case total, success, skipped, failed, retries
    case bytes, bytesPerSecond, secondsLeft
    case running, path, courseID, segmentID, size, seconds
    case waiting, reason, transfers, until

    package static let names = snakeCaseNames

    /// Seconds after which a document says nothing about the present any more.
    package static let validity = 5.0
}
