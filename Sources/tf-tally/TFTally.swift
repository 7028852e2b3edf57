import ArgumentParser
import Glibc
import Journal
import NDJSON
import POSIX
import PathTables
import Rendering
import Tally
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

    mutating func validate() throws { try options.checkTogether() }

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        Signals.endOnBrokenPipe()
        Signals.noteFirstInterrupt()
        let summary = try summarize(diagnostics)
        try write(summary)
        if Signals.wasInterrupted { Signals.end(by: SIGINT) }
        return options.check && !summary.isComplete ? .someFailed : .success
    }

    private func summarize(_ diagnostics: Diagnostics) throws(ToolFailure) -> Summary {
        var summary = if let path = options.snapshot { try snapshot(path) } else { try read(diagnostics) }
        if let active = options.active { summary.active = try self.active(active) }
        return summary
    }

    private func read(_ diagnostics: Diagnostics) throws(ToolFailure) -> Summary {
        var journal = Journal()
        if let catalog = options.catalog { try list(catalog, in: &journal, diagnostics) }
        for path in options.inputs { try read(path, into: &journal) }
        return Summary(
            journal, againstCatalog: options.catalog != nil, tries: options.mostTries, now: SystemClock().now)
    }

    private func snapshot(_ path: String) throws(ToolFailure) -> Summary {
        let text = try refusing { () throws(SystemError) in
            try (path == "-" ? File(owning: STDIN_FILENO) : File(reading: path)).readAll(limit: Snapshot.longestDocument)
        }
        guard let summary = Snapshot().read(text, now: SystemClock().now) else {
            throw .refused("\(LineFile.name(of: path)): is no summary, give what 'tf-tally --format json' wrote")
        }
        return summary
    }

    /// What runs now. No file: nothing does.
    private func active(_ path: String) throws(ToolFailure) -> ActiveRun? {
        do throws(SystemError) {
            let document = try File(reading: path).readAll(limit: ActiveRun.longestDocument)
            return ActiveRun(document, now: SystemClock().now)
        } catch  where error.code == ENOENT { return nil } catch { throw .refused(error) }
    }

    private func list(
        _ path: String, in journal: inout Journal, _ diagnostics: Diagnostics
    ) throws(ToolFailure) {
        let problems = LineProblems(in: LineFile.name(of: path), diagnostics)
        try refusing { () throws(SystemError) in
            var catalog = try LineFile(path)
            try journal.list(&catalog) { problems.note($0, line: $1) }
        }
        try problems.finish(goodLines: journal.paths.count)
    }

    private func read(_ path: String, into journal: inout Journal) throws(ToolFailure) {
        try refusing { () throws(SystemError) in
            var results = try LineFile(path)
            try journal.read(&results)
        }
    }

    private func write(_ summary: Summary) throws(ToolFailure) {
        let text = options.text(of: summary)
        guard let output = options.output else { return try StandardOutput.write(text) }
        do throws(SystemError) { try ReplacedFile(output).replace(Array(text.utf8)) } catch {
            throw .refused("cannot write '\(output)': \(error)")
        }
    }
}
