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
        /// How many tries ended with it, forgotten ones included.
        package let tries: Int
    }

    /// What the results say about times. They are those of all lines, forgotten tries included.
    package struct Times: Equatable, Sendable {
        package let firstResult: Double
        package let lastResult: Double
        /// From the start of the first try to the last result, pauses included.
        package let elapsed: Double
    }

    /// Unix seconds.
    package let madeAt: Double
    package let overall: Counts
    /// By id; those that belong to no course stand first.
    package let courses: [Course]
    /// The most frequent one first.
    package let failures: [Failure]
    package let times: Times?
    package let tries: TryCounts
    /// Seconds that successful tries took, and bytes a second that they brought; nil where none tells them.
    package let seconds: Percentiles?
    package let rates: Percentiles?
    package let throughput: Throughput
    package let sizes: [SizeClass]
    package let lines: FoldedJournal.LineCounts
    /// Files with results that are not in the catalogue: they count nowhere else. Nil where no catalogue was read.
    package let notListed: Int?
    /// Bytes a second lately, where somebody has watched the journal grow.
    package var recentRate: Int64?
    /// Whether somebody works on it: as the process that the user named is alive or not; nil where none was named.
    package var isWorkedOn: Bool?
    /// What runs at this moment, where that is known.
    package var active: ActiveRun?

    /// Average bytes a second over the time elapsed; nil where none is known.
    package var bytesPerSecond: Int64? {
        guard let times, times.elapsed > 0, overall.downloadedBytes > 0 else { return nil }
        // Far below what an Int64 holds, whatever the lines claim.
        return Int64(min(Double(overall.downloadedBytes) / times.elapsed, 1e18))
    }

    /// Whether the job goes on. Between two rounds nothing runs, so without other knowledge what is left tells it.
    package var isInProgress: Bool { active != nil || (isWorkedOn ?? !overall.isDecided) }

    /// Bytes a second now: as the run that is active says, else as the journal grew lately.
    package var rateNow: Int64? { active.flatMap(\.bytesPerSecond) ?? recentRate }

    /// Seconds until the run that is active has fetched what is left, at its rate and the mean size of what was downloaded;
    /// nil where one of them is not known. Without a catalogue nobody but the run knows what is left.
    package var secondsLeft: Double? {
        if let active, notListed == nil { return active.secondsLeft }
        guard let rate = rateNow, rate > 0, overall.success > 0 else { return nil }
        let meanSize = Double(overall.downloadedBytes) / Double(overall.success)
        return Double(overall.left) * meanSize / Double(rate)
    }

    /// Whether all that has to be there is there. With no catalogue to tell, a line that was no record stands for a file.
    package var isComplete: Bool { overall.isComplete && (notListed != nil || lines.withoutPath == 0) }
}
