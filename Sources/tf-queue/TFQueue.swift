import ArgumentParser
import Glibc
import Journal
import NDJSON
import POSIX
import Queue
import Rendering
import ToolSupport

@main
struct TFQueue: Tool {
    static let name = "tf-queue"
    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Print the records of a catalogue that are in a state.",
        discussion: """
            The queue is the catalogue without what the results say is done. With no option that chooses, what is left \
            and can be helped is printed: queued and delayed records.
            """,
        version: Suite.version)

    @OptionGroup var options: QueueOptions

    mutating func validate() throws { try options.checkTogether() }

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        Signals.endOnBrokenPipe()
        let journal = try readJournal()
        let problems = LineProblems(in: LineFile.name(of: options.catalog), diagnostics)
        let isAnythingLeft =
            switch options.mode {
            case .records(let selection): try printRecords(selection, journal, problems)
            case .next: try printNext(summarize(journal, problems))
            case .summary(let asJSON): try printSummary(summarize(journal, problems), asJSON)
            }
        return options.check && isAnythingLeft ? .someFailed : .success
    }

    private func readJournal() throws(ToolFailure) -> Journal {
        var journal = Journal()
        for path in options.results {
            try refusing { () throws(SystemError) in try read(path, into: &journal) }
        }
        return journal
    }

    /// A journal that nobody has written yet is an empty one.
    private func read(_ path: String, into journal: inout Journal) throws(SystemError) {
        do throws(SystemError) {
            var results = try LineFile(path)
            try journal.read(&results)
        } catch {
            guard error.code == ENOENT else { throw error }
        }
    }

    /// Returns whether a record was printed.
    private func printRecords(
        _ selection: QueueRequest.Selection, _ journal: consuming Journal, _ problems: LineProblems
    ) throws(ToolFailure) -> Bool {
        let request = QueueRequest(
            selection, tries: options.tries, limit: options.limit ?? .max, now: SystemClock().now)
        let catalog = try refusing { () throws(SystemError) in try LineFile(options.catalog) }
        var queue = Queue(request, catalog: catalog, journal: journal, output: LineOutput()) {
            problems.note($0, line: $1)
        }
        try refusing { () throws(SystemError) in try queue.print() }
        try problems.finish(goodLines: queue.records)
        return queue.printed > 0
    }

    private func summarize(
        _ journal: consuming Journal, _ problems: LineProblems
    ) throws(ToolFailure) -> QueueSummary {
        try refusing { () throws(SystemError) in
            var catalog = try LineFile(options.catalog)
            try journal.list(&catalog) { problems.note($0, line: $1) }
        }
        let summary = QueueSummary(journal, tries: options.tries, now: SystemClock().now)
        try problems.finish(goodLines: summary.total)
        return summary
    }

    /// Returns whether anything is left to be tried.
    private func printNext(_ summary: QueueSummary) throws(ToolFailure) -> Bool {
        guard let next = summary.nextDue else { return false }
        // Whole seconds, for the shell's arithmetic.
        try StandardOutput.write("\(Int64(next))\n")
        return true
    }

    /// Returns whether anything is not there.
    private func printSummary(_ summary: QueueSummary, _ asJSON: Bool) throws(ToolFailure) -> Bool {
        try StandardOutput.write(asJSON ? QueueSummaryRenderer.json(summary) : QueueSummaryRenderer.table(summary))
        return summary.notThere > 0
    }
}
