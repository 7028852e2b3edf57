internal import Terminal
package import Transfer

/// Makes reports of the run's progress, again and again: it knows what the last one said.
package struct ProgressMeter: Sendable {
    private let total: Int?
    /// Ten seconds: long enough to be calm, short enough to show a change.
    private var lately = RateMeter(window: 10)
    /// A minute: a time left of hours would jump about with the shorter one.
    private var longer = RateMeter(window: 60)
    private var moved: (bytes: Int64, finished: Int, at: Double) = (0, 0, 0)

    /// Seconds that are measured before anything is said: the first connections are not a measure.
    private static let shortestForRate = 1.0
    private static let shortestForTimeLeft = 3.0
    /// Seconds from which on nothing moves.
    private static let still = 5.0
    /// A time left beyond this is only a guess.
    private static let longestTimeLeft = 100 * 86400.0

    /// - Parameter total: how many records there will be, where it is known.
    package init(total: Int?) { self.total = total }

    /// - Parameter time: of the progress, in Unix seconds.
    package mutating func report(_ progress: FetchProgress, at time: Double) -> ProgressReport {
        lately.add(bytes: progress.bytes, at: progress.elapsed)
        longer.add(bytes: progress.bytes, at: progress.elapsed)
        if (progress.bytes, progress.finished) != (moved.bytes, moved.finished) {
            moved = (progress.bytes, progress.finished, progress.elapsed)
        }
        let quiet = progress.elapsed - moved.at
        let isStill = quiet >= Self.still
        return ProgressReport(
            progress, total: total, time: time,
            rate: progress.bytes > 0 ? lately.rate(overAtLeast: Self.shortestForRate) : nil,
            secondsLeft: isStill ? nil : secondsLeft(progress), stillSeconds: isStill ? quiet : nil)
    }

    private func secondsLeft(_ progress: FetchProgress) -> Double? {
        guard let total, let bytes = bytesLeft(progress, of: total),
            let rate = longer.rate(overAtLeast: Self.shortestForTimeLeft), rate > 0
        else { return nil }
        let seconds = bytes / rate
        return seconds <= Self.longestTimeLeft ? seconds : nil
    }

    /// What is still to come: the rest of what runs, and for what has not begun the mean size of the files known.
    /// In `Double`: an origin may promise any size.
    private func bytesLeft(_ progress: FetchProgress, of total: Int) -> Double? {
        let sizes = progress.running.compactMap { $0.size.map { Double($0) } }
        let known = progress.success + sizes.count
        guard total > progress.finished, known > 0 else { return nil }
        let mean = sizes.reduce(Double(progress.successBytes), +) / Double(known)
        let begun = progress.running.reduce(0.0) { sum, transfer in
            sum + max(0, (transfer.size.map { Double($0) } ?? mean) - Double(transfer.bytes))
        }
        return begun + Double(max(0, total - progress.finished - progress.running.count)) * mean
    }
}
