package import Journal
internal import NDJSON

/// The answer of the old interface's `bulk-queue-status`.
package struct QueueStatusRenderer: Renderer {
    package init() {}

    package func render(_ summary: Summary, to output: inout some TextOutputStream) {
        var answer = LineBuffer()
        answer.open()
        if summary.isInProgress { addQueue(of: summary, to: &answer) } else { addNothing(to: &answer) }
        answer.close()
        output.write(answer.text)
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
