internal import Curl
package import POSIX
internal import Records
internal import Store

/// How a run ended.
package enum FetchEnd: Equatable, Sendable {
    /// The end of the input was reached.
    case complete(failures: Int)
    /// Told to stop by this signal.
    case signal(Int32)
    /// No one reads the results any more.
    case readerLeft
    /// The input or the results' file is of no use any more.
    case broken(SystemError)
    /// The disk takes no more files; the error's words.
    case disk(String)
    /// Nothing is reachable, or every URL is refused; in these words.
    case hopeless(String)
}

/// A run of `tf-fetch`, from its first line to its last result. It owns all that a run knows: the lines that it has
/// taken, the transfers that run or wait, and the results on their way. It works in one loop on one thread, and waits
/// in one place. This file is the loop; `FetchRun+Tries.swift` is what becomes of a record.
package final class FetchRun {
    let settings: FetchSettings
    let world: FetchWorld
    let notify: (String) -> Void
    let debug: ((String) -> Void)?
    let rules: FileTransfer.Rules
    let pool: TransferPool
    let results: ResultQueue
    let hashing: HashThread
    var preflight: Preflight
    var admission: Admission
    var waiting = WaitingTransfers()
    var deferred = DeferredRecords()
    var skew = ClockSkew()
    private var feed: ProgressFeed
    /// No more lines come, or are wanted.
    private(set) var isInputEnded = false
    /// Why nothing is started any more, and since when, on the monotonic clock.
    private(set) var stop: FetchEnd?
    private var stoppedAt = 0.0
    /// The time of day when the monotonic clock was at 0, as far as the start of this run knows.
    private let clockOffset: Double
    private let keepEvidence: ((Evidence) -> Void)?
    /// When that was called last, on the monotonic clock.
    private var keptAt: Double
    /// Files that were fetched, or whose bytes are here at least.
    var fetched = 0
    /// Tries that have ended together with the one that is being concluded, and come after it.
    var unconcluded = 0
    /// Quick retries.
    var retries = 0
    /// What `debug` was told of hosts that are not asked, or less.
    var debuggedHolds: [String] = []
    /// The first failed try that was not its record's fault, in words.
    var trouble: String?
    /// Bytes that transfers which have ended brought.
    var endedBytes: Int64 = 0

    /// Lines that are taken before the transfers get their turn again.
    private static let linesAtOnce = 256
    /// Signals that come within this many seconds are one.
    private static let oneSignal = 0.5
    /// After a stop everything ends within this many seconds, whoever else is slow.
    private static let longestFarewell = 1.5
    /// Seconds.
    private static let longestWait = 1.0
    /// Seconds between two times that evidence is kept.
    private static let keepInterval = 5.0

    /// - Parameters:
    ///   - evidence: what earlier runs have learnt.
    ///   - keepEvidence: takes what was learnt every few seconds: a process that is killed hands on nothing at its end.
    ///   - notify: tells people something that the results do not say.
    ///   - debug: takes what is decided and why; nothing secret.
    package init(
        _ settings: FetchSettings, _ world: FetchWorld, evidence: Evidence = Evidence(),
        keepEvidence: ((Evidence) -> Void)? = nil, observer: (any FetchObserver)?, notify: @escaping (String) -> Void,
        debug: ((String) -> Void)? = nil
    ) {
        self.settings = settings
        self.world = world
        self.notify = notify
        self.debug = debug
        let rateLimit = settings.rateLimit.map { RateLimit(bytesPerSecond: $0, clock: world.clock) }
        rules = FileTransfer.Rules(
            bootID: world.bootID, wholeTimeout: settings.transfer.wholeTimeout, hosts: settings.hosts,
            verification: settings.verification, rateLimit: rateLimit, clock: world.clock)
        pool = TransferPool(settings, rateLimit: rateLimit, makeTransport: world.makeTransport)
        results = ResultQueue(
            ResultWriter(world.results, sync: settings.sync, clock: world.clock, syncOutput: world.output.sync),
            mostUnwritten: settings.mostUnwritten, hasThread: world.hasThreads, wake: pool.waker)
        hashing = HashThread(hasThread: world.hasThreads, wake: pool.waker)
        clockOffset = world.clock.now - world.clock.monotonic
        self.keepEvidence = keepEvidence
        keptAt = world.clock.monotonic
        preflight = Preflight(settings, world.output, world.clock)
        admission = Admission(settings, evidence)
        feed = ProgressFeed(observer, startedAt: world.clock.monotonic)
    }

    package func run() -> FetchEnd {
        while !isDone {
            receiveReports()
            concludeHashes()
            startWaiting()
            startDeferred()
            checkQuota()
            readLines()
            let hasEnded = concludeTries()
            feed.update(at: now) { progress }
            handOnEvidence()
            // The places of those that have ended are taken before anything is waited for.
            if !hasEnded && !isDone { wait() }
        }
        if results.isClear { results.close() }
        feed.end(at: now) { progress }
        return stop ?? .complete(failures: results.failed)
    }

    /// On the monotonic clock.
    var now: Double { world.clock.monotonic }

    /// Unix seconds as they were at the start, and have passed since: evidence does not age by a clock that is set.
    var steadyTime: Double { now + clockOffset }

    private var isDone: Bool {
        if stop != nil && (results.failure != nil || now - stoppedAt > Self.longestFarewell) { return true }
        return (isInputEnded || stop != nil) && unended == 0 && deferred.isEmpty && results.isClear
    }

    // MARK: - Lines

    /// Transfers that were begun, and others whose line was taken.
    private var unended: Int { pool.count + waiting.count + hashing.count }

    /// What was learnt, for the next run.
    package var evidence: Evidence { admission.evidence.shifted(by: world.clock.now - steadyTime) }

    private func handOnEvidence() {
        guard let keepEvidence, now - keptAt >= Self.keepInterval else { return }
        keptAt = now
        keepEvidence(evidence)
    }

    /// Whether there is a place for one more line.
    private var hasPlace: Bool {
        !isInputEnded && stop == nil && results.hasRoom && deferred.hasRoom && unended < 2 * settings.parallel
            && settings.quota.hasRoom(files: fetched + unended)
            && admission.mayTake(running: pool.count, held: waiting.unbegun, at: now)
    }

    private func readLines() {
        var lines = 0
        while lines < Self.linesAtOnce && hasPlace {
            lines += 1
            do throws(SystemError) {
                switch try world.input.next() {
                case .ready(let record): begin(record)
                case .decided(let result): results.submit(result)
                case .nothingYet: return
                case .ended: isInputEnded = true
                }
            } catch { end(.broken(error)) }
        }
    }

    private func checkQuota() {
        guard !isInputEnded,
            let reason = settings.quota.exhausted(files: fetched, bytes: received, now: world.clock.now)
        else { return }
        endInput(reason)
    }

    /// What runs comes to its end.
    private func endInput(_ reason: String) {
        isInputEnded = true
        notify("\(reason): no more lines are taken")
    }

    // MARK: - Waiting

    /// Waits for the transfers, a line where there is a place for one, a signal, a result that is waited for, or
    /// until something falls due.
    private func wait() {
        let now = now
        let due = [waiting.nextDue(after: now), admission.nextChange(after: now)].compactMap { $0 }.min()
        let timeout = [feed.delay(at: now), due.map { $0 - now }].compactMap { $0 }.reduce(Self.longestWait, min)
        var watched = [MultiHandle.Watched(world.signals.descriptor)]
        if hasPlace { watched.append(MultiHandle.Watched(world.input.descriptor)) }
        guard results.flush(), !results.prepareWait(forResults: needsResults) else { return }
        pool.wait(&watched, milliseconds: Int32((timeout * 1000).rounded(.up)))
        if watched[0].isReady { receiveSignal() }
    }

    /// Whether nothing goes on before results have been written.
    private var needsResults: Bool { !results.hasRoom || stop != nil || (isInputEnded && pool.count == 0) }

    private func receiveReports() {
        results.receiveReports()
        if let error = results.failure { end(error.isBrokenPipe ? .readerLeft : .broken(error)) }
        if let error = results.diskError { stopIfDisk(error) }
        for notice in world.output.takeNotices() { notify(notice) }
    }

    private func receiveSignal() {
        // The clock notices that the process was stopped before the signal is taken.
        _ = now
        guard let signal = world.signals.next() else { return }
        switch signal {
        case Signals.finish: return isInputEnded ? () : endInput("told to finish (SIGUSR1)")
        case Signals.suspend: return feed.suspend()
        case Signals.goOn: return feed.goOn()
        default: break
        }
        if case .signal(let first) = stop {
            // The second one leaves at once. timeout(1) and terminals may send two where one was meant.
            guard now - stoppedAt > Self.oneSignal else { return }
            feed.leave()
            Signals.end(by: first)
        }
        end(.signal(signal))
    }

    // MARK: - Stopping

    /// No further file has a chance where the disk is to blame.
    func stopIfDisk(_ error: TryError) {
        if error.isOfDisk { end(.disk(error.message)) }
    }

    /// Starts nothing more, and parks what runs: parts stay where they can be continued, and the results say so. Only
    /// the first reason counts.
    func end(_ reason: FetchEnd) {
        guard stop == nil else { return }
        stop = reason
        stoppedAt = now
        for transfer in pool.park() + waiting.removeAll() { fail(transfer, .interrupted) }
        for record in deferred.removeAll() { fail(record, .interrupted) }
        hashing.park()
    }

    // MARK: - Showing

    /// Those that have begun and not ended.
    private var begun: [FileTransfer] {
        Array(pool.transfers) + waiting.entries.map(\.transfer) + hashing.parts
    }

    /// Bytes that came, over all transfers.
    private var received: Int64 { begun.reduce(endedBytes) { $0 + $1.received } }

    private var progress: FetchProgress {
        var progress = FetchProgress()
        (progress.success, progress.skipped, progress.failed) = (results.success, results.skipped, results.failed)
        progress.stopped = results.stopped
        (progress.successBytes, progress.skippedBytes) = (results.successBytes, results.skippedBytes)
        progress.partBytes = begun.reduce(0) { $0 + $1.progress.bytes }
        progress.retries = retries
        progress.trouble = trouble
        progress.bytes = received
        progress.running = pool.transfers.map(\.progress).sorted { ($1.seconds, $0.path) < ($0.seconds, $1.path) }
        progress.holds = admission.holds(waiting.entries.map(\.start), at: now)
        return progress
    }
}
