package import Journal
internal import NDJSON

/// The answer of the old interface's `bulk-download-status`.
package struct BulkStatusRenderer: Renderer {
    package init() {}

    package func render(_ summary: Summary, to output: inout some TextOutputStream) {
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
        answer.close()
        output.write(answer.text)
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
