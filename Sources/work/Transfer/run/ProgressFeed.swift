/// Tells whoever watches the run where it stands, in the intervals that it wants. Times are arguments, on the monotonic
/// clock.
struct ProgressFeed {
    private let observer: (any FetchObserver)?
    private let startedAt: Double
    private var updatedAt = -Double.infinity

    init(_ observer: (any FetchObserver)?, startedAt: Double) {
        self.observer = observer
        self.startedAt = startedAt
    }

    /// Seconds until the next update; nil where nobody watches.
    func delay(at now: Double) -> Double? { observer.map { max(0, updatedAt + $0.interval - now) } }

    /// Gives an update where one is due.
    mutating func update(at now: Double, _ progress: () -> FetchProgress) {
        guard let observer, now - updatedAt >= observer.interval else { return }
        updatedAt = now
        var progress = progress()
        progress.elapsed = now - startedAt
        observer.update(progress)
    }

    /// Gives the last update.
    mutating func end(at now: Double, _ progress: () -> FetchProgress) {
        updatedAt = -.infinity
        update(at: now, progress)
        leave()
    }

    /// Ends without a further update.
    func leave() { observer?.end() }
}
