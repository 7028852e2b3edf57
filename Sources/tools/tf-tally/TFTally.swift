import ArgumentParser
import Glibc
import Journal
import NDJSON
import POSIX
import Records
import Rendering
import ToolSupport

@main
struct TFTally: Tool {
    static let name = "tf-tally"
    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Turn result lines into statistics.",
        discussion: """
            Reads the results that tf-fetch writes, from files or standard input. Each path counts once, by its last \
            result that counts. On Ctrl-C it reads on to the end of its input and prints its summary; the second \
            Ctrl-C ends it at once.
            """,
        version: Suite.version)

    @OptionGroup var options: TallyOptions

    @OptionGroup var messages: MessageOptions

    var isDebugging: Bool { messages.debug }

    mutating func validate() throws { try options.checkTogether() }

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        Signals.endOnBrokenPipe()
        if options.snapshot == nil {
            diagnostics.announceTerminal("results, one JSON object on a line,", options.inputs)
        }
        if options.analyze {
            try analyze()
            return .success
        }
        diagnostics.debug?(
            "writes \(options.format.rawValue) to \(options.output.map { "'\($0)'" } ?? "standard output")"
                + (options.follow ? ", again every \(options.interval.value) s" : ""))
        let summary = options.follow ? try follow(diagnostics) : try once(diagnostics)
        return options.check && !summary.isComplete ? .someFailed : .success
    }

    private func follow(_ diagnostics: Diagnostics) throws(ToolFailure) -> Summary {
        var follower = try Follower(options, diagnostics)
        let (summary, signal) = try follower.run()
        if let signal { Signals.end(by: signal) }
        return summary
    }

    private func once(_ diagnostics: Diagnostics) throws(ToolFailure) -> Summary {
        // What is typed has no end that Ctrl-C could be meant to wait for.
        if !options.isTyped { Signals.noteFirstInterrupt() }
        var (summary, failed) = try options.snapshot == nil ? read(diagnostics) : (snapshot(), nil)
        try CurrentRun(options, options.watchedProcess()).add(to: &summary)
        if let path = options.evidence { summary.evidence = try evidence(path) }
        try write(try options.text(of: summary, failed: failed))
        if Signals.wasInterrupted { Signals.end(by: SIGINT) }
        if var notifier = options.notifier(diagnostics) { notifier.tellEnd(summary) }
        return summary
    }

    private func read(_ diagnostics: Diagnostics) throws(ToolFailure) -> (Summary, FailedSegments?) {
        var journal = FoldedJournal(triesOfListed: options.catalog != nil)
        if let catalog = options.catalog { try journal.list(catalog, diagnostics) }
        if let catalog = options.catalog {
            diagnostics.debug?("\(LineFile.name(of: catalog)): \(journal.paths.count) records; nothing else counts")
        }
        for path in options.inputs { try read(path, into: &journal) }
        let summary = Summary(
            journal, againstCatalog: options.catalog != nil, tries: options.mostTries, now: SystemClock().now)
        diagnostics.debug?(
            "\(options.inputs.map(LineFile.name).joined(separator: ", ")): \(journal.paths.count) paths; "
                + "a file has failed for good after \(options.mostTries) tries")
        return (summary, try options.failedSegments(of: journal))
    }

    private func read(_ path: String, into journal: inout FoldedJournal) throws(ToolFailure) {
        try refusing { () throws(SystemError) in
            var results = try LineFile(path)
            try journal.read(&results)
        }
    }

    private func snapshot() throws(ToolFailure) -> Summary {
        let path = options.snapshot ?? "-"
        let text = try refusing { () throws(SystemError) in
            try (path == "-" ? File(owning: STDIN_FILENO) : File(reading: path)).readAll(
                limit: Snapshot.longestDocument)
        }
        guard let summary = Snapshot().read(text, now: SystemClock().now) else {
            throw .refused("\(LineFile.name(of: path)): is not a summary: give what 'tf-tally --format json' wrote")
        }
        return summary
    }

    /// What was learnt so far. No file: nothing was.
    private func evidence(_ path: String) throws(ToolFailure) -> KnownEvidence {
        do throws(SystemError) {
            var file = try LineFile(path)
            return try KnownEvidence(&file)
        } catch  where error.isMissingFile { return KnownEvidence() } catch { throw .refused(error) }
    }

    private func write(_ text: String) throws(ToolFailure) {
        guard let output = options.output else { return try StandardOutput.write(text) }
        let file = try refusing { () throws(SystemError) in try ReplacedFile(output) }
        try options.replace(file, output, with: text)
    }
}

extension FoldedJournal {
    /// Enters the files of the catalogue at this path; tells what is wrong with it.
    mutating func list(_ path: String, _ diagnostics: Diagnostics) throws(ToolFailure) {
        let problems = LineProblems(in: LineFile.name(of: path), diagnostics)
        do throws(SystemError) {
            var catalog = try LineFile(path)
            try list(&catalog) { problems.note($0, line: $1) }
        } catch { throw .refused(error) }
        try problems.finish(goodLines: paths.count)
    }
}

extension TallyOptions {
    private static let mostFailedSegments = 10_000

    /// What the results say of the files that have failed; nil where no format asks, or they cannot be read twice.
    func failedSegments(of journal: borrowing FoldedJournal) throws(ToolFailure) -> FailedSegments? {
        guard format == .html, !inputs.contains("-") else { return nil }
        var failed = FailedSegments(limit: Self.mostFailedSegments)
        for path in inputs {
            do throws(SystemError) {
                var results = try LineFile(path)
                try failed.read(&results, of: journal, onlyListed: catalog != nil)
            } catch { throw .refused(error) }
        }
        return failed
    }
}

extension TFTally {
    /// Prints the analysis of all tries.
    func analyze() throws(ToolFailure) {
        var analysis = Analysis()
        for path in options.inputs {
            try refusing { () throws(SystemError) in
                var results = try LineFile(path)
                try analysis.read(&results)
            }
        }
        let renderer = AnalysisRenderer(width: StandardOutput.tableWidth)
        try StandardOutput.write(options.format == .json ? renderer.json(analysis) : renderer.table(analysis))
    }
}
