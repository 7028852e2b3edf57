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
    private let bootID = BootID.read()
    private let input: Int32
    private var intake: Intake
    private let pool: TransferPool
    private let desk: ResultDesk
    private let hashing: HashThread
    /// Transfers that wait for their next quick try, until the time on the monotonic clock.
    private var waiting: [(due: Double, transfer: Transfer)] = []
    /// Records whose files are there, but are not what they say.
    private var outdated: [FetchRecord] = []
    private var outlook: Outlook
    private var isInputEnded = false
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

    package init(
        _ settings: FetchSettings, output: OutputFolder, input: Int32, results: Int32, signals: StopSignals,
        clock: any Clock, random: @escaping () -> Double, observer: (any FetchObserver)?
    ) {
        self.settings = settings
        self.output = output
        self.input = input
        self.signals = signals
        self.clock = clock
        self.random = random
        self.observer = observer
        outlook = Outlook(patience: settings.patience)
        pool = TransferPool(settings.transfer, parallel: settings.parallel, loops: settings.loops)
        desk = ResultDesk(Finisher(output: results, sync: settings.sync, clock: clock, wake: pool.waker))
        hashing = HashThread(wake: pool.waker)
        intake = Intake(input)
        startedAt = clock.monotonic
    }

    package func run() -> FetchEnd {
        while !isDone {
            takeReports()
            for verdict in hashing.takeVerdicts() { conclude(verdict) }
            startDueRetries()
            replaceOutdated()
            takeLines()
            for ended in pool.perform() { conclude(ended) }
            update()
            if !isDone { wait() }
        }
        if desk.isClear { desk.close() }
        updatedAt = -.infinity
        update()
        return stop ?? .complete(failures: desk.failed)
    }

    private var isDone: Bool {
        if stop != nil && (desk.failure != nil || clock.monotonic - stoppedAt > Self.longestFarewell) { return true }
        return (isInputEnded || stop != nil) && pool.count + placesKept == 0 && desk.isClear
    }

    /// Records that were taken and are not running now.
    private var placesKept: Int { waiting.count + hashing.count + outdated.count }

    // MARK: - Lines

    private var hasPlace: Bool {
        stop == nil && !isInputEnded && mayStart && pool.count + placesKept < 2 * settings.parallel && desk.hasRoom
    }

    /// Whether one more transfer may run. While nothing is reachable that is one at a time, now and then.
    private var mayStart: Bool {
        switch outlook.advice(at: clock.monotonic) {
        case .goOn: pool.count < settings.parallel
        case .pause(let time): pool.count == 0 && clock.monotonic >= time
        case .giveUp: false
        }
    }

    /// Whether nothing goes on before results have been written.
    private var needsResults: Bool { !desk.hasRoom || stop != nil || (isInputEnded && pool.count == 0) }

    private func takeLines() {
        for _ in 0..<Self.linesAtOnce where hasPlace {
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
            if let file = try ExistingFile.find(record, in: output, settings.verification) {
                guard file.isToBeHashed else { return desk.submit(record.skipped(file)) }
                desk.begin(record.path)
                return hashing.check(.existing(file, record))
            }
            try start(record)
        } catch {
            desk.submit(record.failed(by: error, retry: settings.retry, now: clock.now))
            stopIfDisk(error)
        }
    }

    private func start(_ record: FetchRecord) throws(Trouble) {
        try checkValidity(record)
        try checkSpace()
        let part = try output.part(for: record.path, bootID: bootID)
        desk.begin(record.path)
        pool.start(
            Transfer(
                record, part: part, verification: settings.verification, bootID: bootID,
                wholeTimeout: settings.transfer.wholeTimeout, clock: clock))
    }

    private func replaceOutdated() {
        while mayStart, let record = outdated.popLast() {
            do throws(Trouble) { try start(record) } catch {
                fail(record, error)
                stopIfDisk(error)
            }
        }
    }

    /// It had been begun, and the origin was not asked.
    private func fail(_ record: FetchRecord, _ trouble: Trouble) {
        desk.submit(record.failed(by: trouble, retry: settings.retry, now: clock.now), path: record.path)
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

    private func startDueRetries() {
        guard stop == nil, !waiting.isEmpty else { return }
        let now = clock.monotonic
        while mayStart, let index = waiting.firstIndex(where: { $0.due <= now }) {
            pool.start(waiting.remove(at: index).transfer)
        }
    }

    private func conclude(_ ended: TransferLoop.Ended) {
        guard let trouble = ended.trouble else {
            return ended.transfer.isHashBehind ? hashing.check(.part(ended.transfer)) : succeed(ended.transfer)
        }
        if trouble.error != .connect && trouble.countsAsAttempt { outlook.reached() }
        retryOrFail(ended.transfer, trouble)
        if case .giveUp(let reason) = outlook.advice(at: clock.monotonic) { end(.hopeless(reason)) }
    }

    private func conclude(_ verdict: HashThread.Verdict) {
        switch (verdict.subject, verdict.trouble) {
        case (.part(let transfer), nil): succeed(transfer)
        case (.part(let transfer), let trouble?): retryOrFail(transfer, trouble)
        case (.existing(let file, let record), nil): desk.submit(record.skipped(file), path: record.path)
        case (.existing(_, let record), let trouble?) where trouble.error == .mismatch && stop == nil:
            outdated.append(record)
        case (.existing(_, let record), let trouble?):
            fail(record, stop == nil ? trouble : .interrupted)
            stopIfDisk(trouble)
        }
    }

    private func retryOrFail(_ transfer: Transfer, _ trouble: Trouble) {
        if trouble.startsOver && stop == nil {
            do throws(Trouble) { try transfer.part.restart() } catch { return fail(transfer, error) }
        }
        let delay = settings.retry.quickDelay(after: trouble, triesDone: transfer.tries, spread: random())
        guard stop == nil, let delay, delay < transfer.secondsLeft,
            clock.now + delay < transfer.record.expiresAt ?? .infinity
        else {
            outlook.failed(by: trouble, at: clock.monotonic)
            return fail(transfer, trouble)
        }
        retries += 1
        waiting.append((clock.monotonic + delay, transfer))
    }

    private func succeed(_ transfer: Transfer) {
        outlook.succeeded()
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
            if clock.monotonic - stoppedAt > Self.oneSignal { Signals.end(by: first) }
            return
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
        let parked = pool.park() + waiting.map(\.transfer)
        waiting.removeAll()
        for transfer in parked { fail(transfer, .interrupted) }
        hashing.park()
        for record in outdated { fail(record, .interrupted) }
        outdated.removeAll()
    }

    // MARK: - Waiting and showing

    private func wait() {
        var timeout = observer.map { max(0, updatedAt + $0.interval - clock.monotonic) } ?? 1
        if let due = waiting.map(\.due).min(), pool.count < settings.parallel {
            timeout = min(timeout, max(0, due - clock.monotonic))
        }
        var watched = [MultiHandle.Watched(signals.descriptor)]
        if hasPlace { watched.append(MultiHandle.Watched(input)) }
        if desk.prepareWait(forResults: needsResults) { return }
        pool.wait(&watched, milliseconds: Int32((min(timeout, 1) * 1000).rounded(.up)))
        if watched[0].isReady { takeSignal() }
    }

    private func update() {
        guard let observer, clock.monotonic - updatedAt >= observer.interval else { return }
        updatedAt = clock.monotonic
        var progress = FetchProgress()
        (progress.success, progress.skipped, progress.failed) = (desk.success, desk.skipped, desk.failed)
        (progress.retries, progress.waiting) = (retries, waiting.count)
        progress.elapsed = clock.monotonic - startedAt
        let unended = Array(pool.transfers) + waiting.map(\.transfer) + hashing.parts
        progress.bytes = unended.reduce(endedBytes) { $0 + $1.received }
        progress.running = pool.transfers.map(\.progress).sorted { $0.path < $1.path }
        observer.update(progress)
    }
}
