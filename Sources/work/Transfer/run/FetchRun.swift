internal import Curl
internal import POSIX
internal import Records
internal import Store

/// A run of `tf-fetch`, from its first line to its last result. It owns all that a run knows: the lines that it has
/// taken, the transfers that run or wait, and the results on their way. Equal loops work for it, each on its thread;
/// who decides for the run holds its lock, and gives it up for whatever takes time. `FetchRun+Loops.swift` is a loop's
/// turn, `FetchRun+Tries.swift` what becomes of a record.
package final class FetchRun: @unchecked Sendable {
    // All that changes is touched by who holds the lock.
    let lock = Monitor()
    let settings: FetchSettings
    let world: FetchWorld
    let notify: (String) -> Void
    let debug: ((String) -> Void)?
    let rules: FileTransfer.Rules
    /// The first one works on the thread that called `run`.
    let loops: [FetchLoop]
    /// The loop that decides now.
    var current: FetchLoop
    /// Loops that are about to take a line, or look for the file of one.
    private(set) var linesInHand = 0
    /// Whether the input had no line for the loop that asked last.
    var isInputDry = false
    /// Who reads the input holds it.
    let input = Monitor()
    let results: ResultQueue
    let hashing: HashThread
    var preflight: Preflight
    let admission: Admission
    var limits: RunLimits
    /// What decides how many transfers there are; nil where somebody has said it.
    var autoJobs: AutoJobs?
    let rateLimit: RateLimit?
    var waiting = WaitingTransfers()
    var deferred = DeferredRecords()
    var skew = ClockSkew()
    /// The first loop's own.
    var feed: ProgressFeed
    /// No more lines come, or are wanted.
    var isInputEnded = false
    /// Why nothing is started any more, and since when, on the monotonic clock.
    var stop: FetchEnd?
    var stoppedAt = 0.0
    /// The time of day when the monotonic clock was at 0, as far as the start of this run knows.
    private let clockOffset: Double
    private let keepEvidence: ((Evidence) -> Void)?
    /// When that was called last, on the monotonic clock.
    private var keptAt: Double
    /// Files that were fetched, or whose bytes are here at least.
    var fetched = 0
    /// Files that the origin confirmed.
    var confirmed = 0
    var sizes = FileSizes()
    /// Origins that refuse ranges.
    var unsplit: Set<String> = []
    /// Quick retries.
    var retries = 0
    /// What `debug` was told of hosts that are not asked, or less.
    var debuggedHolds: [String] = []
    /// The first failed try that was not its record's fault, in words.
    var trouble: String?
    /// Bytes that transfers which have ended brought.
    var endedBytes: Int64 = 0

    /// After a stop everything ends within this many seconds, whoever else is slow.
    private static let longestFarewell = 1.5
    /// Seconds between two times that evidence is kept.
    private static let keepInterval = 5.0

    /// - Parameters:
    ///   - evidence: what earlier runs have learnt.
    ///   - keepEvidence: takes what was learnt every few seconds: a process that is killed hands on nothing at its end.
    ///   - notify: tells people something that the results do not say.
    ///   - debug: takes what is decided and why; nothing secret.
    package init(
        _ settings: FetchSettings, _ world: FetchWorld, evidence: Evidence = Evidence(),
        keepEvidence: ((Evidence) -> Void)? = nil, observer: (any FetchObserver)?,
        notify: @escaping (String) -> Void, debug: ((String) -> Void)? = nil
    ) {
        self.settings = settings
        self.world = world
        self.notify = notify
        self.debug = debug
        limits = RunLimits(settings)
        let earlier = evidence.jobs?.shifted(by: world.clock.monotonic - world.clock.now)
        let autoJobs = limits.isAuto ? AutoJobs(most: settings.parallel, earlier) : nil
        let jobs = autoJobs?.number ?? settings.parallel
        self.autoJobs = autoJobs
        let rateLimit =
            limits.mayLimitRate
            ? RateLimit(
                bytesPerSecond: limits.rate(at: world.wallTime(world.clock.now)), sharers: jobs,
                clock: world.clock) : nil
        self.rateLimit = rateLimit
        rules = FileTransfer.Rules(
            bootID: world.bootID, wholeTimeout: settings.transfer.wholeTimeout, hosts: settings.hosts,
            verification: settings.verification, recordedHash: settings.recordedHash, rateLimit: rateLimit,
            clock: world.clock, extras: settings.extras, isDurable: settings.sync == .full)
        let count = world.hasThreads ? settings.usefulLoops : 1
        let loops = (0..<count).map { number in
            FetchLoop(
                TransferLoop(world.makeTransport(), rateLimit: rateLimit, settings: settings.transfer(limitedBy:)),
                places: Self.places(jobs, ofLoop: number, of: count))
        }
        (self.loops, current) = (loops, loops[0])
        results = ResultQueue(
            ResultWriter(world.results, sync: settings.sync, clock: world.clock, syncOutput: world.output.sync),
            mostUnwritten: settings.mostUnwritten, hasThread: world.hasThreads,
            wake: { for loop in loops { loop.wakeIfWaitingForResults() } },
            isAwaited: { loops.contains(where: \.waitsForResults) })
        hashing = HashThread(hasThread: world.hasThreads, wake: loops[0].wake)
        clockOffset = world.clock.now - world.clock.monotonic
        self.keepEvidence = keepEvidence
        keptAt = world.clock.monotonic
        preflight = Preflight(settings, world.output, world.clock)
        // A clock that was set back since then tells nothing.
        let began = settings.began.map { $0 <= world.clock.now ? $0 : 0 } ?? 0
        admission = Admission(settings, evidence.resumed(at: began))
        if autoJobs != nil { admission.change(parallel: jobs, startsPerSecond: settings.startsPerSecond) }
        feed = ProgressFeed(observer, startedAt: world.clock.monotonic)
    }

    /// How many of so many transfers a loop may run.
    static func places(_ parallel: Int, ofLoop number: Int, of count: Int) -> Int {
        (parallel + count - 1 - number) / count
    }

    package func run() -> FetchEnd {
        let threads = loops.dropFirst().map { loop in WorkerThread { self.work(in: loop) } }
        work(in: loops[0])
        // A loop that a dead disk holds up is left behind.
        if locked({ unended == 0 && results.isClear }) {
            for thread in threads { thread.join() }
            results.close()
        } else if world.hasThreads {
            WorkerThread.leaveBehind()
        }
        return locked {
            feed.end(at: now) { progress }
            return stop ?? .complete(failures: results.failed)
        }
    }

    /// On the monotonic clock.
    var now: Double { world.clock.monotonic }

    /// Unix seconds as they were at the start, and have passed since: evidence does not age by a clock that is set.
    var steadyTime: Double { now + clockOffset }

    var isDone: Bool {
        if stop != nil && (results.failure != nil || now - stoppedAt > Self.longestFarewell) { return true }
        return (isInputEnded || stop != nil) && unended == 0 && deferred.isEmpty && results.isClear
    }

    /// Transfers that run, on all loops.
    var running: Int { loops.reduce(0) { $0 + $1.running.count } }

    /// Those, and what else brings pieces of them.
    var connections: Int { loops.reduce(0) { $0 + $1.running.count + $1.ranges } }

    /// Transfers that were begun, and others whose line was taken.
    var unended: Int { running + waiting.count + hashing.count + linesInHand }

    /// What was learnt, for the next run.
    package var evidence: Evidence { locked { learnt } }

    private var learnt: Evidence {
        keepFoundJobs()
        return admission.evidence.shifted(by: world.clock.now - steadyTime)
    }

    /// Called with the lock.
    func handOnEvidence() {
        guard let keepEvidence, now - keptAt >= Self.keepInterval else { return }
        keptAt = now
        let learnt = learnt
        unlocked { keepEvidence(learnt) }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        lock.enter()
        defer { lock.leave() }
        return body()
    }

    /// Gives up the lock for what takes time.
    func unlocked<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let loop = current
        lock.leave()
        defer {
            lock.enter()
            current = loop
        }
        return try body()
    }

    /// The same for the sake of a record that nothing counts yet.
    func looking<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        linesInHand += 1
        defer { linesInHand -= 1 }
        return try unlocked(body)
    }

    func receiveReports() {
        results.receiveReports()
        if let error = results.failure { end(error.isBrokenPipe ? .readerLeft : .broken(error)) }
        if let error = results.diskError { stopIfDisk(error) }
        for notice in world.output.takeNotices() { notify(notice) }
    }

    // MARK: - Showing

    /// Those that have begun and not ended.
    private var begun: [FileTransfer] { runningTransfers + waiting.entries.map(\.transfer) + hashing.parts }

    private var runningTransfers: [FileTransfer] { loops.flatMap(\.running) }

    /// Bytes that came, over all transfers.
    var received: Int64 { begun.reduce(endedBytes) { $0 + $1.received } }

    var progress: FetchProgress {
        var progress = FetchProgress()
        (progress.success, progress.skipped, progress.failed) = (results.success, results.skipped, results.failed)
        progress.stopped = results.stopped
        (progress.successBytes, progress.skippedBytes) = (results.successBytes, results.skippedBytes)
        progress.partBytes = begun.reduce(0) { $0 + $1.progress.bytes }
        progress.retries = retries
        progress.trouble = trouble
        progress.bytes = received
        progress.running = runningTransfers.map(\.progress).sorted { ($1.seconds, $0.path) < ($0.seconds, $1.path) }
        progress.rateLimit = rateLimit?.bytesPerSecond
        progress.jobs = autoJobs?.number ?? (limits.jobs == settings.parallel ? nil : limits.jobs)
        progress.isAuto = autoJobs != nil
        progress.holds = admission.holds(waiting.entries.map(\.start), at: now)
        return progress
    }
}
