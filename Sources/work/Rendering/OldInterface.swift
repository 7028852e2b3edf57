package import Journal
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
    /// A failure that can be tried again is queued, not failed: the next try may bring the file.
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

}

/// Makes one JSON document on a line: as bytes, since it may have some MB.
package protocol DocumentRenderer: Renderer {
    func document(of summary: Summary) -> [UInt8]
}

extension DocumentRenderer {
    package func render(_ summary: Summary, to output: inout some TextOutputStream) {
        output.write(String(decoding: document(of: summary), as: UTF8.self))
    }
}

/// The answer of the old interface's `bulk-download-status`.
package struct BulkStatusRenderer: DocumentRenderer {
    package init() {}

    package func document(of summary: Summary) -> [UInt8] {
        let processing = summary.active?.courses ?? []
        var answer = LineBuffer()
        answer.open()
        addStatistics(of: summary, to: &answer)
        answer.add(OldField.processingCoursesCount, processing.count)
        answer.add(OldField.queuedCoursesCount, summary.courses.count { !$0.counts.isDecided })
        answer.add(objects: OldField.courseDetails, of: summary.courses) { object, course in
            object.addName(of: course)
            object.add(object: OldField.stats) { $0.addOutcome(course.counts) }
            object.add(OldField.isProcessing, course.id.map { processing.contains($0) } ?? false)
            object.add(OldField.isQueued, !course.counts.isDecided)
        }
        addFiles(to: &answer)
        // The old system had one machine.
        if !summary.hosts.isEmpty { answer.add(objects: SummaryField.hosts, of: summary.hosts) { $0.add($1) } }
        answer.close()
        return answer.bytes
    }

    private func addStatistics(of summary: Summary, to answer: inout LineBuffer) {
        let decided = summary.courses.filter { $0.counts.isDecided }
        answer.add(object: OldField.bulkStats) { object in
            object.add(OldField.coursesProcessed, decided.count)
            object.add(OldField.coursesCompleted, decided.count { $0.counts.isComplete })
            object.add(OldField.coursesFailed, decided.count { $0.counts.failedForGood > 0 })
            object.addSegments(summary.overall)
        }
    }

    /// Where the old system's cache had keys, `tf-bulk` has files.
    private func addFiles(to answer: inout LineBuffer) {
        answer.add(object: OldField.cacheKeys) { object in
            object.add(OldField.bulkStats, "stats.json")
            object.add(OldField.processingCourses, "active.json")
            object.add(OldField.queuedCourses, "results.ndjson")
        }
    }
}

/// The answer of the old interface's `bulk-download-stats`.
package struct BulkStatsRenderer: DocumentRenderer {
    package init() {}

    package func document(of summary: Summary) -> [UInt8] {
        var answer = LineBuffer()
        answer.open()
        answer.add(object: OldField.realTimeAggregated) { $0.addOutcome(summary.overall) }
        answer.add(OldField.activeCoursesCount, summary.courses.count)
        answer.addSegments(summary.overall)
        answer.close()
        return answer.bytes
    }
}

/// The answer of the old interface's `bulk-queue-status`.
package struct QueueStatusRenderer: DocumentRenderer {
    package init() {}

    package func document(of summary: Summary) -> [UInt8] {
        var answer = LineBuffer()
        answer.open()
        if summary.isInProgress { addQueue(of: summary, to: &answer) } else { addNothing(to: &answer) }
        answer.close()
        return answer.bytes
    }

    private func addQueue(of summary: Summary, to answer: inout LineBuffer) {
        let queued = summary.courses.filter { !$0.counts.isDecided }
        answer.add(objects: OldField.queuedCourses, of: queued) { object, course in
            object.addName(of: course)
            object.add(OldField.totalSegments, course.counts.total)
            object.add(OldField.queuedJobs, course.counts.left)
            object.add(OldField.failedJobs, course.counts.failedForGood)
        }
        answer.add(OldField.totalQueuedJobs, summary.overall.left)
        answer.add(OldField.totalFailedJobs, summary.overall.failedForGood)
        answer.add(OldField.queueDriver, "journal")
        answer.add(OldField.usingDatabaseQueue, false)
    }

    private func addNothing(to answer: inout LineBuffer) {
        answer.add(OldField.message, "No bulk download operation in progress")
        answer.add(objects: OldField.queuedCourses, of: [Int]()) { _, _ in }
        answer.add(OldField.totalQueuedJobs, 0)
        answer.add(OldField.totalFailedJobs, 0)
    }
}
