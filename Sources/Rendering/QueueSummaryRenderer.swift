internal import HumanText
internal import Journal
internal import NDJSON
package import Queue
internal import Records

/// What `tf-queue --summary` says: a few aligned lines, or one JSON object on a line.
package enum QueueSummaryRenderer {
    package static func table(_ summary: QueueSummary) -> String {
        var table = Table(.left, .right)
        for state in FileState.allCases { table.add(state.rawValue, "\(summary[state])") }
        table.add("total", "\(summary.total)")
        table.add("due", "\(summary.due)")
        var text = ""
        table.write(to: &text, width: 80)
        if let next = summary.nextDue, summary.due == 0 {
            text += "the next one falls due at \(HumanUnits.moment(next)) UTC\n"
        }
        if summary.passedOver > 0 { text += "\(summary.passedOver) lines of the results were no results\n" }
        return text
    }

    package static func json(_ summary: QueueSummary) -> String {
        var document = LineBuffer()
        document.open()
        for state in FileState.allCases { document.add(QueueField(state), summary[state]) }
        document.add(QueueField.total, summary.total)
        document.add(QueueField.due, summary.due)
        if let next = summary.nextDue { document.add(QueueField.nextDueAt, milliseconds: next) }
        document.add(QueueField.passedOver, summary.passedOver)
        document.close()
        return String(decoding: document.bytes, as: UTF8.self)
    }
}

/// The names in the document: scripts rely on them.
private enum QueueField: UInt8, FieldName {
    case queued, delayed, failed, success, skipped, dropped, total, due, nextDueAt, passedOver

    static let names: [String] = allCases.map { field in
        switch field {
        case .nextDueAt: "next_due_at"
        case .passedOver: "passed_over"
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
