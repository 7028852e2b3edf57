package import Journal
internal import NDJSON

/// The answer of the old interface's `bulk-download-stats`.
package struct BulkStatsRenderer: Renderer {
    package init() {}

    package func render(_ summary: Summary, to output: inout some TextOutputStream) {
        var answer = LineBuffer()
        answer.open()
        answer.add(object: OldField.realTimeAggregated) { $0.addOutcome(summary.overall) }
        answer.add(OldField.activeCoursesCount, summary.courses.count)
        answer.addSegments(summary.overall)
        answer.close()
        output.write(answer.text)
    }
}
