internal import Terminal
package import Transfer

/// What a display shows: the state of the run, and what follows from how it got there.
package struct ProgressReport: Sendable {
    package let progress: FetchProgress
    /// How many records there will be, where that is known.
    package let total: Int?
    /// When this was so, in Unix seconds.
    package let time: Double
    /// Bytes a second lately; nil before it is known.
    package let rate: Double?
    /// Seconds until the end; nil before it is known.
    package let secondsLeft: Double?
    /// For how long nothing has come and nothing ended; nil while something does.
    package let stillSeconds: Double?

    package init(
        _ progress: FetchProgress, total: Int?, time: Double, rate: Double? = nil, secondsLeft: Double? = nil,
        stillSeconds: Double? = nil
    ) {
        self.progress = progress
        self.total = total
        self.time = time
        self.rate = rate
        self.secondsLeft = secondsLeft
        self.stillSeconds = stillSeconds
    }

    /// How much of the whole is done, from 0 to 1; a running transfer counts as far as it has come.
    package var share: Double? {
        guard let total, total > 0 else { return nil }
        let begun = progress.running.reduce(0) { $0 + ($1.share ?? 0) }
        return min((Double(progress.finished) + begun) / Double(total), 1)
    }
}

extension FetchProgress.Running {
    /// From 0 to 1; nil where the size is not known.
    var share: Double? { size.map { min(Double(bytes) / Double(max($0, 1)), 1) } }
}

/// The words that the displays for people share.
extension ProgressReport {
    /// `120/1,000 files`
    var files: String {
        let finished = HumanUnits.count(progress.finished)
        if let total { return "\(finished)/\(HumanUnits.count(total)) files" }
        return progress.finished == 1 ? "1 file" : "\(finished) files"
    }

    /// `45.1 MiB/s`, or that nothing moves; nil before anything can be said.
    var pace: String? {
        if let stillSeconds { return "nothing moves for \(HumanUnits.clock(stillSeconds))" }
        return rate.map { "\(HumanUnits.bytes(Int64($0)))/s" }
    }

    var timeLeft: String? { secondsLeft.map { "\(HumanUnits.clock($0)) left" } }

    /// What has not gone the straight way: `3 failed`, `2 there already`, `5 retries`.
    var notes: [String] {
        var notes: [String] = []
        if progress.failed > 0 { notes.append("\(HumanUnits.count(progress.failed)) failed") }
        if progress.skipped > 0 { notes.append("\(HumanUnits.count(progress.skipped)) there already") }
        if progress.retries > 0 {
            notes.append(progress.retries == 1 ? "1 retry" : "\(HumanUnits.count(progress.retries)) retries")
        }
        return notes
    }

    /// `waiting: before the next try, 2 transfers, 0:03`
    var holds: [String] {
        progress.holds.map {
            "waiting: " + HoldText.text($0.reason, transfers: $0.transfers, seconds: $0.seconds)
        }
    }

    /// Everything in one line: `120/1,000 files, 3 failed, 1.2 GiB, 45.1 MiB/s, 12:05 left`.
    var summary: String {
        let figures = [files] + notes + [HumanUnits.bytes(progress.bytes)] + [pace, timeLeft].compactMap { $0 }
        return (figures + holds).joined(separator: ", ")
    }

    /// How it went: `1,000/1,000 files, 3 failed, 48.8 GiB in 22 min 1 s, 37.8 MiB/s`.
    var endSummary: String {
        let bytes = "\(HumanUnits.bytes(progress.bytes)) in \(HumanUnits.duration(progress.elapsed))"
        let average = progress.bytes > 0 && progress.elapsed > 0 ? Double(progress.bytes) / progress.elapsed : nil
        let rate = average.map { "\(HumanUnits.bytes(Int64($0)))/s" }
        return ([files] + notes + [bytes] + [rate].compactMap { $0 }).joined(separator: ", ")
    }
}
