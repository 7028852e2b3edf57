internal import Records

/// The names in a summary as JSON, which scripts rely on, and which a later `tf-tally --snapshot` reads.
package enum SummaryField: UInt8, FieldName {
    case madeAt
    case total, success, skipped, failed, delayed, failedForGood, queued, dropped, bytes, downloadedBytes
    case notInCatalog, firstResultAt, lastResultAt, elapsedSeconds, bytesPerSecond, recentBytesPerSecond
    case errors, error, files, tries, unfinished, retriedFiles, retriedSuccess
    case secondsPercentiles, bytesPerSecondPercentiles, p50, p90, p95, p99
    case throughput, bucketSeconds, startAt, buckets
    case sizes, under
    case courses, courseID, courseTitle, complete
    case lines, read, passedOver, withoutPath
    case secondsLeft, active

    package static let names = snakeCaseNames
}
