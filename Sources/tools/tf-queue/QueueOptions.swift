import ArgumentParser
import Journal
import POSIX
import Records
import ToolSupport

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

    @Option(
        help: ArgumentHelp(
            "With --due or --next: when the run began, in Unix seconds. What could not be signed since then waits for "
                + "the next run.", valueName: "time"))
    var began: Double?

    @Flag(help: "Print the records whose files are there, for 'tf-fetch --refresh'.")
    var refresh = false

    @Flag(help: "Print how many records are in which state.")
    var summary = false

    @Option(
        name: .customLong("error"),
        help: ArgumentHelp("Only records that failed last with this code; can be repeated.", valueName: "code"))
    var errors: [ErrorName] = []

    @Option(
        name: .customLong("course"),
        help: ArgumentHelp("Only records of this course; can be repeated.", valueName: "id"))
    var courses: [Int64] = []

    @Option(help: ArgumentHelp("Only records that had fewer tries than this.", valueName: "n"))
    var attemptsUnder: Int?

    @Option(
        help: ArgumentHelp(
            "Print a line for the journal in place of each record: queued or dropped.", valueName: "status"))
    var mark: QueueRequest.Mark?

    @Option(
        help: ArgumentHelp(
            "Write the records, those that are due unless others are chosen, into n files, by a hash of the path.",
            valueName: "n"))
    var split: Int?

    @Option(help: ArgumentHelp("With --split: the folder of the files, which must be new or empty.", valueName: "dir"))
    var into: String?

    @Option(
        help: ArgumentHelp("Only records that would be in the k-th file of --split n.", valueName: "k/n"),
        transform: { text in
            guard let shard = Shard(text) else { throw ValidationError("'\(text)' is not one of 1/n to n/n") }
            return shard
        })
    var shard: Shard?

    @Option(help: ArgumentHelp("Write into each record who gets it, so that its result tells it.", valueName: "name"))
    var host: String?

    @Option(help: ArgumentHelp("Write into each record in which run it is handed out.", valueName: "id"))
    var run: String?

    @Flag(help: "Print why records failed, from the last result of each.")
    var reasons = false

    @Flag(help: "Print the results, given in place of the catalogue, without old lines that no longer count.")
    var compact = false

    @Option(
        help: ArgumentHelp(
            "With --compact: what is old. With --refresh: only what the origin has not confirmed for so long.",
            valueName: "time"))
    var olderThan: Seconds?

    @Option(
        help: ArgumentHelp(
            "Append the lines of the named files to this journal, on lines of their own.", valueName: "journal"))
    var appendTo: String?

    @Flag(help: "Look whether the named file is a catalogue, and what it is if it is not.")
    var checkCatalog = false

    @Flag(help: "Print what the numbers in the lines of the named file add up to, for scripts.")
    var sums = false

    @Option(
        help: ArgumentHelp(
            "Print this member of each line of the named file, texts without quotes, for scripts.", valueName: "name"))
    var texts: String?

    @Flag(help: "Print the summary, or the reasons, as JSON.")
    var json = false

    @Flag(help: "Print the summary as names and numbers, for scripts.")
    var plain = false

    @Option(help: ArgumentHelp("After how many tries a record has failed for good.", valueName: "n"))
    var tries = FileState.usualTries

    @Option(help: ArgumentHelp("Print at most this many records.", valueName: "n"))
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            "With --due and --limit: print few records of hosts that do not serve, as this file of tf-fetch has it.",
            valueName: "file"))
    var evidence: String?

    @Flag(help: "End with status 1 if a record was printed; with --summary, if anything is not there.")
    var check = false

    @Argument(help: ArgumentHelp("The catalogue, as tf-catalog wrote it; - is standard input.", valueName: "catalog"))
    var catalog: String

    @Argument(
        help: ArgumentHelp(
            "Results, in as many files as there are; one that is missing is empty.", valueName: "results"))
    var results: [String] = []

    /// What to print.
    enum Mode {
        case records
        case refresh
        case next
        case summary
        case reasons
        case compact(olderThan: Double)
        case append(to: String)
        case checkCatalog
        case sums
        case texts(of: String)
    }

    var mode: Mode {
        if refresh { return .refresh }
        if next { return .next }
        if summary { return .summary }
        if reasons { return .reasons }
        if compact { return .compact(olderThan: olderThan?.value ?? 0) }
        if let appendTo { return .append(to: appendTo) }
        if checkCatalog { return .checkCatalog }
        if sums { return .sums }
        if let texts { return .texts(of: texts) }
        return .records
    }

    var request: QueueRequest {
        var filter = QueueFilter()
        filter.errors = Set(errors.map(\.code))
        filter.courses = Set(courses)
        filter.attemptsUnder = attemptsUnder
        let isDue = due || (split != nil && states.isEmpty && !failed && errors.isEmpty)
        var request = QueueRequest(
            isDue ? .due : .states(wantedStates), filter, tries: tries, limit: limit ?? .max, now: SystemClock().now)
        request.mark = mark
        request.shard = shard
        if host != nil || run != nil { request.stamp = QueueRequest.Stamp(host: host, run: run) }
        request.began = began
        return request
    }

    /// How many records of hosts that do not serve are printed; nil: as many as of others.
    var shares: HostShares? { evidence.flatMap { file in limit.map { HostShares(evidence: file, limit: $0) } } }

    /// What is left to try, unless something else was asked for; an error is one of what failed.
    private var wantedStates: Set<FileState> {
        let areFailed = failed || (states.isEmpty && (reasons || !errors.isEmpty))
        let wanted = Set(states + (areFailed ? [.delayed, .failed] : []))
        return wanted.isEmpty ? [.queued, .delayed] : wanted
    }

    /// Which records are meant, for `--debug`.
    var choice: String {
        let states = due ? "due" : wantedStates.map(\.rawValue).sorted().joined(separator: " or ")
        return "chooses records that are \(states), and have failed for good after \(tries) tries"
            + (errors.isEmpty ? "" : ", with the error \(errors.map(\.code).joined(separator: " or "))")
            + (courses.isEmpty ? "" : ", of course \(courses.map(\.description).joined(separator: " or "))")
    }

    /// The one named file is not a catalogue to compare with results.
    var isOfOneFile: Bool { compact || appendTo != nil || checkCatalog || sums || texts != nil }

    func checkTogether() throws {
        if tries < 1 { throw ValidationError("'--tries' must be at least 1") }
        if let limit, limit < 0 { throw ValidationError("'--limit' must not be negative") }
        if evidence != nil && (!due || limit == nil) {
            throw ValidationError("'--evidence' needs '--due' and '--limit'")
        }
        if let attemptsUnder, attemptsUnder < 1 { throw ValidationError("'--attempts-under' must be at least 1") }
        try checkModes()
        if began != nil && !due && !next { throw ValidationError("'--began' needs '--due' or '--next'") }
        if plain && !summary { throw ValidationError("'--plain' needs '--summary'") }
        if plain && json { throw ValidationError("'--plain' and '--json' cannot be used together") }
        if json && !summary && !reasons { throw ValidationError("'--json' needs '--summary' or '--reasons'") }
        if limit != nil && (next || summary || isOfOneFile) { throw ValidationError("'--limit' is for records") }
        if mark != nil && (next || summary || reasons || isOfOneFile) {
            throw ValidationError("'--mark' is for records")
        }
        if (split == nil) != (into == nil) { throw ValidationError("'--split' and '--into' need each other") }
        if let split, !(1...Shard.mostShards).contains(split) {
            throw ValidationError("'--split' must be from 1 to \(Shard.mostShards)")
        }
        if (split != nil || shard != nil) && (next || summary || reasons || isOfOneFile) {
            throw ValidationError("'--split' and '--shard' are for records")
        }
        if split != nil && mark != nil { throw ValidationError("'--split' and '--mark' cannot be used together") }
        if (host != nil || run != nil) && (mark != nil || next || summary || reasons || isOfOneFile) {
            throw ValidationError("'--host' and '--run' are for records")
        }
        try checkInputs()
    }

    private func checkModes() throws {
        let isNarrowed = !errors.isEmpty || !courses.isEmpty || attemptsUnder != nil
        let modes = [
            (due, "--due"), (next, "--next"), (summary, "--summary"), (compact, "--compact"),
            (appendTo != nil, "--append-to"), (checkCatalog, "--check-catalog"), (sums, "--sums"),
            (texts != nil, "--texts"),
            (!reasons && (failed || !states.isEmpty), "--state or --failed"),
        ]
        .filter(\.0).map(\.1)
        if modes.count > 1 { throw ValidationError("'\(modes[0])' and '\(modes[1])' cannot be used together") }
        if reasons, let mode = modes.first {
            throw ValidationError("'--reasons' and '\(mode)' cannot be used together")
        }
        if isOfOneFile && isNarrowed {
            throw ValidationError("'\(modes[0])' takes no choice of records: a file is whole")
        }
        if refresh { return try checkRefresh() }
        if compact != (olderThan != nil) { throw ValidationError("'--compact' and '--older-than' need each other") }
    }

    private func checkInputs() throws {
        if isOfOneFile && !compact && appendTo == nil && !results.isEmpty {
            throw ValidationError("name one file only")
        }
        let read = compact ? [catalog] + results : results
        if reasons || compact || refresh, read.contains("-") {
            throw ValidationError("the results are read more than once, name a file that is not standard input")
        }
        if ([catalog] + results).count(where: { $0 == "-" }) > 1 {
            throw ValidationError("standard input can be read only once, name a file for the catalogue or the results")
        }
    }
}

/// A code of `error`. A newer tf-fetch may have written one that is not known here, so any is taken.
struct ErrorName: ExpressibleByArgument {
    let code: String

    init(argument: String) { code = argument }

    static var allValueStrings: [String] { ErrorCode.allCases.map(\.rawValue) }
}

extension FileState: ExpressibleByArgument {}
extension QueueRequest.Mark: ExpressibleByArgument {}
