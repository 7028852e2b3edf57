internal import Curl
package import POSIX
internal import Records
package import Store

/// The run: takes lines when there is a place for them, lets the transfers go on, hands results on and shows where it
/// stands. Everything waits in one place. What becomes of the records is the scheduler's affair.
package final class FetchRun {
    private let settings: FetchSettings
    private let clock: any Clock
    private let signals: StopSignals
    private let notify: (String) -> Void
    private let input: Int32
    private var intake: Intake
    private let pool: TransferPool
    private let desk: ResultDesk
    private let scheduler: TransferScheduler
    private var feed: ProgressFeed
    /// No more lines come, or are wanted.
    private var isInputEnded = false

    /// Lines that are taken before the transfers get their turn again.
    private static let linesAtOnce = 256
    /// Signals that come within so many seconds are one.
    private static let oneSignal = 0.5
    /// After a stop everything is over within this many seconds, whoever else is slow.
    private static let longestFarewell = 1.5
    /// Seconds.
    private static let longestWait = 1.0

    /// - Parameter notify: tells people something that the results do not say.
    package init(
        _ settings: FetchSettings, output: OutputFolder, input: Int32, results: Int32, signals: StopSignals,
        clock: any Clock, random: @escaping () -> Double, observer: (any FetchObserver)?,
        notify: @escaping (String) -> Void
    ) {
        self.settings = settings
        self.input = input
        self.signals = signals
        self.clock = clock
        self.notify = notify
        let rules = Transfer.Rules(
            bootID: BootID.read(), wholeTimeout: settings.transfer.wholeTimeout, hosts: settings.hosts,
            verification: settings.verification,
            rateLimit: settings.rateLimit.map { RateLimit(bytesPerSecond: $0, clock: clock) }, clock: clock)
        pool = TransferPool(
            settings.transfer, parallel: settings.parallel, loops: settings.loops, rateLimit: rules.rateLimit,
            clock: clock)
        desk = ResultDesk(
            Finisher(output: results, sync: settings.sync, clock: clock, wake: pool.waker),
            mostUnwritten: settings.mostUnwritten)
        scheduler = TransferScheduler(
            settings, rules, output: output, pool: pool, desk: desk, random: random, notify: notify)
        intake = Intake(input)
        feed = ProgressFeed(observer, startedAt: clock.monotonic)
    }

    package func run() -> FetchEnd {
        while !isDone {
            takeReports()
            scheduler.concludeHashes()
            scheduler.startWaiting()
            checkQuota()
            takeLines()
            let hasEnded = scheduler.perform()
            feed.update(at: clock.monotonic) { progress }
            // The places of those that have ended are taken before anything is waited for.
            if !hasEnded && !isDone { wait() }
        }
        if desk.isClear { desk.close() }
        feed.end(at: clock.monotonic) { progress }
        return scheduler.stop ?? .complete(failures: desk.failed)
    }

    private var isStopped: Bool { scheduler.stop != nil }

    private var isDone: Bool {
        if isStopped && (desk.failure != nil || clock.monotonic - scheduler.stoppedAt > Self.longestFarewell) {
            return true
        }
        return (isInputEnded || isStopped) && scheduler.unended == 0 && desk.isClear
    }

    // MARK: - Lines

    private var hasPlace: Bool { !isInputEnded && desk.hasRoom && scheduler.hasPlace }

    private func takeLines() {
        var taken = 0
        while taken < Self.linesAtOnce && hasPlace {
            taken += 1
            do throws(SystemError) {
                switch try intake.next() {
                case .ready(let record): scheduler.take(record)
                case .decided(let result): desk.submit(result)
                case .nothingYet: return
                case .ended: isInputEnded = true
                }
            } catch { scheduler.end(.broken(error)) }
        }
    }

    private func checkQuota() {
        guard !isInputEnded,
            let reason = settings.quota.exhausted(
                files: scheduler.fetched, bytes: scheduler.received, now: clock.now)
        else { return }
        endInput(reason)
    }

    /// What runs comes to its end.
    private func endInput(_ reason: String) {
        isInputEnded = true
        notify("\(reason): no more lines are taken")
    }

    // MARK: - Waiting

    /// Waits for the transfers, a line where there is a place for one, a signal, a result that somebody waits for, or
    /// until something falls due.
    private func wait() {
        let now = clock.monotonic
        let times = [feed.delay(at: now), scheduler.nextChange(after: now).map { $0 - now }].compactMap { $0 }
        let timeout = times.reduce(Self.longestWait, min)
        var watched = [MultiHandle.Watched(signals.descriptor)]
        if hasPlace { watched.append(MultiHandle.Watched(input)) }
        desk.flush()
        if desk.prepareWait(forResults: needsResults) { return }
        pool.wait(&watched, milliseconds: Int32((timeout * 1000).rounded(.up)))
        if watched[0].isReady { takeSignal() }
    }

    /// Whether nothing goes on before results have been written.
    private var needsResults: Bool { !desk.hasRoom || isStopped || (isInputEnded && pool.count == 0) }

    private func takeReports() {
        desk.takeReports()
        if let error = desk.failure { scheduler.end(error.isBrokenPipe ? .readerLeft : .broken(error)) }
        if let trouble = desk.diskTrouble { scheduler.stopIfDisk(trouble) }
        for notice in scheduler.takeDiskNotices() { notify(notice) }
    }

    private func takeSignal() {
        guard let signal = signals.next() else { return }
        guard signal != Signals.finish else {
            if !isInputEnded { endInput("told to finish (SIGUSR1)") }
            return
        }
        if case .signal(let first) = scheduler.stop {
            // The second one leaves at once. timeout(1) and terminals may send two where one was meant.
            guard clock.monotonic - scheduler.stoppedAt > Self.oneSignal else { return }
            feed.leave()
            Signals.end(by: first)
        }
        scheduler.end(.signal(signal))
    }

    // MARK: - Showing

    private var progress: FetchProgress {
        var progress = FetchProgress()
        (progress.success, progress.skipped, progress.failed) = (desk.success, desk.skipped, desk.failed)
        progress.successBytes = desk.successBytes
        progress.retries = scheduler.retries
        progress.bytes = scheduler.received
        progress.running = pool.transfers.map(\.progress).sorted { ($1.seconds, $0.path) < ($0.seconds, $1.path) }
        progress.holds = scheduler.holds
        return progress
    }
}
