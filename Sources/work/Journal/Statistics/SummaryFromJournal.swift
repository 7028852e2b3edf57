internal import Records

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
        let told = journal.tries
        var tryCounts = totals.tries
        (tryCounts.success, tryCounts.failed, tryCounts.unfinished) = (told.success, told.failed, told.unfinished)
        self.init(
            madeAt: now, overall: totals.overall, courses: Self.courses(journal.courses.all, totals.byCourse),
            failures: Self.failures(totals.byError, journal.errors, told), times: Times(told), tries: tryCounts,
            seconds: Percentiles(told.seconds), rates: Percentiles(told.rates), throughput: told.throughput,
            sizes: totals.sizes.classes, lines: journal.lines, notListed: againstCatalog ? totals.notListed : nil)
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
            firstResult: first, lastResult: span.upperBound, elapsed: span.upperBound - span.lowerBound)
    }
}

/// What is added up in one walk over all files.
private struct Totals {
    var overall = Counts()
    var byCourse: [Counts]
    var byError: [ErrorCodes.Number: Int] = [:]
    var sizes = SizeHistogram()
    var tries = TryCounts()
    var notListed = 0

    init(courses: Int) { byCourse = Array(repeating: Counts(), count: courses) }

    mutating func add(_ outcome: Outcome, tries most: Int) {
        let state = outcome.state(tries: most)
        overall.add(outcome, in: state)
        byCourse[outcome.course.index].add(outcome, in: state)
        if outcome.status == .failed { byError[outcome.error, default: 0] += 1 }
        if state.isThere { sizes.add(outcome.bytes) }
        if outcome.attempt > 1 {
            tries.retriedFiles += 1
            if state == .success { tries.retriedSuccess += 1 }
        }
    }
}
