import ArgumentParser
import Glibc
import Journal
import NDJSON
import POSIX
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
        var journal = Journal()
        if let catalog = options.catalog { try list(catalog, in: &journal, diagnostics) }
        for path in options.inputs { try read(path, into: &journal) }
        var summary = Summary(journal, againstCatalog: options.catalog != nil, tries: options.tries)
        summary.active = try options.active.flatMap(active)
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
        var text = ""
        switch options.format {
        case .table: options.tableRenderer.render(summary, to: &text)
        case .json: JSONRenderer().render(summary, to: &text)
        }
        try StandardOutput.write(text)
    }
}
