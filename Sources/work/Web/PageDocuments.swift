internal import Journal
internal import NDJSON
internal import POSIX
internal import Records
internal import Rendering

/// What the page shows, but for the courses: small, since it is asked for every few seconds.
struct ProgressDocument {
    /// One JSON object on a line.
    let bytes: [UInt8]

    /// The most transfers that are listed.
    private static let mostTransfers = 20

    private enum Name: UInt8, FieldName {
        case running, process, storage, report, counts, total, success, skipped, processing, queued, delayed, failed
        case dropped, bytes, downloadedBytes
        case courses, complete, courseID, courseTitle, title
        case bytesPerSecond, secondsLeft, firstResultAt, lastResultAt, elapsedSeconds, runSeconds
        case errors, error, files, advice
        case transfers, path, size, seconds, waiting, reason, host
        case rateLimit, jobs, jobsAuto, moved, refresh

        static let names = snakeCaseNames
    }

    init(_ summary: Summary, _ job: JobState, storage: String) throws(SystemError) {
        var document = LineBuffer()
        document.open()
        document.add(Name.running, job.isWorkedOn)
        if let process = try job.process() { document.add(Name.process, process) }
        if let seconds = job.runSeconds { document.add(Name.runSeconds, milliseconds: seconds) }
        document.add(Name.storage, storage)
        document.add(Name.report, job.hasReport)
        Self.addCounts(of: summary, to: &document)
        Self.addTimes(of: summary, to: &document)
        document.add(objects: Name.errors, of: summary.failures) { object, failure in
            object.add(Name.error, failure.code)
            object.add(Name.files, failure.files)
            object.add(Name.advice, ErrorCode.advice(on: failure.code, owner: summary.owner(of: failure.code)))
        }
        Self.addPresent(of: summary, to: &document)
        if !summary.hosts.isEmpty { document.add(objects: SummaryField.hosts, of: summary.hosts) { $0.add($1) } }
        document.close()
        bytes = document.bytes
    }

    private static func addCounts(of summary: Summary, to document: inout LineBuffer) {
        let counts = summary.overall
        let processing = min(summary.active?.running.count ?? 0, counts.left)
        document.add(object: Name.counts) { object in
            object.add(Name.total, counts.total)
            object.add(Name.success, counts.success)
            object.add(Name.skipped, counts.skipped)
            object.add(Name.processing, processing)
            object.add(Name.queued, counts.queued)
            object.add(Name.delayed, counts.delayed)
            object.add(Name.failed, counts.failedForGood)
            object.add(Name.dropped, counts.dropped)
            object.add(Name.bytes, counts.bytes)
            object.add(Name.downloadedBytes, counts.downloadedBytes)
            if counts.moved > 0 { object.add(Name.moved, counts.moved) }
        }
        let refreshed = summary.tries.refreshed
        if refreshed.asked > 0 { document.add(object: Name.refresh) { $0.add(refreshed) } }
        document.add(object: Name.courses) { object in
            object.add(Name.total, summary.courses.count)
            object.add(Name.complete, summary.courses.count { $0.counts.isComplete })
            object.add(Name.failed, summary.courses.count { $0.counts.failedForGood > 0 })
        }
    }

    private static func addTimes(of summary: Summary, to document: inout LineBuffer) {
        if let rate = summary.rateNow { document.add(Name.bytesPerSecond, rate) }
        if let left = summary.secondsLeft { document.add(Name.secondsLeft, milliseconds: left) }
        if let limit = summary.active?.rateLimit { document.add(Name.rateLimit, limit) }
        if let jobs = summary.active?.jobs { document.add(Name.jobs, jobs) }
        if summary.active?.isAuto ?? false { document.add(Name.jobsAuto, true) }
        guard let times = summary.times else { return }
        document.add(Name.firstResultAt, milliseconds: times.firstResult)
        document.add(Name.lastResultAt, milliseconds: times.lastResult)
        document.add(Name.elapsedSeconds, milliseconds: times.elapsed)
    }

    private static func addPresent(of summary: Summary, to document: inout LineBuffer) {
        let running = summary.active?.running ?? []
        document.add(objects: Name.transfers, of: running.prefix(mostTransfers)) { object, transfer in
            if let course = transfer.courseID { object.add(Name.courseID, course) }
            if let title = transfer.courseTitle { object.add(Name.courseTitle, title) }
            if let title = transfer.title { object.add(Name.title, title) }
            object.add(Name.path, transfer.path)
            if let host = transfer.host { object.add(Name.host, host) }
            object.add(Name.bytes, transfer.bytes)
            if let size = transfer.size { object.add(Name.size, size) }
            object.add(Name.seconds, milliseconds: transfer.seconds)
            if let rate = transfer.bytesPerSecond { object.add(Name.bytesPerSecond, rate) }
        }
        document.add(objects: Name.waiting, of: summary.active?.waiting ?? []) { object, hold in
            object.add(Name.reason, hold.reason)
            object.add(Name.transfers, hold.transfers)
            if let seconds = hold.seconds { object.add(Name.seconds, milliseconds: seconds) }
        }
    }
}

/// The courses for the page: rows of plain values, a third of what objects with names would be.
struct CourseRows {
    /// One JSON object on a line.
    let bytes: [UInt8]

    /// The columns of a row, as the page's script takes them apart.
    private static let columns: StaticString =
        #"{"columns":["id","title","total","success","skipped","failed","left","bytes","is_processing"],"rows":["#

    init(_ summary: Summary) {
        let processing = summary.active?.courses ?? []
        var table = LineBuffer()
        table.append(Self.columns)
        for (index, course) in summary.courses.enumerated() {
            table.append(index == 0 ? "[" : ",[")
            if let id = course.id { table.append(id) } else { table.append("null") }
            table.append(",")
            if let title = course.title { table.quote(title) } else { table.append("null") }
            for number in Self.numbers(of: course.counts) {
                table.append(",")
                table.append(number)
            }
            table.append(course.id.map { processing.contains($0) } ?? false ? ",1]" : ",0]")
        }
        table.append("]}\n")
        bytes = table.bytes
    }

    private static func numbers(of counts: Counts) -> [Int64] {
        [
            Int64(counts.total), Int64(counts.success), Int64(counts.skipped), Int64(counts.failedForGood),
            Int64(counts.left), counts.bytes,
        ]
    }
}
