package import Records

/// What became of all files: everything that a format can show.
package struct Summary: Sendable {
    package struct Course: Sendable {
        /// Nil for the files that belong to no course.
        package let id: Int64?
        package let title: String?
        package let counts: Counts
    }

    package struct Failure: Equatable, Sendable {
        /// As it is in `error`.
        package let code: String
        /// How many files failed with it last.
        package let files: Int
        /// How many tries ended with it, forgotten ones included.
        package let tries: Int
    }

    /// Failed files of one owner and one error.
    package struct Fault: Equatable, Sendable {
        /// Whose fault it was, as the last result says, or as is usual for its error.
        package let owner: FaultOwner
        package let code: String
        package let files: Int
    }

    /// What the results say about times, forgotten tries included; with a catalogue, of its files alone.
    package struct Times: Equatable, Sendable {
        package let firstResult: Double
        package let lastResult: Double
        /// From the start of the first try to the last result, pauses included.
        package let elapsed: Double
        /// Of these, seconds in which nothing was fetched.
        package var paused = 0.0

        /// Seconds in which something was fetched.
        package var worked: Double { max(0, elapsed - paused) }
    }

    /// Unix seconds.
    package let madeAt: Double
    package let overall: Counts
    /// By id; those that belong to no course come first.
    package internal(set) var courses: [Course]
    /// The most frequent one first.
    package let failures: [Failure]
    /// The same files by whose fault it was, the most frequent first. Those whose results do not say so, and whose code
    /// is not known, are not among them.
    package var faults: [Fault] = []
    package let times: Times?
    package internal(set) var tries: TryCounts
    /// Bytes that came in all tries, and of these in tries that failed.
    package internal(set) var received: Int64 = 0
    package internal(set) var receivedInVain: Int64 = 0
    /// Seconds that successful tries took, and bytes a second that they brought; nil where none has them.
    package let seconds: Percentiles?
    package let rates: Percentiles?
    package let throughput: Throughput
    package let sizes: [SizeClass]
    package let lines: FoldedJournal.LineCounts
    /// Files with results that are not in the catalogue: they count nowhere else. A path that a file has had before it
    /// was renamed is none. Nil where no catalogue was read.
    package let notListed: Int?
    /// What each host of a fleet has done, by name; none where no line names one.
    package internal(set) var hosts: [HostStatistics.Host] = []
    /// Bytes a second lately, where the journal was watched as it grew.
    package var recentRate: Int64?
    /// Whether a run is in progress: as the process that the user named is alive or not; nil where none was named.
    package var isWorkedOn: Bool?
    /// What runs at this moment, where that is known.
    package var active: ActiveRun?
    /// What was learnt of hosts and keys, where that was asked for.
    package var evidence: KnownEvidence?

    /// How many failed files each owner has, in the order of `FaultOwner`.
    package var owners: [(owner: FaultOwner, files: Int)] {
        FaultOwner.allCases.map { owner in (owner, faults.reduce(0) { $0 + ($1.owner == owner ? $1.files : 0) }) }
    }

    /// Who is to blame most often for this error; nil where it is not known.
    package func owner(of code: String) -> FaultOwner? { faults.first { $0.code == code }?.owner }

    /// Average bytes a second while something was fetched; nil where none is known.
    package var bytesPerSecond: Int64? {
        guard let times, times.worked > 0, overall.downloadedBytes > 0 else { return nil }
        // Far below the greatest Int64, whatever the lines claim.
        return Int64(min(Double(overall.downloadedBytes) / times.worked, 1e18))
    }

    /// Whether the job goes on. Between two rounds nothing runs, so without other knowledge what is left tells it.
    package var isInProgress: Bool { active != nil || (isWorkedOn ?? !overall.isDecided) }

    /// Bytes a second now: as the run that is active says, else as the journal grew lately.
    package var rateNow: Int64? { active.flatMap(\.bytesPerSecond) ?? recentRate }

    /// Seconds until the run that is active has fetched what is left, at its rate and the mean size of what was
    /// downloaded; nil where one of them is not known. Without a catalogue only the run knows what is left.
    package var secondsLeft: Double? {
        if let active, notListed == nil { return active.secondsLeft }
        guard let rate = rateNow, rate > 0, overall.success > 0 else { return nil }
        let meanSize = Double(overall.downloadedBytes) / Double(overall.success)
        return Double(overall.left) * meanSize / Double(rate)
    }

    /// Whether all that has to be there is there. With no catalogue to tell, a line that was not a record counts as a
    /// file.
    package var isComplete: Bool { overall.isComplete && (notListed != nil || lines.withoutPath == 0) }
}

extension Summary {
    /// - Parameters:
    ///   - againstCatalog: only files that were listed count.
    ///   - tries: after how many a file has failed for good.
    ///   - now: Unix seconds.
    package init(_ journal: borrowing FoldedJournal, againstCatalog: Bool, tries: Int, now: Double) {
        var totals = Totals(courses: journal.courses.all.count)
        journal.visitOutcomes { outcome in
            if outcome.isListed || !againstCatalog {
                totals.add(outcome, tries: tries)
            } else {
                totals.notListed += 1
            }
        }
        totals.notListed -= againstCatalog ? journal.notListedAsMoved : 0
        let told = journal.tries
        var tryCounts = totals.tries
        tryCounts.refreshed = told.refreshed
        (tryCounts.success, tryCounts.failed, tryCounts.unfinished) = (told.success, told.failed, told.unfinished)
        self.init(
            madeAt: now, overall: totals.overall, courses: Self.courses(journal.courses.all, totals.byCourse),
            failures: Self.failures(totals.byError, journal.errors, told), times: Times(told), tries: tryCounts,
            seconds: Percentiles(told.seconds), rates: Percentiles(told.rates), throughput: told.throughput,
            sizes: totals.sizes.classes, lines: journal.lines, notListed: againstCatalog ? totals.notListed : nil)
        faults = Self.faults(totals.byOwner, journal.errors)
        (received, receivedInVain) = (told.received, told.receivedInVain)
        hosts = journal.hosts.all.sorted { $0.name < $1.name }
    }

    private static func faults(_ counts: [Totals.Blame: Int], _ codes: ErrorCodes) -> [Fault] {
        var files: [String: Int] = [:]
        for (blame, count) in counts {
            let code = codes[blame.error]
            guard let owner = blame.owner ?? ErrorCode(rawValue: code)?.usualOwner else { continue }
            files["\(owner.rawValue) \(code)", default: 0] += count
        }
        return files.compactMap { name, count in
            let words = name.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return FaultOwner(rawValue: words[0]).map { Fault(owner: $0, code: words[1], files: count) }
        }
        .sorted { ($1.files, $0.code, $0.owner.rawValue) < ($0.files, $1.code, $1.owner.rawValue) }
    }

    private static func courses(_ known: [Courses.Course], _ counts: [Counts]) -> [Course] {
        zip(known, counts)
            .filter { $1.total > 0 }
            .map { Course(id: $0.id, title: $0.title, counts: $1) }
            .sorted { ($0.id ?? .min) < ($1.id ?? .min) }
    }

    private static func failures(
        _ counts: [ErrorCodes.Number: Int], _ codes: ErrorCodes, _ tries: TryStatistics
    ) -> [Failure] {
        counts
            .map { Failure(code: codes[$0], files: $1, tries: tries.failures(with: $0)) }
            .sorted { ($1.files, $0.code) < ($0.files, $1.code) }
    }
}

extension Summary.Times {
    fileprivate init?(_ tries: TryStatistics) {
        guard let span = tries.span, let first = tries.firstResultAt else { return nil }
        self.init(
            firstResult: first, lastResult: span.upperBound, elapsed: span.upperBound - span.lowerBound,
            paused: tries.secondsPaused)
    }
}

/// What is added up in one walk over all files.
private struct Totals {
    var overall = Counts()
    var byCourse: [Counts]
    struct Blame: Hashable {
        let error: ErrorCodes.Number
        let owner: FaultOwner?
    }

    var byError: [ErrorCodes.Number: Int] = [:]
    var byOwner: [Blame: Int] = [:]
    var sizes = SizeHistogram()
    var tries = TryCounts()
    var notListed = 0

    init(courses: Int) { byCourse = Array(repeating: Counts(), count: courses) }

    mutating func add(_ outcome: Outcome, tries most: Int) {
        let state = outcome.state(tries: most)
        overall.add(outcome, in: state)
        byCourse[outcome.course.index].add(outcome, in: state)
        if outcome.status == .failed {
            byError[outcome.error, default: 0] += 1
            byOwner[Blame(error: outcome.error, owner: outcome.owner), default: 0] += 1
        }
        if state.isThere { sizes.add(outcome.bytes) }
        if outcome.attempt > 1 {
            tries.retriedFiles += 1
            if state == .success { tries.retriedSuccess += 1 }
        }
    }
}
