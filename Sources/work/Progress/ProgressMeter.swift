internal import Terminal
package import Transfer

/// Makes reports of the run's progress, again and again: it knows what the last one said.
package struct ProgressMeter: Sendable {
    private let work: ExpectedWork?
    private let round: Int?
    /// Ten seconds: long enough to be calm, short enough to show a change.
    private var lately = RateMeter(window: Self.short)
    /// A minute: a time left of hours would jump about with the shorter one.
    private var longer = RateMeter(window: 60)
    /// Of each transfer that runs, by its path.
    private var transfers: [String: RateMeter] = [:]
    private var moved: (bytes: Int64, finished: Int, at: Double) = (0, 0, 0)

    private static let short = 10.0
    /// Seconds that are measured before anything is said: the first connections are not a measure.
    private static let shortestForRate = 1.0
    private static let shortestForTimeLeft = 3.0
    /// Seconds from which on nothing moves.
    private static let still = 5.0
    /// A time left beyond this is only a guess.
    private static let longestTimeLeft = 100 * 86400.0

    /// - Parameters:
    ///   - work: what will come, where it is known.
    ///   - round: of which round of a job this is, where it is not the whole.
    package init(_ work: ExpectedWork?, round: Int? = nil) { (self.work, self.round) = (work, round) }

    /// - Parameter time: of the progress, in Unix seconds.
    package mutating func report(_ progress: FetchProgress, at time: Double) -> ProgressReport {
        lately.add(bytes: progress.bytes, at: progress.elapsed)
        longer.add(bytes: progress.bytes, at: progress.elapsed)
        if (progress.bytes, progress.finished) != (moved.bytes, moved.finished) {
            moved = (progress.bytes, progress.finished, progress.elapsed)
        }
        let quiet = progress.elapsed - moved.at
        let isStill = quiet >= Self.still
        let expected = work.flatMap { ExpectedBytes($0, progress) }
        var report = ProgressReport(progress, total: work?.records, expected: expected, time: time)
        report.round = round
        report.rate = progress.bytes > 0 ? lately.rate(overAtLeast: Self.shortestForRate) : nil
        report.rates = rates(of: progress)
        report.secondsLeft = isStill ? nil : secondsLeft(progress, expected)
        report.stillSeconds = isStill ? quiet : nil
        return report
    }

    private mutating func rates(of progress: FetchProgress) -> [String: Double] {
        var (meters, rates): ([String: RateMeter], [String: Double]) = ([:], [:])
        for transfer in progress.running {
            var meter = transfers.removeValue(forKey: transfer.path) ?? RateMeter(window: Self.short)
            meter.add(bytes: transfer.bytes, at: progress.elapsed)
            rates[transfer.path] = meter.rate(overAtLeast: Self.shortestForRate)
            meters[transfer.path] = meter
        }
        transfers = meters
        return rates
    }

    private func secondsLeft(_ progress: FetchProgress, _ expected: ExpectedBytes?) -> Double? {
        guard let work, work.records > progress.finished, let expected,
            let rate = longer.rate(overAtLeast: Self.shortestForTimeLeft), rate > 0
        else { return nil }
        // What has failed does not come any more.
        let failed = Double(progress.failed + progress.stopped) * expected.mean
        let seconds = max(0, expected.bytes - Double(progress.bytesThere) - failed) / rate
        return seconds <= Self.longestTimeLeft ? seconds : nil
    }
}
