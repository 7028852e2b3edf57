import ArgumentParser
import Journal
import Queue

/// What the user asks of tf-queue.
struct QueueOptions: ParsableArguments {
    @Option(
        name: .customLong("state"),
        help: ArgumentHelp(
            "Print the records in this state; can be repeated.",
            valueName: "state"))
    var states: [FileState] = []

    @Flag(help: "Print the records whose last result is a failure: delayed and failed ones.")
    var failed = false

    @Flag(help: "Print what can be tried now: delayed records whose time has come, then queued ones.")
    var due = false

    @Flag(help: "Print when the next record falls due, in Unix seconds; nothing if none is left.")
    var next = false

    @Flag(help: "Print how many records are in which state.")
    var summary = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    @Option(help: ArgumentHelp("After how many tries a record has failed for good.", valueName: "n"))
    var tries = FileState.usualTries

    @Option(help: ArgumentHelp("Print at most so many records.", valueName: "n"))
    var limit: Int?

    @Flag(help: "End with status 1 if a record was printed; with --summary, if anything is not there.")
    var check = false

    @Argument(help: ArgumentHelp("The catalogue, as tf-catalog wrote it; - is standard input.", valueName: "catalog"))
    var catalog: String

    @Argument(
        help: ArgumentHelp(
            "Results, in the order of their time; a file that is missing is empty.", valueName: "results"))
    var results: [String] = []

    /// What to print.
    enum Mode {
        case records(QueueRequest.Selection)
        case next
        case summary(asJSON: Bool)
    }

    var mode: Mode {
        if next { return .next }
        if summary { return .summary(asJSON: json) }
        return .records(due ? .due : .states(wantedStates))
    }

    /// What is left and can be helped, unless something else was asked for.
    private var wantedStates: Set<FileState> {
        let wanted = Set(states + (failed ? [.delayed, .failed] : []))
        return wanted.isEmpty ? [.queued, .delayed] : wanted
    }

    func checkTogether() throws {
        if tries < 1 { throw ValidationError("'--tries' must be at least 1") }
        if let limit, limit < 0 { throw ValidationError("'--limit' must not be negative") }
        let modes = [
            (due, "--due"), (next, "--next"), (summary, "--summary"),
            (failed || !states.isEmpty, "--state or --failed"),
        ]
        .filter(\.0).map(\.1)
        if modes.count > 1 { throw ValidationError("'\(modes[0])' and '\(modes[1])' cannot stand together") }
        if json && !summary { throw ValidationError("'--json' needs '--summary'") }
        if limit != nil && (next || summary) { throw ValidationError("'--limit' is for records") }
        if ([catalog] + results).count(where: { $0 == "-" }) > 1 {
            throw ValidationError("standard input can be read only once, name a file for the catalogue or the results")
        }
    }
}

extension FileState: ExpressibleByArgument {}
