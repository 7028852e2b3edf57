internal import POSIX
internal import Records
internal import Store

/// What becomes of a record: the file, another try, or a failure. Each record that was begun comes to exactly one of
/// `succeed`, `fail` and a result that says it was there.
extension FetchRun {
    // MARK: - Starting

    /// Begins a record whose line has just been read.
    func begin(_ record: FetchRecord) {
        do throws(TryError) {
            guard !results.isBusy(record.path) else {
                throw TryError(.busy, "this path is being fetched for another line", countsAsAttempt: false)
            }
            let file = try ExistingFile.find(
                record.path, orUnder: record.aliases, record.expected, in: world.output, settings.verification)
            guard let file else { return try start(record) }
            guard file.isToBeHashed else { return results.submit(record.skipped(file)) }
            results.reserve(record.path)
            hashing.check(.existing(file, record))
        } catch {
            results.submit(record.failed(by: error, retry: settings.retry, now: world.clock.now))
            stopIfDisk(error)
        }
    }

    private func start(_ record: FetchRecord) throws(TryError) {
        try preflight.check(record)
        let part = try world.output.part(for: record.path, bootID: rules.bootID)
        results.reserve(record.path)
        let transfer = FileTransfer(record, part: part, rules: rules)
        guard settings.jitter == 0, mayStart(transfer, at: now) else {
            return waiting.add(transfer, due: now + world.random() * settings.jitter)
        }
        start(transfer, at: now)
    }

    private func mayStart(_ transfer: FileTransfer, at now: Double) -> Bool {
        admission.mayBegin(transfer.record.url.origin, running: pool.count, at: now)
    }

    private func start(_ transfer: FileTransfer, at now: Double) {
        admission.began(transfer.record.url.origin, at: now)
        pool.start(transfer)
    }

    /// Starts what has waited long enough.
    func startWaiting() {
        guard stop == nil, !waiting.isEmpty else { return }
        let now = now
        while let transfer = waiting.next(at: now, mayBegin: { mayStart($0, at: now) }) {
            do throws(TryError) {
                if transfer.tries == 0 { try preflight.checkValidity(transfer.record) }
                start(transfer, at: now)
            } catch { fail(transfer, error) }
        }
    }

    // MARK: - Ends of tries

    /// Lets the transfers go on, and concludes the tries that have ended by it. False where none has.
    func concludeTries() -> Bool {
        let ended = pool.perform()
        for one in ended { conclude(one) }
        // Patience may end while nothing runs.
        if case .giveUp(let reason) = admission.outlook.advice(at: now) { end(.hopeless(reason)) }
        return !ended.isEmpty
    }

    private func conclude(_ ended: TransferLoop.Ended) {
        let transfer = ended.transfer
        admission.gates[transfer.record.url.origin].ended()
        if let notice = skew.notice(at: now, transfer.skew) { notify(notice) }
        guard let error = ended.error else {
            return transfer.isHashBehind ? hashing.check(.part(transfer)) : succeed(transfer)
        }
        if error.code != .connect && error.countsAsAttempt { admission.outlook.reached() }
        if error.code == .rateLimited || transfer.answer.status == 503 { slowDown(transfer, error) }
        retryOrFail(transfer, error)
    }

    /// Takes what the hash thread has found out.
    func concludeHashes() {
        for verdict in hashing.removeVerdicts() { conclude(verdict) }
    }

    private func conclude(_ verdict: HashThread.Verdict) {
        switch (verdict.subject, verdict.error) {
        case (.part(let transfer), nil): succeed(transfer)
        case (.part(let transfer), let error?): retryOrFail(transfer, error)
        case (.existing(let file, let record), nil): results.submit(record.skipped(file), path: record.path)
        case (.existing(_, let record), let error?) where error.code == .mismatch && stop == nil:
            do throws(TryError) { try start(record) } catch { fail(record, error) }
        case (.existing(_, let record), let error?): fail(record, stop == nil ? error : .interrupted)
        }
    }

    /// The origin said that it is too much.
    private func slowDown(_ transfer: FileTransfer, _ error: TryError) {
        let origin = transfer.record.url.origin
        if let wait = error.retryAfter, wait > settings.patience {
            end(.hopeless("'\(origin)' asks to be left alone for \(Int(wait)) s, which is longer than --patience"))
        }
        admission.gates[origin].throttle(
            triedAt: transfer.triedAt, retryAfter: error.retryAfter, spread: world.random(), at: now)
    }

    private func retryOrFail(_ transfer: FileTransfer, _ error: TryError) {
        if error.startsOver && stop == nil {
            do throws(TryError) { try transfer.part.restart() } catch { return fail(transfer, error) }
        }
        let delay = settings.retry.quickDelay(after: error, triesDone: transfer.tries, spread: world.random())
        guard stop == nil, let delay, delay < transfer.secondsLeft,
            world.clock.now + delay < transfer.record.expiresAt ?? .infinity
        else {
            admission.outlook.failed(by: error, at: now)
            return fail(transfer, error)
        }
        retries += 1
        waiting.add(transfer, due: now + delay)
    }

    private func succeed(_ transfer: FileTransfer) {
        admission.outlook.succeeded()
        admission.gates[transfer.record.url.origin].serve()
        fetched += 1
        endedBytes += transfer.received
        let ended = EndedTransfer(transfer, retry: settings.retry, world.clock)
        let file = FinishedFile(part: transfer.part, modified: transfer.modified, onFailure: { ended.failed(by: $0) })
        results.submit(transfer.record.result(ended.success), path: transfer.record.path, file: file)
    }

    func fail(_ transfer: FileTransfer, _ error: TryError) {
        endedBytes += transfer.received
        let ended = EndedTransfer(transfer, retry: settings.retry, world.clock)
        transfer.part.leave(startsOver: error.startsOver)
        results.submit(transfer.record.result(ended.failed(by: error)), path: transfer.record.path)
        stopIfDisk(error)
    }

    /// A record whose path is reserved, but which has no transfer.
    private func fail(_ record: FetchRecord, _ error: TryError) {
        results.submit(record.failed(by: error, retry: settings.retry, now: world.clock.now), path: record.path)
        stopIfDisk(error)
    }
}
