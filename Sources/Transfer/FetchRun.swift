internal import Curl
package import POSIX
internal import Records

/// The run: takes lines when there is a place for them, decides what becomes of the tries, and hands results on.
/// Everything waits in one place.
package final class FetchRun {
    private let settings: FetchSettings
    private let output: OutputFolder
    private let clock: any Clock
    private let random: () -> Double
    private let observer: (any FetchObserver)?
    private let signals: StopSignals
    private let notify: (String) -> Void
    private let rules: Transfer.Rules
    private let input: Int32
    private var intake: Intake
    private let pool: TransferPool
    private let desk: ResultDesk
    private let hashing: HashThread
    private var admission: Admission
    private var waiting = StartQueue()
    private var skew = ClockSkew()
    /// No more lines come, or are wanted.
    private var isInputEnded = false
    /// Files that were fetched, or whose bytes are here at least.
    private var fetched = 0
    private var stop: FetchEnd?
    private var stoppedAt = 0.0
    private var spaceCheckedAt = -Double.infinity
    private var retries = 0
    /// Bytes that transfers which have ended brought.
    private var endedBytes: Int64 = 0
    private let startedAt: Double
    private var updatedAt = -Double.infinity

    /// Lines that are taken before the transfers get their turn again.
    private static let linesAtOnce = 256
    private static let spaceCheckInterval = 0.1
    /// Signals that come within so many seconds are one.
    private static let oneSignal = 0.5
    /// After a stop everything is over within this many seconds, whoever else is slow.
    private static let longestFarewell = 1.5

    /// - Parameter notify: tells people something that the results do not say.
    package init(
        _ settings: FetchSettings, output: OutputFolder, input: Int32, results: Int32, signals: StopSignals,
        clock: any Clock, random: @escaping () -> Double, observer: (any FetchObserver)?,
        notify: @escaping (String) -> Void
    ) {
        self.settings = settings
        self.output = output
        self.input = input
        self.signals = signals
        self.clock = clock
        self.random = random
        self.observer = observer
        self.notify = notify
        admission = Admission(settings)
        rules = Transfer.Rules(
            bootID: BootID.read(), wholeTimeout: settings.transfer.wholeTimeout, hosts: settings.hosts,
            verification: settings.verification,
            rateLimit: settings.rateLimit.map { RateLimit(bytesPerSecond: $0, clock: clock) }, clock: clock)
        pool = TransferPool(
            settings.transfer, parallel: settings.parallel, loops: settings.loops, rateLimit: rules.rateLimit,
            clock: clock)
        desk = ResultDesk(
            Finisher(output: results, sync: settings.sync, clock: clock, wake: pool.waker),
            mostUnwritten: settings.mostUnwritten)
        hashing = HashThread(wake: pool.waker)
        intake = Intake(input)
        startedAt = clock.monotonic
    }

    package func run() -> FetchEnd {
        while !isDone {
            takeReports()
            for verdict in hashing.takeVerdicts() { conclude(verdict) }
            startWaiting()
            checkQuota()
            takeLines()
            let ended = pool.perform()
            for one in ended { conclude(one) }
            checkOutlook()
            update()
            // Their places are taken before anything is waited for.
            if ended.isEmpty && !isDone { wait() }
        }
        if desk.isClear { desk.close() }
        updatedAt = -.infinity
        update()
        observer?.end()
        return stop ?? .complete(failures: desk.failed)
    }

    private var isDone: Bool {
        if stop != nil && (desk.failure != nil || clock.monotonic - stoppedAt > Self.longestFarewell) { return true }
        return (isInputEnded || stop != nil) && unended == 0 && desk.isClear
    }

    // MARK: - Lines

    private var hasPlace: Bool {
        stop == nil && !isInputEnded && desk.hasRoom && unended < 2 * settings.parallel
            && settings.quota.hasRoom(files: fetched + unended)
            && admission.mayTake(running: pool.count, held: waiting.unbegun, at: clock.monotonic)
    }

    /// Transfers that were begun, and others whose line was taken.
    private var unended: Int { pool.count + waiting.count + hashing.count }

    /// Whether nothing goes on before results have been written.
    private var needsResults: Bool { !desk.hasRoom || stop != nil || (isInputEnded && pool.count == 0) }

    private func takeLines() {
        var taken = 0
        while taken < Self.linesAtOnce && hasPlace {
            taken += 1
            do throws(SystemError) {
                switch try intake.next() {
                case .ready(let record): take(record)
                case .decided(let result): desk.submit(result)
                case .nothingYet: return
                case .ended: isInputEnded = true
                }
            } catch { end(.broken(error)) }
        }
    }

    private func take(_ record: FetchRecord) {
        do throws(Trouble) {
            guard !desk.isBusy(record.path) else {
                throw Trouble(.busy, "this path is being fetched for another line", countsAsAttempt: false)
            }
            guard let file = try ExistingFile.find(record, in: output, settings.verification) else {
                return try start(record)
            }
            guard file.isToBeHashed else { return desk.submit(record.skipped(file)) }
            desk.begin(record.path)
            hashing.check(.existing(file, record))
        } catch {
            desk.submit(record.failed(by: error, retry: settings.retry, now: clock.now))
            stopIfDisk(error)
        }
    }

    private func start(_ record: FetchRecord) throws(Trouble) {
        if let refusal = settings.hosts.refusal(of: record.url) { throw refusal }
        try checkValidity(record)
        try checkSpace()
        let part = try output.part(for: record.path, bootID: rules.bootID)
        desk.begin(record.path)
        startOrHold(Transfer(record, part: part, rules: rules))
    }

    private func checkValidity(_ record: FetchRecord) throws(Trouble) {
        guard let expiresAt = record.expiresAt, expiresAt - clock.now < settings.minValidity else { return }
        let left = Int64(exactly: (expiresAt - clock.now).rounded(.down)) ?? .min + 1
        let message =
            left <= 0
            ? "the URL expired \(-left) s ago: sign the record anew"
            : "the URL is good for \(left) s only: sign the record anew"
        throw Trouble(.expired, message, countsAsAttempt: false)
    }

    /// Looks at the free space now and then: often enough, since a file takes longer than that to fill a disk.
    private func checkSpace() throws(Trouble) {
        guard settings.minFree > 0, clock.monotonic - spaceCheckedAt > Self.spaceCheckInterval else { return }
        spaceCheckedAt = clock.monotonic
        let free: Int64
        do throws(SystemError) { free = try output.freeBytes() } catch { throw Trouble(disk: error) }
        guard free < settings.minFree else { return }
        throw Trouble(
            .diskFull, "\(free >> 20) MiB are free, and --min-free keeps \(ByteCount(settings.minFree))",
            countsAsAttempt: false)
    }

    // MARK: - Tries

    /// A transfer whose line has just been taken.
    private func startOrHold(_ transfer: Transfer) {
        let now = clock.monotonic
        guard settings.jitter == 0, mayBegin(transfer, at: now) else {
            return waiting.add(transfer, due: now + random() * settings.jitter)
        }
        begin(transfer, at: now)
    }

    private func mayBegin(_ transfer: Transfer, at now: Double) -> Bool {
        admission.mayBegin(transfer.record.url.origin, running: pool.count, at: now)
    }

    private func begin(_ transfer: Transfer, at now: Double) {
        admission.began(transfer.record.url.origin, at: now)
        pool.start(transfer)
    }

    private func startWaiting() {
        guard stop == nil, !waiting.isEmpty else { return }
        let now = clock.monotonic
        while let transfer = waiting.next(at: now, mayBegin: { mayBegin($0, at: now) }) {
            do throws(Trouble) {
                if transfer.tries == 0 { try checkValidity(transfer.record) }
                begin(transfer, at: now)
            } catch { fail(transfer, error) }
        }
    }

    private func conclude(_ ended: TransferLoop.Ended) {
        let transfer = ended.transfer
        admission.gates[transfer.record.url.origin].ended()
        if let notice = skew.notice(at: clock.monotonic, transfer.skew) { notify(notice) }
        guard let trouble = ended.trouble else {
            return transfer.isHashBehind ? hashing.check(.part(transfer)) : succeed(transfer)
        }
        if trouble.error != .connect && trouble.countsAsAttempt { admission.outlook.reached() }
        if trouble.error == .rateLimited || transfer.answer.status == 503 { slowDown(transfer, trouble) }
        retryOrFail(transfer, trouble)
    }

    private func conclude(_ verdict: HashThread.Verdict) {
        switch (verdict.subject, verdict.trouble) {
        case (.part(let transfer), nil): succeed(transfer)
        case (.part(let transfer), let trouble?): retryOrFail(transfer, trouble)
        case (.existing(let file, let record), nil): desk.submit(record.skipped(file), path: record.path)
        case (.existing(_, let record), let trouble?) where trouble.error == .mismatch && stop == nil:
            do throws(Trouble) { try start(record) } catch { fail(record, error) }
        case (.existing(_, let record), let trouble?): fail(record, stop == nil ? trouble : .interrupted)
        }
    }

    /// A record whose path is busy, but which has no transfer.
    private func fail(_ record: FetchRecord, _ trouble: Trouble) {
        desk.submit(record.failed(by: trouble, retry: settings.retry, now: clock.now), path: record.path)
        stopIfDisk(trouble)
    }

    /// The origin said that it is too much.
    private func slowDown(_ transfer: Transfer, _ trouble: Trouble) {
        let origin = transfer.record.url.origin
        if let wait = trouble.retryAfter, wait > settings.patience {
            end(.hopeless("'\(origin)' asks to be left alone for \(Int(wait)) s, which is longer than --patience"))
        }
        admission.gates[origin].throttle(
            triedAt: transfer.triedAt, retryAfter: trouble.retryAfter, spread: random(), at: clock.monotonic)
    }

    private func retryOrFail(_ transfer: Transfer, _ trouble: Trouble) {
        if trouble.startsOver && stop == nil {
            do throws(Trouble) { try transfer.part.restart() } catch { return fail(transfer, error) }
        }
        let delay = settings.retry.quickDelay(after: trouble, triesDone: transfer.tries, spread: random())
        guard stop == nil, let delay, delay < transfer.secondsLeft,
            clock.now + delay < transfer.record.expiresAt ?? .infinity
        else {
            admission.outlook.failed(by: trouble, at: clock.monotonic)
            return fail(transfer, trouble)
        }
        retries += 1
        waiting.add(transfer, due: clock.monotonic + delay)
    }

    private func succeed(_ transfer: Transfer) {
        admission.outlook.succeeded()
        admission.gates[transfer.record.url.origin].serve()
        fetched += 1
        endedBytes += transfer.received
        let state = TransferState(transfer, retry: settings.retry, clock)
        let file = FinishedFile(part: transfer.part, modified: transfer.modified, onFailure: { state.failed(by: $0) })
        desk.submit(transfer.record.result(state.success), path: transfer.record.path, file: file)
    }

    private func fail(_ transfer: Transfer, _ trouble: Trouble) {
        endedBytes += transfer.received
        let state = TransferState(transfer, retry: settings.retry, clock)
        transfer.part.leave(startsOver: trouble.startsOver)
        desk.submit(transfer.record.result(state.failed(by: trouble)), path: transfer.record.path)
        stopIfDisk(trouble)
    }

    // MARK: - Stopping

    private func takeReports() {
        desk.takeReports()
        if let error = desk.failure { end(error.isBrokenPipe ? .readerLeft : .broken(error)) }
        if let trouble = desk.diskTrouble { stopIfDisk(trouble) }
    }

    private func takeSignal() {
        guard let signal = signals.next() else { return }
        if case .signal(let first) = stop {
            // The second one leaves at once. timeout(1) and terminals may send two where one was meant.
            guard clock.monotonic - stoppedAt > Self.oneSignal else { return }
            observer?.end()
            Signals.end(by: first)
        }
        end(.signal(signal))
    }

    private func stopIfDisk(_ trouble: Trouble) {
        if trouble.isOfDisk { end(.disk(trouble.message)) }
    }

    /// Stops taking lines, and parks what runs: parts stay where they can be continued, and the results say so.
    private func end(_ reason: FetchEnd) {
        guard stop == nil else { return }
        stop = reason
        stoppedAt = clock.monotonic
        let parked = pool.park() + waiting.removeAll()
        for transfer in parked { fail(transfer, .interrupted) }
        hashing.park()
    }

    /// Patience may end while nothing runs.
    private func checkOutlook() {
        if case .giveUp(let reason) = admission.outlook.advice(at: clock.monotonic) { end(.hopeless(reason)) }
    }

    private func checkQuota() {
        guard !isInputEnded, let reason = settings.quota.exhausted(files: fetched, bytes: received, now: clock.now)
        else { return }
        isInputEnded = true
        notify("\(reason): no more lines are taken")
    }

    // MARK: - Waiting and showing

    private var unendedTransfers: [Transfer] { Array(pool.transfers) + waiting.entries.map(\.transfer) + hashing.parts }

    /// Bytes that came, over all transfers.
    private var received: Int64 { unendedTransfers.reduce(endedBytes) { $0 + $1.received } }

    private func wait() {
        var timeout = observer.map { max(0, updatedAt + $0.interval - clock.monotonic) } ?? 1
        let now = clock.monotonic
        for time in [waiting.nextDue(after: now), admission.nextChange(after: now)].compactMap({ $0 }) {
            timeout = min(timeout, time - now)
        }
        var watched = [MultiHandle.Watched(signals.descriptor)]
        if hasPlace { watched.append(MultiHandle.Watched(input)) }
        desk.flush()
        if desk.prepareWait(forResults: needsResults) { return }
        pool.wait(&watched, milliseconds: Int32((min(timeout, 1) * 1000).rounded(.up)))
        if watched[0].isReady { takeSignal() }
    }

    private func update() {
        guard let observer, clock.monotonic - updatedAt >= observer.interval else { return }
        updatedAt = clock.monotonic
        var progress = FetchProgress()
        (progress.success, progress.skipped, progress.failed) = (desk.success, desk.skipped, desk.failed)
        progress.successBytes = desk.successBytes
        progress.retries = retries
        progress.elapsed = clock.monotonic - startedAt
        progress.bytes = received
        progress.running = pool.transfers.map(\.progress).sorted { ($1.seconds, $0.path) < ($0.seconds, $1.path) }
        progress.holds = admission.holds(waiting.entries.map(\.start), at: clock.monotonic)
        observer.update(progress)
    }
}
