package import Transfer

/// What a display shows: where the run stands, and what follows from how it came there.
package struct ProgressReport: Sendable {
    package let progress: FetchProgress
    /// How many records there will be, where somebody said so.
    package let total: Int?
    /// When this was so, in Unix seconds.
    package let time: Double
    /// Bytes a second lately; nil before it can be told.
    package let rate: Double?
    /// Seconds until the end; nil before it can be told.
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
