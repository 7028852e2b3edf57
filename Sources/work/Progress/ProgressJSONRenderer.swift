internal import NDJSON
internal import Records
internal import Transfer

/// One JSON object on a line, for programs: a progress document, as tf-records(5) describes it. What is not known is
/// absent.
package struct ProgressJSONRenderer: ProgressRenderer {
    package let interval = 1.0
    private let process: Int32
    private let line = LineScanner<ProgressField>()

    /// - Parameter process: the ID of the process that fetches.
    package init(process: Int32) { self.process = process }

    package func render(_ report: ProgressReport, to output: inout some TextOutputStream) {
        var document = LineBuffer()
        document.open()
        document.add(ProgressField.process, process)
        document.add(ProgressField.time, milliseconds: report.time)
        add(report, to: &document)
        document.add(objects: ProgressField.running, of: report.progress.running) {
            $0.add($1, rate: report.rates[$1.path], line)
        }
        document.add(objects: ProgressField.waiting, of: report.progress.holds) { $0.add($1, at: report.time) }
        document.close()
        output.write(String(decoding: document.bytes, as: UTF8.self))
    }

    package func renderEnd(_ report: ProgressReport, to output: inout some TextOutputStream) {
        render(report, to: &output)
    }

    private func add(_ report: ProgressReport, to document: inout LineBuffer) {
        let progress = report.progress
        document.add(ProgressField.elapsedSeconds, milliseconds: progress.elapsed)
        if let total = report.total { document.add(ProgressField.total, total) }
        document.add(ProgressField.success, progress.success)
        document.add(ProgressField.skipped, progress.skipped)
        document.add(ProgressField.failed, progress.failed + progress.stopped)
        document.add(ProgressField.retries, progress.retries)
        document.add(ProgressField.bytes, progress.bytes)
        if let rate = report.rate { document.add(ProgressField.bytesPerSecond, Int64(rate)) }
        if let left = report.secondsLeft { document.add(ProgressField.secondsLeft, Int64(left)) }
        if let limit = progress.rateLimit { document.add(ProgressField.rateLimit, limit) }
        if let jobs = progress.jobs { document.add(ProgressField.jobs, jobs) }
        if progress.isAuto { document.add(ProgressField.jobsAuto, true) }
    }
}

extension LineBuffer {
    fileprivate mutating func add(
        _ transfer: FetchProgress.Running, rate: Double?, _ line: LineScanner<ProgressField>
    ) {
        add(ProgressField.path, transfer.path)
        addNames(of: transfer.record, line)
        add(ProgressField.bytes, transfer.bytes)
        if let size = transfer.size { add(ProgressField.size, size) }
        add(ProgressField.seconds, milliseconds: transfer.seconds)
        if let rate { add(ProgressField.bytesPerSecond, Int64(rate)) }
    }

    /// What the record says of its course and segment. Read here, once a second for what runs, and not for each line.
    private mutating func addNames(of record: [UInt8], _ line: LineScanner<ProgressField>) {
        guard (try? line.scan(record + [UInt8(ascii: "}")])) != nil else { return }
        for field in [ProgressField.courseID, .segmentID] {
            if let number = line.integer(ifAny: field) { add(field, number) }
        }
        for field in [ProgressField.courseTitle, .title] {
            if let text = line.string(ifAny: field) { add(field, text) }
        }
    }

    fileprivate mutating func add(_ hold: FetchProgress.Hold, at time: Double) {
        add(ProgressField.reason, hold.reason)
        add(ProgressField.transfers, hold.transfers)
        if let seconds = hold.seconds { add(ProgressField.until, milliseconds: time + seconds) }
    }
}
