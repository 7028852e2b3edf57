import ArgumentParser
import Glibc
import Journal
import POSIX
import Records
import Rendering
import ToolSupport

/// What the user asks of tf-tally.
struct TallyOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json, html, prometheus
        case bulkStatus = "bulk-status"
        case bulkStats = "bulk-stats"
        case queueStatus = "queue-status"
    }

    @Option(help: ArgumentHelp("Count the records of this catalogue, and nothing else.", valueName: "file"))
    var catalog: String?

    @Option(help: ArgumentHelp("Show what runs now, from what tf-fetch --active wrote here.", valueName: "file"))
    var active: String?

    @Option(
        help: ArgumentHelp("Show what the hosts do now, from this folder of tf-bulk run --hosts.", valueName: "dir"),
        completion: .directory)
    var hosts: String?

    @Option(
        help: ArgumentHelp(
            "Show what tf-fetch --evidence wrote here: which hosts are down, and what the key has opened.",
            valueName: "file"))
    var evidence: String?

    @Option(help: ArgumentHelp("Show a summary that --format json wrote, and read no results.", valueName: "file"))
    var snapshot: String?

    @Option(help: "What to write.")
    var format = Format.table

    @Option(help: ArgumentHelp("Write this file, whole or not at all, in place of standard output.", valueName: "file"))
    var output: String?

    @Flag(help: "Keep up with files that grow, and show the state again and again.")
    var follow = false

    @Option(help: ArgumentHelp("How often --follow shows it.", valueName: "time"))
    var interval = Seconds(3)

    @Option(
        help: ArgumentHelp("A run is in progress while this process lives; --follow ends with it.", valueName: "pid"))
    var whilePid: Int32?

    @Option(
        help: ArgumentHelp(
            "Run this command at the end, and --follow at the first failure of each kind.", valueName: "cmd"))
    var notify: String?

    @Option(help: ArgumentHelp("Kill the command of --notify if it takes longer than this.", valueName: "time"))
    var notifyLimit = Seconds(30)

    @Option(
        help: ArgumentHelp(
            "With --format prometheus: a label for every series, which tells this job from others.",
            valueName: "name=value"))
    var label: [String] = []

    @Option(
        help: ArgumentHelp(
            "With --format html: what the job is, a line 'NAME=TEXT' for each fact in this file.", valueName: "file"))
    var about: String?

    @Flag(help: "Count tries as well as files.")
    var attempts = false

    @Flag(help: "Analyze the tries: errors over time, slow courses, what retries and more transfers at once brought.")
    var analyze = false

    @Flag(help: "Show every course in the table.")
    var allCourses = false

    @Option(help: ArgumentHelp("After how many tries a file has failed for good; 5 unless given.", valueName: "n"))
    var tries: Int?

    @Flag(help: "End with status 1 if anything is not there.")
    var check = false

    @OptionGroup var colors: ColorOptions

    @Argument(help: ArgumentHelp("Files of results; none, or -, is standard input.", valueName: "file"))
    var files: [String] = []

    /// The files of results, standard input as `-`.
    var inputs: [String] { files.isEmpty ? ["-"] : files }

    /// Whether the results come from a keyboard.
    var isTyped: Bool { inputs.contains("-") && Descriptor.isTerminal(STDIN_FILENO) }

    var mostTries: Int { tries ?? FileState.usualTries }

    func notifier(_ diagnostics: Diagnostics) -> Notifier? {
        notify.map { Notifier($0, limit: notifyLimit.value, diagnostics) }
    }

    /// The labels of `--label`, which `checkTogether` has checked.
    var metricLabels: [MetricLabel] { label.compactMap { try? MetricLabel(parsing: $0) } }

    func checkTogether() throws {
        try checkAnalysis()
        try checkLabels()
        if mostTries < 1 { throw ValidationError("'--tries' must be at least 1") }
        if snapshot != nil && (catalog != nil || tries != nil || !files.isEmpty) {
            throw ValidationError("'--snapshot' is a summary already: leave out results, '--catalog' and '--tries'")
        }
        if evidence != nil && (follow || ![.table, .json].contains(format)) {
            throw ValidationError("'--evidence' is for the table and json, once")
        }
        if snapshot != nil && follow { throw ValidationError("'--snapshot' does not grow: leave out '--follow'") }
        if follow && output == nil && format != .table && format != .json {
            throw ValidationError("'--follow' writes '\(format.rawValue)' again and again: name a file with '--output'")
        }
        if interval.value < 0.1 { throw ValidationError("'--interval' must be at least 0.1s") }
        if notifyLimit.value < 0.1 { throw ValidationError("'--notify-limit' must be at least 0.1s") }
        if let whilePid, whilePid < 1 { throw ValidationError("'--while-pid' must be the number of a process") }
        if inputs.count(where: { $0 == "-" }) + (catalog == "-" ? 1 : 0) > 1 {
            throw ValidationError("standard input can be read only once, name a file for the catalogue or the results")
        }
    }
}

extension TallyOptions {
    func checkLabels() throws {
        for text in label {
            do throws(MetricLabel.LabelError) { _ = try MetricLabel(parsing: text) } catch {
                throw ValidationError("'--label \(text)' \(error.reason)")
            }
        }
        if about != nil && format != .html { throw ValidationError("'--about' is for '--format html'") }
        if !label.isEmpty && format != .prometheus { throw ValidationError("'--label' is for '--format prometheus'") }
        if Set(metricLabels.map(\.name)).count < label.count {
            throw ValidationError("'--label' gives a name twice: give each name once")
        }
    }

    /// The analysis is of single tries: what else can be asked of tf-tally is about files.
    func checkAnalysis() throws {
        guard analyze else { return }
        let isAboutFiles =
            catalog != nil || active != nil || hosts != nil || evidence != nil || snapshot != nil || output != nil
            || follow || check
            || allCourses
        if isAboutFiles || ![.table, .json].contains(format) {
            throw ValidationError("'--analyze' is for results alone, as a table or json")
        }
    }
}
