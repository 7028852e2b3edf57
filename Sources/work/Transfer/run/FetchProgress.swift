/// The state of the run: what a progress display needs.
package struct FetchProgress: Sendable {
    package var success = 0
    package var skipped = 0
    package var failed = 0
    /// Interrupted, since the run was told to stop.
    package var stopped = 0
    /// Bytes received, those of unfinished transfers included.
    package var bytes: Int64 = 0
    /// What the files of `success` weigh, parts of earlier runs included.
    package var successBytes: Int64 = 0
    /// What the files of `skipped` weigh.
    package var skippedBytes: Int64 = 0
    /// What is in the parts of those that run or wait.
    package var partBytes: Int64 = 0
    /// Quick retries so far.
    package var retries = 0
    /// The first failed try that was not its record's fault, in words; nothing secret.
    package var trouble: String?
    /// Seconds since the start.
    package var elapsed = 0.0
    /// Those that run, the longest at it first.
    package var running: [Running] = []
    package var holds: [Hold] = []
    /// Bytes a second over all transfers that are allowed now; nil: any number.
    package var rateLimit: Int64?
    /// Transfers at one time that are allowed now, where they are others than those asked for at the start.
    package var jobs: Int?
    /// Whether the run finds out itself how many bring most: then `jobs` is always there.
    package var isAuto = false

    /// One transfer.
    package struct Running: Sendable {
        package var path: String
        /// In the part, those of earlier tries and runs included.
        package var bytes: Int64
        /// Nil where the origin did not say.
        package var size: Int64?
        /// Since it was started, quick retries included.
        package var seconds: Double
        /// The fields of its record, as a line that has been begun: `{"course_id":12,…`.
        package var record: [UInt8]

        package init(path: String, bytes: Int64, size: Int64?, seconds: Double, record: [UInt8] = []) {
            self.path = path
            self.bytes = bytes
            self.size = size
            self.seconds = seconds
            self.record = record
        }
    }

    /// What keeps work from going on, for now.
    package struct Hold: Equatable, Sendable {
        /// For people, as it follows "waiting:", `before the next try`. No URL, nothing secret.
        package var reason: String
        /// Transfers that wait for it; 0 where it is the lines not taken yet that do.
        package var transfers: Int
        /// Seconds from now until the first of them can go on; nil where it is not known.
        package var seconds: Double?

        package init(reason: String, transfers: Int, seconds: Double?) {
            self.reason = reason
            self.transfers = transfers
            self.seconds = seconds
        }
    }

    package var finished: Int { success + skipped + failed + stopped }

    /// Files that are there.
    package var there: Int { success + skipped }

    /// Bytes of the videos that are on this machine, in files and in parts of what runs or waits.
    package var bytesThere: Int64 { successBytes + skippedBytes + partBytes }

    package init() {}
}

/// Somebody who watches the run.
package protocol FetchObserver: AnyObject {
    /// Seconds between two updates.
    var interval: Double { get }

    func update(_ progress: FetchProgress)

    /// Ctrl-Z was pressed: gives the terminal back, stops the process, and returns when it goes on.
    func suspend()

    /// The process goes on after it was stopped, and what was on the terminal may not be there any more.
    func goOn()

    /// No update will come any more: the run has ended, or is being left at once.
    func end()
}
/// Gives the watcher of a run its state, in the intervals that it wants. Times are arguments, on the monotonic
/// clock.
struct ProgressFeed {
    private let observer: (any FetchObserver)?
    private let startedAt: Double
    private var updatedAt = -Double.infinity

    init(_ observer: (any FetchObserver)?, startedAt: Double) {
        self.observer = observer
        self.startedAt = startedAt
    }

    /// Seconds until the next update; nil where no one watches.
    func delay(at now: Double) -> Double? { observer.map { max(0, updatedAt + $0.interval - now) } }

    func isDue(at now: Double) -> Bool { observer.map { now - updatedAt >= $0.interval } ?? false }

    /// Gives an update where one is due.
    mutating func update(at now: Double, _ progress: () -> FetchProgress) {
        guard let observer, isDue(at: now) else { return }
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

    mutating func suspend() {
        observer?.suspend()
        goOn()
    }

    /// The next update is due at once.
    mutating func goOn() {
        observer?.goOn()
        updatedAt = -.infinity
    }

    /// Ends without a further update.
    func leave() { observer?.end() }
}
