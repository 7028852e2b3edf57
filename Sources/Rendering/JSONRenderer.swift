internal import Journal
internal import NDJSON
internal import Records
package import Tally

/// The summary as one JSON object on one line, for scripts. What is not known is absent.
package struct JSONRenderer: Renderer {
    package init() {}

    package func render(_ summary: Summary, to output: inout some TextOutputStream) {
        var document = LineBuffer()
        document.open()
        document.add(summary.overall)
        if let notListed = summary.notListed { document.add(SummaryField.notInCatalog, notListed) }
        addTimes(of: summary, to: &document)
        document.add(objects: SummaryField.errors, of: summary.failures) { object, failure in
            object.add(SummaryField.error, failure.code)
            object.add(SummaryField.files, failure.files)
        }
        document.add(objects: SummaryField.courses, of: summary.courses) { $0.add($1) }
        document.add(object: SummaryField.lines) { object in
            object.add(SummaryField.read, summary.lines.read)
            object.add(SummaryField.passedOver, summary.lines.passedOver)
            object.add(SummaryField.withoutPath, summary.lines.withoutPath)
        }
        addActive(of: summary, to: &document)
        document.close()
        output.write(String(decoding: document.bytes, as: UTF8.self))
    }

    private func addActive(of summary: Summary, to document: inout LineBuffer) {
        guard let active = summary.active else { return }
        if let left = summary.secondsLeft { document.add(SummaryField.secondsLeft, milliseconds: left) }
        active.document.withUnsafeBytes { document.add(SummaryField.active, raw: $0) }
    }

    private func addTimes(of summary: Summary, to document: inout LineBuffer) {
        guard let times = summary.times else { return }
        document.add(SummaryField.firstResultAt, milliseconds: times.firstResult)
        document.add(SummaryField.lastResultAt, milliseconds: times.lastResult)
        document.add(SummaryField.elapsedSeconds, milliseconds: times.elapsed)
        if let rate = summary.bytesPerSecond { document.add(SummaryField.bytesPerSecond, rate) }
    }
}

/// The names in the document: scripts rely on them.
private enum SummaryField: UInt8, FieldName {
    case total, success, skipped, failed, delayed, failedForGood, queued, dropped, bytes, downloadedBytes
    case notInCatalog, firstResultAt, lastResultAt, elapsedSeconds, bytesPerSecond
    case errors, error, files
    case courses, courseID, courseTitle, complete
    case lines, read, passedOver, withoutPath
    case secondsLeft, active

    static let names: [String] = allCases.map { field in
        switch field {
        case .failedForGood: "failed_for_good"
        case .downloadedBytes: "downloaded_bytes"
        case .notInCatalog: "not_in_catalog"
        case .firstResultAt: "first_result_at"
        case .lastResultAt: "last_result_at"
        case .elapsedSeconds: "elapsed_seconds"
        case .bytesPerSecond: "bytes_per_second"
        case .courseID: "course_id"
        case .courseTitle: "course_title"
        case .passedOver: "passed_over"
        case .withoutPath: "without_path"
        case .secondsLeft: "seconds_left"
        default: String(describing: field)
        }
    }
}

extension LineBuffer {
    fileprivate mutating func add(_ counts: Counts) {
        add(SummaryField.total, counts.total)
        add(SummaryField.success, counts.success)
        add(SummaryField.skipped, counts.skipped)
        add(SummaryField.failed, counts.failed)
        add(SummaryField.delayed, counts.delayed)
        add(SummaryField.failedForGood, counts.failedForGood)
        add(SummaryField.queued, counts.queued)
        add(SummaryField.dropped, counts.dropped)
        add(SummaryField.bytes, counts.bytes)
        add(SummaryField.downloadedBytes, counts.downloadedBytes)
    }

    fileprivate mutating func add(_ course: Summary.Course) {
        if let id = course.id { add(SummaryField.courseID, id) }
        if let title = course.title { add(SummaryField.courseTitle, title) }
        add(course.counts)
        add(SummaryField.complete, course.counts.isComplete)
    }
}
