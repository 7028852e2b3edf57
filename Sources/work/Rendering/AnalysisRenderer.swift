package import Journal
internal import NDJSON
internal import Records
internal import Terminal

/// What `tf-tally --analyze` says: blocks of a table for people, or one JSON object on a line.
package struct AnalysisRenderer {
    private let width: Int

    private static let mostCourses = 10

    /// - Parameter width: how many columns a line may take.
    package init(width: Int = 80) { self.width = width }

    package func table(_ analysis: borrowing Analysis) -> String {
        var text = ""
        writeTimeline(analysis.timeline, to: &text)
        writeCourses(analysis.courses, to: &text)
        writeRetries(analysis.retries.all, to: &text)
        writeConcurrency(analysis.concurrency.levels, to: &text)
        if analysis.refreshed.asked > 0 { text += "Refreshed\n  \(analysis.refreshed.words)\n\n" }
        text += "Advice\n"
        for sentence in analysis.recommendations { text += "  \(DisplayText.visible(sentence))\n" }
        return text
    }

    private func writeTimeline(_ timeline: Timeline, to text: inout String) {
        var table = Table(.left, .right, .right, .right, .left)
        table.add("from (UTC)", "tries", "failed", "rate", "most of them")
        for (start, span) in timeline.all {
            let error = span.mostFrequentError.map { "\(DisplayText.visible($0.code)) (\(HumanUnits.count($0.count)))" }
            table.add(
                HumanUnits.moment(Double(start)), HumanUnits.count(span.tries), HumanUnits.count(span.failures),
                "\(HumanUnits.bytes(span.bytes / timeline.length))/s", error ?? "")
        }
        write(
            table, "Errors over time, in spans of \(HumanUnits.duration(Double(timeline.length)))", to: &text,
            cutting: 4)
    }

    private func writeCourses(_ courses: CourseSpeeds, to text: inout String) {
        let slowest = courses.slowest(Self.mostCourses)
        guard !slowest.isEmpty else { return }
        var table = Table(.right, .left, .right, .right, .right)
        table.add("course", "title", "files", "failed", "rate of one")
        for course in slowest {
            table.add(
                course.id.map(String.init) ?? "",
                DisplayText.visible(course.title ?? (course.id == nil ? "(no course)" : "")),
                HumanUnits.count(course.files), HumanUnits.count(course.failures), rate(course.bytesPerSecond ?? 0))
        }
        let mean = courses.meanBytesPerSecond.map { "; the mean is \(rate($0))" } ?? ""
        write(table, "Slowest courses\(mean)", to: &text, cutting: 1)
    }

    private func writeRetries(_ retries: [(code: String, effect: Retries.Effect)], to text: inout String) {
        guard !retries.isEmpty else { return }
        var table = Table(.left, .right, .right, .right, .right)
        table.add("after", "tried again", "helped", "failed again", "not tried")
        for (code, effect) in retries {
            table.add(
                DisplayText.visible(code), HumanUnits.count(effect.tried),
                effect.tried > 0 ? HumanUnits.share(effect.helped, of: effect.tried) : "",
                HumanUnits.count(effect.failedAgain), HumanUnits.count(effect.notTried))
        }
        write(table, "Retries", to: &text, cutting: 0)
    }

    private func writeConcurrency(_ levels: [Concurrency.Level], to text: inout String) {
        let whole = levels.reduce(0) { $0 + $1.seconds }
        guard whole > 0 else { return }
        var table = Table(.right, .right, .right, .right)
        table.add("at once", "of the time", "all together", "each")
        for level in levels where level.seconds >= whole / 100 {
            table.add(
                "\(level.transfers)", HumanUnits.share(Int(level.seconds / whole * 100_000), of: 100_000),
                rate(level.bytesPerSecond), rate(level.bytesPerSecond / Double(level.transfers)))
        }
        write(table, "More transfers at one time", to: &text)
    }

    private func write(_ table: Table, _ heading: String, to text: inout String, cutting column: Int? = nil) {
        text += heading + "\n"
        table.write(to: &text, width: width, cutting: column)
        text += "\n"
    }

    private func rate(_ bytesPerSecond: Double) -> String { "\(HumanUnits.bytes(Int64(min(bytesPerSecond, 1e18))))/s" }
}

// MARK: - JSON

extension AnalysisRenderer {
    package func json(_ analysis: borrowing Analysis) -> String {
        var document = LineBuffer()
        let timeline = analysis.timeline
        document.open()
        document.add(AnalysisField.tries, analysis.tries)
        document.add(AnalysisField.passedOver, analysis.passedOver)
        document.add(AnalysisField.spanSeconds, timeline.length)
        document.add(objects: AnalysisField.spans, of: timeline.all) { object, entry in
            object.add(AnalysisField.from, entry.start)
            object.add(AnalysisField.tries, entry.span.tries)
            object.add(AnalysisField.bytes, entry.span.bytes)
            object.add(objects: AnalysisField.errors, of: entry.span.errors.sorted { $0.key < $1.key }) {
                error, count in
                error.add(AnalysisField.error, count.key)
                error.add(AnalysisField.tries, count.value)
            }
        }
        document.add(objects: AnalysisField.slowestCourses, of: analysis.courses.slowest(Self.mostCourses)) {
            object, course in
            if let id = course.id { object.add(AnalysisField.courseID, id) }
            if let title = course.title { object.add(AnalysisField.courseTitle, title) }
            object.add(AnalysisField.files, course.files)
            object.add(AnalysisField.failures, course.failures)
            object.add(AnalysisField.bytesPerSecond, Int64(min(course.bytesPerSecond ?? 0, 1e18)))
        }
        document.add(objects: AnalysisField.retries, of: analysis.retries.all) { object, retry in
            object.add(AnalysisField.error, retry.code)
            object.add(AnalysisField.helped, retry.effect.helped)
            object.add(AnalysisField.failedAgain, retry.effect.failedAgain)
            object.add(AnalysisField.notTried, retry.effect.notTried)
        }
        document.add(objects: AnalysisField.concurrency, of: analysis.concurrency.levels) { object, level in
            object.add(AnalysisField.transfers, level.transfers)
            object.add(AnalysisField.seconds, milliseconds: level.seconds)
            object.add(AnalysisField.bytesPerSecond, Int64(min(level.bytesPerSecond, 1e18)))
        }
        if analysis.refreshed.asked > 0 { document.add(object: AnalysisField.refresh) { $0.add(analysis.refreshed) } }
        document.add(AnalysisField.advice, analysis.recommendations)
        document.close()
        return String(decoding: document.bytes, as: UTF8.self)
    }
}

/// The names in the document: scripts rely on them.
private enum AnalysisField: UInt8, FieldName {
    case tries, passedOver, spanSeconds, spans, from, bytes, errors, error
    case slowestCourses, courseID, courseTitle, files, failures, bytesPerSecond
    case retries, helped, failedAgain, notTried
    case concurrency, transfers, seconds, refresh, advice

    static let names: [String] = allCases.map { field in
        switch field {
        case .passedOver: "passed_over"
        case .spanSeconds: "span_seconds"
        case .slowestCourses: "slowest_courses"
        case .courseID: "course_id"
        case .courseTitle: "course_title"
        case .bytesPerSecond: "bytes_per_second"
        case .failedAgain: "failed_again"
        case .notTried: "not_tried"
        default: String(describing: field)
        }
    }
}
