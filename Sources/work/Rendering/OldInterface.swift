internal import Journal
internal import NDJSON
internal import Records

/// What the answers of the old system's interface have in common. Their fields, and the order of these, are its own.
enum OldField: UInt8, FieldName {
    case bulkStats, coursesProcessed, coursesCompleted, coursesFailed
    case totalSegmentsSuccess, totalSegmentsFailed, totalSegmentsSkipped
    case processingCoursesCount, queuedCoursesCount
    case courseDetails, courseID, courseTitle, stats, success, failed, skipped, isProcessing, isQueued
    case cacheKeys, processingCourses, queuedCourses
    case realTimeAggregated, activeCoursesCount
    case totalSegments, queuedJobs, failedJobs
    case totalQueuedJobs, totalFailedJobs, queueDriver, usingDatabaseQueue, message

    static let names = snakeCaseNames
}

extension LineBuffer {
    /// A failure that can be helped is queued, not failed: the next try may bring the file.
    mutating func addOutcome(_ counts: Counts) {
        add(OldField.success, counts.success)
        add(OldField.failed, counts.failedForGood)
        add(OldField.skipped, counts.skipped)
    }

    mutating func addSegments(_ counts: Counts) {
        add(OldField.totalSegmentsSuccess, counts.success)
        add(OldField.totalSegmentsFailed, counts.failedForGood)
        add(OldField.totalSegmentsSkipped, counts.skipped)
    }

    /// A course without a title is called by its number.
    mutating func addName(of course: Summary.Course) {
        guard let id = course.id else {
            add(OldField.courseTitle, course.title ?? "(no course)")
            return
        }
        add(OldField.courseID, id)
        add(OldField.courseTitle, course.title ?? "Course #\(id)")
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}
