import Glibc
import Journal
import POSIX
import Rendering
import Terminal
import ToolSupport

extension TallyOptions {
    /// The summary in the format that was asked for.
    func text(of summary: Summary, failed: FailedSegments? = nil) throws(ToolFailure) -> String {
        var text = ""
        switch format {
        case .table: tableRenderer.render(summary, to: &text)
        case .json: JSONRenderer().render(summary, to: &text)
        case .html:
            // Where nothing failed, a snapshot knows what there is to list.
            let failed = failed ?? (summary.overall.failed == 0 ? FailedSegments(limit: 0) : nil)
            HTMLRenderer(failed: failed, about: try facts()).render(summary, to: &text)
        case .prometheus: PrometheusRenderer(labels: metricLabels).render(summary, to: &text)
        case .bulkStatus: BulkStatusRenderer().render(summary, to: &text)
        case .bulkStats: BulkStatsRenderer().render(summary, to: &text)
        case .queueStatus: QueueStatusRenderer().render(summary, to: &text)
        }
        return text
    }

    /// What `--about` says of the job. No file: nothing is known.
    private func facts() throws(ToolFailure) -> [(name: String, text: String)] {
        guard let about else { return [] }
        let text: [UInt8]
        do throws(SystemError) { text = try File(reading: about).readAll(limit: 1 << 20) } catch {
            if error.isMissingFile { return [] }
            throw .refused(error)
        }
        return text.split(separator: 0x0A).map { line in
            let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (
                String(decoding: parts[0], as: UTF8.self),
                parts.count == 2 ? String(decoding: parts[1], as: UTF8.self) : ""
            )
        }
    }

    /// As wide as the terminal; 80 columns elsewhere.
    private var tableRenderer: TableRenderer {
        TableRenderer(width: StandardOutput.tableWidth, mostCourses: allCourses ? .max : 20, showsTries: attempts)
    }
}

extension TallyOptions {
    /// Puts the summary in place of the file's text, whole or not at all.
    func replace(_ file: ReplacedFile, _ path: String, with text: String) throws(ToolFailure) {
        do throws(SystemError) { try file.replace(Array(text.utf8)) } catch {
            throw .refused("cannot write '\(path)': \(error)")
        }
    }
}

/// Where `--follow` shows what it knows.
struct FollowOutlet {
    private enum Kind {
        /// A file, replaced whole each time.
        case file(ReplacedFile, String)
        /// A display on the terminal that standard output is.
        case terminal(TerminalDisplay)
        /// Lines on standard output: of words, or of JSON.
        case lines
    }

    private let options: TallyOptions
    private let kind: Kind
    private var lastLine = ""

    init(_ options: TallyOptions) throws(ToolFailure) {
        self.options = options
        if let path = options.output {
            kind = .file(try refusing { () throws(SystemError) in try ReplacedFile(path) }, path)
        } else if options.format == .table && Descriptor.isTerminal(STDOUT_FILENO) && Environment["TERM"] != "dumb" {
            kind = .terminal(TerminalDisplay(on: STDOUT_FILENO))
        } else {
            kind = .lines
        }
    }

    mutating func show(_ summary: Summary, failed: () throws(ToolFailure) -> FailedSegments?) throws(ToolFailure) {
        switch kind {
        case .file(let file, let path):
            try options.replace(file, path, with: try options.text(of: summary, failed: failed()))
        case .terminal(let display): draw(summary, on: display)
        case .lines: try writeLine(summary)
        }
    }

    /// The last time: a display makes way for the whole summary.
    mutating func showEnd(_ summary: Summary, failed: () throws(ToolFailure) -> FailedSegments?) throws(ToolFailure) {
        switch kind {
        case .file(let file, let path):
            try options.replace(file, path, with: try options.text(of: summary, failed: failed()))
        case .terminal: try StandardOutput.write(TerminalFrame.end(try options.text(of: summary)))
        case .lines: try StandardOutput.write(try options.text(of: summary))
        }
    }

    private func draw(_ summary: Summary, on display: TerminalDisplay) {
        let (columns, rows) = display.size
        let lines = FollowFrame(summary).lines(columns: columns - 1, atMost: max(1, rows - 1))
        display.draw(TerminalFrame.text(lines, columns: columns, colors: options.colors.areWanted))
    }

    /// What is on the terminal, if it is a display.
    var display: TerminalDisplay? {
        if case .terminal(let display) = kind { display } else { nil }
    }

    private mutating func writeLine(_ summary: Summary) throws(ToolFailure) {
        let line = options.format == .table ? FollowFrame(summary).line + "\n" : try options.text(of: summary)
        // A line that says nothing new is left out of a log.
        if line != lastLine { try StandardOutput.write(line) }
        lastLine = line
    }
}
