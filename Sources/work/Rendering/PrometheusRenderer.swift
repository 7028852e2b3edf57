package import Journal
internal import Records

/// Metrics in Prometheus's text format, for the textfile collector of its node_exporter, by Prometheus's own rules
/// ("Metric and label naming", "Instrumentation", and what `promtool check metrics` looks at): HELP and TYPE for each,
/// base units, `_total` after counters alone, no timestamps, no label whose values grow with the library, and a series
/// for whatever is known to be possible, even if it is 0.
package struct PrometheusRenderer: Renderer {
    private let labels: [MetricLabel]

    /// - Parameter labels: of every series, so that two jobs on one machine have none in common.
    package init(labels: [MetricLabel] = []) { self.labels = labels }

    package func render(_ summary: Summary, to output: inout some TextOutputStream) {
        addFiles(summary, to: &output)
        addTries(summary, to: &output)
        addTimes(summary, to: &output)
        addPresent(summary, to: &output)
    }

    private func addFiles(_ summary: Summary, to output: inout some TextOutputStream) {
        let counts = summary.overall
        let states: [(FileState, Int)] = [
            (.queued, counts.queued), (.delayed, counts.delayed), (.failed, counts.failedForGood),
            (.success, counts.success), (.skipped, counts.skipped), (.dropped, counts.dropped),
        ]
        write("tf_files", "Files by state.", .gauge, states.map { (["state": $0.rawValue], Double($1)) }, to: &output)
        write("tf_file_bytes", "Size of the files that are there.", .gauge, Double(counts.bytes), to: &output)
        write(
            "tf_downloaded_bytes", "Size of those that were downloaded.", .gauge, Double(counts.downloadedBytes),
            to: &output)
        let complete = summary.courses.count { $0.counts.isComplete }
        let failed = summary.courses.count { $0.counts.failedForGood > 0 }
        write("tf_courses", "Courses.", .gauge, Double(summary.courses.count), to: &output)
        write("tf_complete_courses", "Courses of which everything is there.", .gauge, Double(complete), to: &output)
        write("tf_failed_courses", "Courses with files that failed for good.", .gauge, Double(failed), to: &output)
    }

    private func addTries(_ summary: Summary, to output: inout some TextOutputStream) {
        let tries = summary.tries
        write(
            "tf_tries_total", "Tries by their end.", .counter,
            [(["result": "success"], Double(tries.success)), (["result": "failed"], Double(tries.failed))], to: &output)
        let failures = byKnownCode(summary.failures)
        write(
            "tf_failing_files", "Files whose last result is a failure, by its error.", .gauge,
            failures.map { (["error": $0.code], Double($0.files)) }, to: &output)
        write(
            "tf_owned_failing_files", "Files whose last result is a failure, by whose fault it was.", .gauge,
            summary.owners.map { (["owner": $0.owner.rawValue], Double($0.files)) }, to: &output)
        write("tf_result_lines_total", "Result lines read.", .counter, Double(summary.lines.read), to: &output)
        write(
            "tf_foreign_lines_total", "Lines that are not results, passed over.", .counter,
            Double(summary.lines.passedOver), to: &output)
    }

    /// Codes that a later version or a stranger made up are one: labels must not grow without bounds.
    private func byKnownCode(_ failures: [Summary.Failure]) -> [(code: String, files: Int)] {
        let files = Dictionary(failures.map { ($0.code, $0.files) }) { $0 + $1 }
        let known = ErrorCode.allCases.map { ($0.rawValue, files[$0.rawValue] ?? 0) }
        let others = files.values.reduce(0, +) - known.reduce(0) { $0 + $1.1 }
        return known + [("other", others)]
    }

    private func addTimes(_ summary: Summary, to output: inout some TextOutputStream) {
        if let times = summary.times {
            write(
                "tf_first_result_timestamp_seconds", "When the first result came.", .gauge, times.firstResult,
                to: &output)
            write(
                "tf_last_result_timestamp_seconds", "When the last result came.", .gauge, times.lastResult, to: &output)
        }
        if let seconds = summary.seconds {
            write(
                "tf_download_duration_seconds", "Percentile of the seconds that downloads took.", .gauge,
                labelled(seconds), to: &output)
        }
        if let rates = summary.rates {
            write(
                "tf_download_bytes_per_second", "Percentile of the rate of downloads.", .gauge,
                labelled(rates), to: &output)
        }
        write("tf_counted_timestamp_seconds", "Time of this count.", .gauge, summary.madeAt, to: &output)
    }

    private func labelled(_ values: Percentiles) -> [(labels: [String: String], value: Double)] {
        [("50", values.p50), ("90", values.p90), ("95", values.p95), ("99", values.p99)]
            .map { (["percentile": $0], $1) }
    }

    private func addPresent(_ summary: Summary, to output: inout some TextOutputStream) {
        let running = Double(summary.active?.running.count ?? 0)
        write("tf_running_transfers", "Transfers under way.", .gauge, running, to: &output)
        if let rate = summary.rateNow {
            write("tf_current_bytes_per_second", "Rate of the last seconds.", .gauge, Double(rate), to: &output)
        }
        if let left = summary.secondsLeft {
            write("tf_left_seconds", "Estimated time until everything is there.", .gauge, left, to: &output)
        }
    }

    // MARK: - The format

    private enum Kind: String {
        case gauge, counter
    }

    private func write(
        _ name: String, _ help: String, _ kind: Kind, _ value: Double, to output: inout some TextOutputStream
    ) {
        write(name, help, kind, [([:], value)], to: &output)
    }

    /// - Parameter values: their labels are this program's own words, in which nothing has to be escaped.
    private func write(
        _ name: String, _ help: String, _ kind: Kind, _ values: [(labels: [String: String], value: Double)],
        to output: inout some TextOutputStream
    ) {
        guard !values.isEmpty else { return }
        output.write("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
        for (labels, value) in values {
            let label = (self.labels.map(\.text) + labels.map { "\($0)=\"\($1)\"" }).joined(separator: ",")
            let number = Int64(exactly: value).map { String($0) } ?? String(value)
            output.write("\(name)\(label.isEmpty ? "" : "{\(label)}") \(number)\n")
        }
    }
}

/// A label that the user gives to all series, as `library=guitar`.
package struct MetricLabel: Equatable, Sendable {
    package let name: String
    private let value: String

    /// Those of the series themselves, those that Prometheus gives to whatever it scrapes, and those that it keeps for
    /// histograms and summaries.
    private static let taken = ["state", "result", "error", "owner", "percentile", "job", "instance", "le", "quantile"]

    /// What is wrong with it, as it ends a sentence.
    package struct LabelError: Error, Equatable { package let reason: String }

    /// - Parameter text: `NAME=VALUE`; the name by Prometheus's data model, the value any text.
    package init(parsing text: String) throws(LabelError) {
        guard let mark = text.firstIndex(of: "=") else {
            throw LabelError(reason: "has no '=': give NAME=VALUE, as in library=guitar")
        }
        name = String(text[..<mark])
        value = String(text[text.index(after: mark)...])
        let isName = name.utf8.allSatisfy {
            $0 == 0x5F || $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 >= 0x30 && $0 <= 0x39
        }
        guard isName, let first = name.utf8.first, first > 0x39, !name.hasPrefix("__") else {
            throw LabelError(reason: "has no name of letters, digits and single '_'")
        }
        guard !Self.taken.contains(name) else {
            throw LabelError(reason: "has a name that the metrics or Prometheus use: choose another, as in library")
        }
        // An empty value is the same as no label.
        guard !value.isEmpty else { throw LabelError(reason: "has no value") }
    }

    /// As it is in a series ("Text-based format").
    var text: String {
        let escaped = value.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\"", with: "\\\"")
        return "\(name)=\"\(escaped)\""
    }
}
