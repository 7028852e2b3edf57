internal import Terminal
package import Transfer

/// What a display shows: the state of the run, and what follows from how it got there.
package struct ProgressReport: Sendable {
    package let progress: FetchProgress
    /// How many records there will be, where that is known.
    package let total: Int?
    /// What their files weigh, where something is known of that.
    package let expected: ExpectedBytes?
    /// Which round of a job these records are, where they are not the whole.
    package var round: Int?
    /// When this was so, in Unix seconds.
    package let time: Double
    /// Bytes a second lately; nil before it is known.
    package var rate: Double?
    /// The same of each transfer that runs, by its path, where it is known.
    package var rates: [String: Double] = [:]
    /// Seconds until the end; nil before it is known.
    package var secondsLeft: Double?
    /// For how long nothing has come and nothing ended; nil while something does.
    package var stillSeconds: Double?

    package init(_ progress: FetchProgress, total: Int?, expected: ExpectedBytes? = nil, time: Double) {
        self.progress = progress
        self.total = total
        self.expected = expected
        self.time = time
    }

    /// How much of the whole is there, from 0 to 1, by bytes where something is known of them. What has failed is not
    /// there.
    package var share: Double? {
        if let expected, expected.bytes > 0 { return min(Double(progress.bytesThere) / expected.bytes, 1) }
        guard let total, total > 0 else { return nil }
        return min(Double(progress.there) / Double(total), 1)
    }
}

extension FetchProgress.Running {
    /// From 0 to 1; nil where the size is not known.
    var share: Double? { size.map { min(Double(bytes) / Double(max($0, 1)), 1) } }
}

/// The words that the displays for people share.
extension ProgressReport {
    /// Those that are there: `117/1,000 files`, or `round 2: 117/1,000 files`.
    var files: String { round.map { "round \(HumanUnits.count($0)): \(filesThere)" } ?? filesThere }

    private var filesThere: String {
        let there = HumanUnits.count(progress.there)
        if let total { return "\(there)/\(HumanUnits.count(total)) files" }
        return progress.there == 1 ? "1 file" : "\(there) files"
    }

    /// Those that are there, of all: `1.2 of ~11.4 GiB`.
    var bytes: String {
        let there = HumanUnits.bytes(progress.bytesThere)
        guard let expected else { return there }
        // Not `Int64(_:)`: an origin may promise any size.
        let whole = HumanUnits.bytes(Int64(exactly: expected.bytes.rounded()) ?? .max)
        let unit = whole.drop { $0 != " " }
        let amount = there.hasSuffix(unit) ? String(there.dropLast(unit.count)) : there
        return "\(amount) of \(expected.isKnown ? "" : "~")\(whole)"
    }

    /// `45.1 MiB/s`, or that nothing moves; nil before anything can be said.
    var pace: String? {
        if let stillSeconds { return "nothing moves for \(HumanUnits.clock(stillSeconds))" }
        return rate.map(HumanUnits.rate)
    }

    var elapsed: String { "\(HumanUnits.clock(progress.elapsed)) elapsed" }

    var timeLeft: String? { secondsLeft.map { "\(HumanUnits.clock($0)) left" } }

    /// What has not gone the straight way: `3 failed`, `10 stopped`, `2 there already`, `5 retries`.
    var notes: [String] {
        var notes: [String] = []
        if progress.failed > 0 { notes.append("\(HumanUnits.count(progress.failed)) failed") }
        if progress.stopped > 0 { notes.append("\(HumanUnits.count(progress.stopped)) stopped") }
        if progress.skipped > 0 { notes.append("\(HumanUnits.count(progress.skipped)) there already") }
        if progress.retries > 0 {
            notes.append(progress.retries == 1 ? "1 retry" : "\(HumanUnits.count(progress.retries)) retries")
        }
        return notes
    }

    /// `limit 5.0 MiB/s`, `limit 4 at a time`, `-j auto: 6`
    var limits: [String] {
        LimitText.words(bytesPerSecond: progress.rateLimit, jobs: progress.jobs, isAuto: progress.isAuto)
    }

    /// `waiting: before the next try, 2 transfers, 0:03`
    var holds: [String] {
        progress.holds.map {
            "waiting: " + HoldText.text($0.reason, transfers: $0.transfers, seconds: $0.seconds)
        }
    }

    /// Everything in one line: `117/1,000 files, 3 failed, 1.2 of ~11.4 GiB, 45.1 MiB/s, 12:05 left`.
    var summary: String {
        let figures = [files] + notes + [bytes] + [pace, timeLeft].compactMap { $0 } + limits
        return (figures + holds).joined(separator: ", ")
    }

    /// How it went: `997/1,000 files, 3 failed, 48.8 GiB received in 22 min 1 s, 37.8 MiB/s`. What was received may be
    /// more than what is there, as when a file had to come twice, or less, as when an earlier run had a part of it.
    var endSummary: String {
        let bytes = "\(HumanUnits.bytes(progress.bytes)) received in \(HumanUnits.duration(progress.elapsed))"
        let average = progress.bytes > 0 && progress.elapsed > 0 ? Double(progress.bytes) / progress.elapsed : nil
        return ([files] + notes + [bytes] + [average.map(HumanUnits.rate)].compactMap { $0 }).joined(separator: ", ")
    }
}
