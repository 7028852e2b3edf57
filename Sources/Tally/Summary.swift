package import Journal
internal import Records

/// What became of all files: everything that a format can show.
package struct Summary: Sendable {
    package struct Course: Sendable {
        /// Nil for the files that belong to no course.
        package let id: Int64?
        package let title: String?
        package let counts: Counts
    }

    package struct Failure: Equatable, Sendable {
        /// As it stands in `error`.
        package let code: String
        /// How many files failed with it last.
        package let files: Int
    }

    /// What the results say about times. They are those of all lines, forgotten tries included.
    package struct Times: Equatable, Sendable {
        package let firstResult: Double
        package let lastResult: Double
        /// From the start of the first try to the last result, pauses included.
        package let elapsed: Double
    }

    package let overall: Counts
    /// By id; those that belong to no course stand first.
    package let courses: [Course]
    /// The most frequent one first.
    package let failures: [Failure]
    package let times: Times?
    package let lines: Journal.LineCounts
    /// Files with results that are not in the catalogue: they count nowhere else. Nil where no catalogue was read.
    package let notListed: Int?
    /// What runs at this moment, where that is known.
    package var active: ActiveRun?

    /// - Parameter againstCatalog: only files that were listed count.
    package init(_ journal: borrowing Journal, againstCatalog: Bool, tries: Int) {
        times = Times(journal)
        lines = journal.lines
        var totals = Totals(courses: journal.courses.all.count)
        journal.visitOutcomes { outcome in
            if outcome.isListed || !againstCatalog {
                totals.add(outcome, tries: tries)
            } else {
                totals.notListed += 1
            }
        }
        overall = totals.overall
        notListed = againstCatalog ? totals.notListed : nil
        courses = Self.courses(journal.courses.all, totals.byCourse)
        failures = Self.failures(totals.byError, journal.errors)
    }

    /// Average bytes a second over the time elapsed; nil where none is known.
    package var bytesPerSecond: Int64? {
        guard let times, times.elapsed > 0, overall.downloadedBytes > 0 else { return nil }
        // Far below what an Int64 holds, whatever the lines claim.
        return Int64(min(Double(overall.downloadedBytes) / times.elapsed, 1e18))
    }

    /// Seconds until the run that is active has fetched what is left, at its rate and the mean size of what was downloaded;
    /// nil where one of them is not known. Without a catalogue nobody but the run knows what is left.
    package var secondsLeft: Double? {
        guard let active else { return nil }
        guard notListed != nil else { return active.secondsLeft }
        guard let rate = active.bytesPerSecond, rate > 0, overall.success > 0 else { return nil }
        let meanSize = Double(overall.downloadedBytes) / Double(overall.success)
        return Double(overall.queued + overall.delayed) * meanSize / Double(rate)
    }

    /// Whether all that has to be there is there. With no catalogue to tell, a line that was no record stands for a file.
    package var isComplete: Bool { overall.isComplete && (notListed != nil || lines.withoutPath == 0) }

    private static func courses(_ known: [Courses.Course], _ counts: [Counts]) -> [Course] {
        zip(known, counts)
            .filter { $1.total > 0 }
            .map { Course(id: $0.id, title: $0.title, counts: $1) }
            .sorted { ($0.id ?? .min) < ($1.id ?? .min) }
    }

    private static func failures(_ counts: [ErrorCodes.Number: Int], _ codes: ErrorCodes) -> [Failure] {
        counts
            .map { Failure(code: codes[$0], files: $1) }
            .sorted { ($1.files, $0.code) < ($0.files, $1.code) }
    }
}

extension Summary.Times {
    fileprivate init?(_ journal: borrowing Journal) {
        guard let span = journal.span, let first = journal.firstResultAt else { return nil }
        self.init(
            firstResult: first, lastResult: span.upperBound, elapsed: span.upperBound - span.lowerBound)
    }
}

/// What is added up in one walk over all files.
private struct Totals {
    var overall = Counts()
    var byCourse: [Counts]
    var byError: [ErrorCodes.Number: Int] = [:]
    var notListed = 0

    init(courses: Int) { byCourse = Array(repeating: Counts(), count: courses) }

    mutating func add(_ outcome: Outcome, tries: Int) {
        let state = outcome.state(tries: tries)
        overall.add(outcome, in: state)
        byCourse[outcome.course.index].add(outcome, in: state)
        if outcome.status == .failed { byError[outcome.error, default: 0] += 1 }
    }
}
