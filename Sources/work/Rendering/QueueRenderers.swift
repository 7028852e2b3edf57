package import Journal
package import NDJSON
internal import Records
internal import Terminal

/// What `tf-queue --summary` says: a few aligned blocks, or one JSON object on a line.
package struct QueueSummaryRenderer {
    private let summary: QueueSummary
    /// Unix seconds.
    private let now: Double

    /// How many courses the table shows at most.
    private static let mostCourses = 20

    package init(_ summary: QueueSummary, now: Double) {
        self.summary = summary
        self.now = now
    }

    /// - Parameter width: how many columns a line may take.
    package func table(width: Int = 80) -> String {
        var table = Table(.left, .right)
        for state in FileState.allCases { table.add(state.rawValue, "\(summary[state])") }
        table.add("total", "\(summary.total)")
        table.add("due", "\(summary.due)")
        var text = ""
        table.write(to: &text, width: width)
        if let oldest = summary.oldest { text += "\noldest due  \(words(oldest))\n" }
        if let next = summary.next { text += "\(summary.oldest == nil ? "\n" : "")next due    \(words(next))\n" }
        writeErrors(to: &text, width)
        writeCourses(to: &text, width)
        if summary.passedOver > 0 { text += "\n\(summary.passedOver) lines of the results were not results\n" }
        return text
    }

    private func words(_ record: QueueSummary.Waiting) -> String {
        let distance = abs(record.retryAt - now)
        let relation =
            record.retryAt <= now ? "\(HumanUnits.duration(distance)) ago" : "in \(HumanUnits.duration(distance))"
        let error = DisplayText.visible(record.error)
        return
            "\(HumanUnits.moment(record.retryAt)) UTC, \(relation), after \(error): \(DisplayText.visible(record.path))"
    }

    private func writeErrors(to text: inout String, _ width: Int) {
        guard !summary.errors.isEmpty else { return }
        var table = Table(.left, .right, .right)
        table.add("error", "delayed", "failed")
        for error in summary.errors {
            table.add(
                DisplayText.visible(error.code), HumanUnits.count(error.counts[.delayed]),
                HumanUnits.count(error.counts[.failed]))
        }
        text += "\n"
        table.write(to: &text, width: width, cutting: 0)
    }

    /// The courses of which something is not there, those with the most of it first.
    private func writeCourses(to text: inout String, _ width: Int) {
        let open = summary.courses.filter { $0.counts.notThere > 0 }
            .sorted { ($1.counts.notThere, $0.id ?? .min) < ($0.counts.notThere, $1.id ?? .min) }
        guard !open.isEmpty else { return }
        var table = Table(.right, .left, .right, .right, .right)
        table.add("course", "title", "queued", "delayed", "failed")
        for course in open.prefix(Self.mostCourses) {
            table.add(
                course.id.map(String.init) ?? "",
                DisplayText.visible(course.title ?? (course.id == nil ? "(no course)" : "")),
                HumanUnits.count(course.counts[.queued]), HumanUnits.count(course.counts[.delayed]),
                HumanUnits.count(course.counts[.failed]))
        }
        text += "\n"
        table.write(to: &text, width: width, cutting: 1)
        let hidden = open.count - Self.mostCourses
        if hidden > 0 { text += "\(HumanUnits.count(hidden)) more courses are not complete (--json names them)\n" }
    }
}

// MARK: - For scripts

extension QueueSummaryRenderer {
    /// A line for each number: its name, a blank, the number in whole.
    package func plain() -> String {
        var numbers = FileState.allCases.map { ($0.rawValue, summary[$0]) }
        numbers += [("total", summary.total), ("due", summary.due), ("passed_over", summary.passedOver)]
        if let next = summary.nextDue { numbers.append(("next_due_at", Int(next))) }
        return numbers.map { "\($0) \($1)\n" }.joined()
    }

    package func json() -> String {
        var document = LineBuffer()
        document.open()
        document.add(summary.overall)
        document.add(QueueField.total, summary.total)
        document.add(QueueField.due, summary.due)
        if let next = summary.nextDue { document.add(QueueField.nextDueAt, milliseconds: next) }
        document.add(QueueField.passedOver, summary.passedOver)
        if let oldest = summary.oldest { document.add(object: QueueField.oldestDue) { $0.add(oldest) } }
        if let next = summary.next { document.add(object: QueueField.nextDelayed) { $0.add(next) } }
        document.add(objects: QueueField.errors, of: summary.errors) { object, error in
            object.add(QueueField.error, error.code)
            object.add(QueueField.delayed, error.counts[.delayed])
            object.add(QueueField.failed, error.counts[.failed])
        }
        document.add(objects: QueueField.courses, of: summary.courses) { object, course in
            if let id = course.id { object.add(QueueField.courseID, id) }
            if let title = course.title { object.add(QueueField.courseTitle, title) }
            object.add(course.counts)
        }
        document.close()
        return String(decoding: document.bytes, as: UTF8.self)
    }
}

extension LineBuffer {
    fileprivate mutating func add(_ counts: Counts) {
        for state in FileState.allCases { add(QueueField(state), counts[state]) }
    }

    fileprivate mutating func add(_ record: QueueSummary.Waiting) {
        add(QueueField.path, record.path)
        add(QueueField.retryAt, milliseconds: record.retryAt)
        add(QueueField.error, record.error)
        add(QueueField.attempt, record.attempt)
    }
}

/// The names in the document: scripts rely on them.
private enum QueueField: UInt8, FieldName {
    case queued, delayed, failed, success, skipped, dropped, total, due, nextDueAt, passedOver
    case oldestDue, nextDelayed, path, retryAt, error, attempt
    case errors, courses, courseID, courseTitle

    static let names: [String] = allCases.map { field in
        switch field {
        case .nextDueAt: "next_due_at"
        case .passedOver: "passed_over"
        case .oldestDue: "oldest_due"
        case .nextDelayed: "next_delayed"
        case .retryAt: "retry_at"
        case .courseID: "course_id"
        case .courseTitle: "course_title"
        default: String(describing: field)
        }
    }

    init(_ state: FileState) {
        self =
            switch state {
            case .queued: .queued
            case .delayed: .delayed
            case .failed: .failed
            case .success: .success
            case .skipped: .skipped
            case .dropped: .dropped
            }
    }
}

/// What `tf-queue --reasons` says of a failed result: two or three lines for people.
package struct FailureRenderer: ~Copyable {
    private let line = LineScanner<Field>()
    private let tries: Int

    package init(tries: Int) { self.tries = tries }

    /// Empty for what is not a result.
    package func text(_ result: RawLine) -> String {
        guard line.accepts(result) else { return "" }
        var text = "\(shown(.path))\n    \(cause), \(attempts)"
        if let time = line.number(ifAny: .finishedAt), time >= 0, time < 253_402_300_800 {
            text += ", \(HumanUnits.moment(time)) UTC"
        }
        let (message, owner, evidence) = (shown(.message), shown(.owner), shown(.evidence))
        text += "\n" + (message.isEmpty ? "" : "    \(message)\n")
        guard !owner.isEmpty else { return text }
        return text + "    fault of: \(owner)\(evidence.isEmpty ? "" : ", \(evidence)")\n"
    }

    private var cause: String {
        let code = shown(.error)
        let status = line.integer(ifAny: .httpStatus).map { " (HTTP \($0))" } ?? ""
        return (code.isEmpty ? "no reason given" : code) + status
    }

    private var attempts: String {
        let attempt = line.integer(ifAny: .attempt) ?? 0
        let isRetryable = line.boolean(ifAny: .retryable) ?? false
        // Others' faults cost no try.
        if isRetryable && attempt == 0 { return "not counted as a try" }
        guard isRetryable else { return attempt > 1 ? "failed for good at try \(attempt)" : "failed for good" }
        return "try \(attempt) of \(tries)\(attempt >= tries ? ", the last one" : "")"
    }

    private func shown(_ field: Field) -> String { DisplayText.visible(line.string(ifAny: field) ?? "") }
}
