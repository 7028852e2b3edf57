internal import POSIX
internal import Records
internal import Store

/// Starts transfers when they may start, and decides what becomes of each try: the file, another try, or a failed
/// record. It keeps every record from its line to its result.
final class TransferScheduler {
    private let settings: FetchSettings
    private let output: OutputFolder
    private let clock: any Clock
    private let random: () -> Double
    private let notify: (String) -> Void
    private let rules: Transfer.Rules
    private let desk: ResultDesk
    private let pool: TransferPool
    private let hashing: HashThread
    private var preflight: Preflight
    private var admission: Admission
    private var waiting = StartQueue()
    private var skew = ClockSkew()
    /// Why nothing is started any more, and since when, on the monotonic clock.
    private(set) var stop: FetchEnd?
    private(set) var stoppedAt = 0.0
    /// Files that were fetched, or whose bytes are here at least.
    private(set) var fetched = 0
    /// Quick retries.
    private(set) var retries = 0
    /// Bytes that transfers which have ended brought.
    private var endedBytes: Int64 = 0

    init(
        _ settings: FetchSettings, _ rules: Transfer.Rules, output: OutputFolder, pool: TransferPool, desk: ResultDesk,
        random: @escaping () -> Double, notify: @escaping (String) -> Void
    ) {
        self.settings = settings
        self.rules = rules
        self.output = output
        self.pool = pool
        self.desk = desk
        self.random = random
        self.notify = notify
        clock = rules.clock
        hashing = HashThread(wake: pool.waker)
        preflight = Preflight(settings, output, rules.clock)
        admission = Admission(settings)
    }

    /// Transfers that were begun, and others whose line was taken.
    var unended: Int { pool.count + waiting.count + hashing.count }

    /// Whether there is a place for one more line.
    var hasPlace: Bool {
        stop == nil && unended < 2 * settings.parallel && settings.quota.hasRoom(files: fetched + unended)
            && admission.mayTake(running: pool.count, held: waiting.unbegun, at: clock.monotonic)
    }

    /// Bytes that came, over all transfers.
    var received: Int64 {
        let unended = Array(pool.transfers) + waiting.entries.map(\.transfer) + hashing.parts
        return unended.reduce(endedBytes) { $0 + $1.received }
    }

    /// What keeps transfers waiting.
    var holds: [FetchProgress.Hold] { admission.holds(waiting.entries.map(\.start), at: clock.monotonic) }

    /// When something may change by time alone.
    func nextChange(after now: Double) -> Double? {
        [waiting.nextDue(after: now), admission.nextChange(after: now)].compactMap { $0 }.min()
    }

    // MARK: - Starting

    /// Takes a record whose line has just been read.
    func take(_ record: FetchRecord) {
        do throws(TryError) {
            guard !desk.isBusy(record.path) else {
                throw TryError(.busy, "this path is being fetched for another line", countsAsAttempt: false)
            }
            guard
                let file = try ExistingFile.find(
                    record.path, orUnder: record.aliases, record.expected, in: output, settings.verification)
            else {
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

    private func start(_ record: FetchRecord) throws(TryError) {
        try preflight.check(record)
        let part = try output.part(for: record.path, bootID: rules.bootID)
        desk.begin(record.path)
        startOrHold(Transfer(record, part: part, rules: rules))
    }

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

    /// Starts what has waited long enough.
    func startWaiting() {
        guard stop == nil, !waiting.isEmpty else { return }
        let now = clock.monotonic
        while let transfer = waiting.next(at: now, mayBegin: { mayBegin($0, at: now) }) {
            do throws(TryError) {
                if transfer.tries == 0 { try preflight.checkValidity(transfer.record) }
                begin(transfer, at: now)
            } catch { fail(transfer, error) }
        }
    }

    // MARK: - Ends of tries

    /// Takes what the hash thread has found out.
    func concludeHashes() {
        for verdict in hashing.takeVerdicts() { conclude(verdict) }
    }

    /// Lets the transfers go on, and takes the tries that have ended by it. False where none has.
    func perform() -> Bool {
        let ended = pool.perform()
        for one in ended { conclude(one) }
        // Patience may end while nothing runs.
        if case .giveUp(let reason) = admission.outlook.advice(at: clock.monotonic) { end(.hopeless(reason)) }
        return !ended.isEmpty
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
            do throws(TryError) { try start(record) } catch { fail(record, error) }
        case (.existing(_, let record), let trouble?): fail(record, stop == nil ? trouble : .interrupted)
        }
    }

    /// The origin said that it is too much.
    private func slowDown(_ transfer: Transfer, _ trouble: TryError) {
        let origin = transfer.record.url.origin
        if let wait = trouble.retryAfter, wait > settings.patience {
            end(.hopeless("'\(origin)' asks to be left alone for \(Int(wait)) s, which is longer than --patience"))
        }
        admission.gates[origin].throttle(
            triedAt: transfer.triedAt, retryAfter: trouble.retryAfter, spread: random(), at: clock.monotonic)
    }

    private func retryOrFail(_ transfer: Transfer, _ trouble: TryError) {
        if trouble.startsOver && stop == nil {
            do throws(TryError) { try transfer.part.restart() } catch { return fail(transfer, error) }
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

    private func fail(_ transfer: Transfer, _ trouble: TryError) {
        endedBytes += transfer.received
        let state = TransferState(transfer, retry: settings.retry, clock)
        transfer.part.leave(startsOver: trouble.startsOver)
        desk.submit(transfer.record.result(state.failed(by: trouble)), path: transfer.record.path)
        stopIfDisk(trouble)
    }

    /// A record whose path is busy, but which has no transfer.
    private func fail(_ record: FetchRecord, _ trouble: TryError) {
        desk.submit(record.failed(by: trouble, retry: settings.retry, now: clock.now), path: record.path)
        stopIfDisk(trouble)
    }

    // MARK: - Stopping

    /// No further file has a chance where the disk is to blame.
    func stopIfDisk(_ trouble: TryError) {
        if trouble.isOfDisk { end(.disk(trouble.message)) }
    }

    /// What people should hear of the disk, once.
    func takeDiskNotices() -> [String] { output.takeNotices() }

    /// Starts nothing more, and parks what runs: parts stay where they can be continued, and the results say so. Only
    /// the first reason counts.
    func end(_ reason: FetchEnd) {
        guard stop == nil else { return }
        stop = reason
        stoppedAt = clock.monotonic
        let parked = pool.park() + waiting.removeAll()
        for transfer in parked { fail(transfer, .interrupted) }
        hashing.park()
    }
}
