internal import POSIX
internal import Records
internal import Store

/// What becomes of a record: the file, another try, or a failure. Each record that was begun comes to exactly one of
/// `succeed`, `fail` and a result that says it was there.
extension FetchRun {
    // MARK: - Starting

    /// Begins a record whose line has just been read.
    func begin(_ record: FetchRecord) {
        admission.evidence.meet(record.url.origin, at: steadyTime)
        do throws(TryError) {
            try checkBusy(record)
            let file = try existingFile(of: record)
            // Other loops have gone on meanwhile.
            guard stop == nil else { throw .interrupted }
            if let file, !file.isToBeHashed, !settings.refreshes {
                debug?("'\(record.path)': is there, as '\(file.path)' with \(file.size) bytes")
                return results.submit(record.skipped(file))
            }
            try checkBusy(record)
            results.reserve(record.path)
            if let file, file.isToBeHashed {
                debug?("'\(record.path)': is there, as '\(file.path)', and its hash is checked")
                hashing.check(.existing(file, record))
            } else if admission.mustWait(record.url.origin, at: now) {
                debug?("'\(record.path)': waits, as '\(Admission.host(record.url.origin))' is not asked now")
                deferred.add(record, at: now)
            } else {
                do throws(TryError) { try start(record, refreshing: file) } catch {
                    results.release(record.path)
                    throw error
                }
            }
        } catch {
            debug?("'\(record.path)': not tried: \(error.code.rawValue): \(error.message)")
            results.submit(record.failed(by: error, retry: settings.retry, now: world.clock.now))
            stopIfDisk(error)
        }
    }

    func existingFile(of record: FetchRecord) throws(TryError) -> ExistingFile? {
        try looking { () throws(TryError) in
            try ExistingFile.find(
                record.path, orUnder: record.aliases, record.expected, in: world.output, settings.verification)
        }
    }

    private func checkBusy(_ record: FetchRecord) throws(TryError) {
        guard results.isBusy(record.path) else { return }
        throw TryError(.busy, "this path is being fetched for another line", countsAsAttempt: false)
    }

    /// Begins a record whose path is reserved.
    ///
    /// - Parameter file: which is fetched again if its object has changed.
    func start(_ record: FetchRecord, refreshing file: ExistingFile? = nil) throws(TryError) {
        try preflight.check(record)
        let part = try looking { () throws(TryError) in
            try world.output.part(for: record.path, bootID: rules.bootID, isLikely: file == nil)
        }
        let condition = file.map { RefreshCondition($0, record.version) }
        let transfer = FileTransfer(record, part: part, condition: condition, rules: rules)
        guard stop == nil else { return fail(transfer, .interrupted) }
        guard settings.jitter == 0, mayStart(transfer, at: now) else {
            return wait(transfer, seconds: world.random() * settings.jitter)
        }
        start(transfer, at: now)
    }

    func mayStart(_ transfer: FileTransfer, at now: Double) -> Bool {
        current.hasPlace && admission.mayBegin(transfer.record.url.origin, running: connections, at: now)
    }

    func start(_ transfer: FileTransfer, at now: Double) {
        admission.began(transfer.record.url.origin, at: now)
        // To look at each URL would cost more than it tells: a run has one key.
        if admission.evidence.signer == nil, transfer.record.url.isSigned {
            admission.evidence.use(signer: transfer.record.signature.signer)
        }
        debug?(transfer.startText)
        transfer.isLarge = sizes.isLarge(transfer.record)
        current.start(transfer)
    }

    // MARK: - Ends of tries

    /// Lets the transfers go on, and concludes the tries that have ended by it. False where none has.
    func concludeTries() -> Bool {
        if stop != nil { for transfer in park() { fail(transfer, .interrupted) } }
        let transfers = current.transfers
        let ended = unlocked { transfers.perform() }
        for range in transfers.takeEndedRanges() { conclude(range) }
        for one in ended { conclude(one) }
        // Patience may end while nothing runs.
        if stop == nil, let reason = hopelessness { end(.hopeless(reason)) }
        return !ended.isEmpty
    }

    private var hopelessness: String? {
        admission.hopelessness(
            at: now, unixTime: steadyTime, hasSeenAll: isInputEnded && linesInHand == 0 || !deferred.hasRoom,
            mayWait: settings.hasNextRun, isNothingLeft: isAlone)
    }

    private func conclude(_ ended: TransferLoop.Ended) {
        let transfer = ended.transfer
        current.remove(transfer)
        admission.gates[transfer.record.url.origin].ended()
        if let notice = skew.notice(at: now, transfer.skew) { notify(notice) }
        debug?(transfer.endText(ended.error))
        guard let error = ended.error else {
            if transfer.isUnchanged { return confirm(transfer) }
            return transfer.isHashBehind ? hashing.check(.part(transfer)) : succeed(transfer)
        }
        // What cannot be continued brings the file no nearer, however often it begins.
        if transfer.bytesOfTry > 0 {
            transfer.part.canContinue ? served(transfer) : admission.opened(unixTime: steadyTime)
        }
        if trouble == nil, stop == nil, error.owner != .record {
            trouble = "'\(transfer.record.path.text)': \(error.message)"
        }
        admission.tryFailed(transfer.record.url.origin, error.owner, at: now)
        if AnswerJudge.asksToSlowDown(transfer.answer, error) { slowDown(transfer, error) }
        retryOrFail(transfer, error)
        debugAdmission()
    }

    /// Takes what the hash thread has found out.
    func concludeHashes() {
        for verdict in hashing.removeVerdicts() { conclude(verdict) }
    }

    private func conclude(_ verdict: HashThread.Verdict) {
        switch (verdict.subject, verdict.error) {
        case (.part(let transfer), nil): succeed(transfer)
        case (.part(let transfer), let error?): retryOrFail(transfer, error)
        case (.existing(let file, let record), nil) where settings.refreshes && stop == nil:
            do throws(TryError) { try start(record, refreshing: file) } catch { fail(record, error) }
        case (.existing(let file, let record), nil): results.submit(record.skipped(file), path: record.path)
        case (.existing(_, let record), let error?) where error.code == .mismatch && stop == nil:
            do throws(TryError) { try start(record) } catch { fail(record, error) }
        case (.existing(_, let record), let error?): fail(record, stop == nil ? error : .interrupted)
        }
    }

    /// The origin said that it is too much.
    private func slowDown(_ transfer: FileTransfer, _ error: TryError) {
        let origin = transfer.record.url.origin
        let before = admission.gates[origin]
        admission.gates[origin].throttle(
            triedAt: transfer.triedAt, retryAfter: error.retryAfter, spread: world.random(), at: now)
        // The one that was told so has ended already.
        followGate(by: min(before.limit, before.running + 1) - admission.gates[origin].limit)
    }

    private func retryOrFail(_ transfer: FileTransfer, _ error: TryError) {
        if error.startsOver && stop == nil {
            do throws(TryError) { try transfer.part.restart() } catch { return fail(transfer, error) }
        }
        let delay = settings.retry.quickDelay(after: error, triesDone: transfer.tries, spread: world.random())
        guard stop == nil, let delay, delay < transfer.secondsLeft,
            !admission.isProbing(transfer.record.url.origin, at: now),
            world.clock.now + delay < transfer.record.expiresAt ?? .infinity
        else { return settle(transfer, error) }
        retries += 1
        debug?("'\(transfer.record.path)': tries again in \(Int((delay * 1000).rounded())) ms")
        wait(transfer, seconds: delay)
    }

    /// The last try of a record has ended without the file: decides whose fault that is.
    private func settle(_ transfer: FileTransfer, _ error: TryError) {
        guard stop == nil else { return fail(transfer, error) }
        let (origin, unixTime) = (transfer.record.url.origin, steadyTime)
        // These two name what is in the way (RFC 9110, section 15.5.8; RFC 6585, section 6).
        let namesProxy = [407, 511].contains(transfer.answer.status)
        let isForeign =
            !namesProxy && (error.owner == .record || error.owner == .way)
            && admission.evidence.isForeign(transfer.answer, from: origin)
        let failed = failedTry(transfer, error, isForeign: isForeign)
        if transfer.answer.status > 0, isForeign ? admission.evidence.way.isCondemned : error.owner != .way {
            admission.cameThrough(unixTime: unixTime)
        }
        if error.owner == .credentials { admission.evidence.use(signer: transfer.record.signature.signer) }
        let finding = admission.recordFailed(failed, at: now, unixTime: unixTime)
        if finding.owner == .process { admission.reduce(running: running) }
        // What a host in trouble may answer as well does not clear it, whoever pays for the try.
        if finding.owner == FaultOwner.record, error.owner != .host, transfer.answer.status > 0, !isForeign {
            admission.answered(origin, isNews: transfer.record.attempt == 0, unixTime: unixTime)
        }
        debug?(
            "'\(transfer.record.path)': failed: \(error.code.rawValue), owner \(finding.owner.rawValue), "
                + "evidence: \(finding.evidence)")
        var settled = error
        settled.owner = finding.owner
        // What others were served meanwhile with the same key refuses the object, or refused a moment too early.
        let isFirstRefusal = error.owner == .credentials && transfer.record.attempt == 0
        settled.isUncertain = isForeign || transfer.answer.mayBeAnybodysRedirect || isFirstRefusal
        settled.failingFor = admission.evidence.secondsFailing(finding.owner, origin, isForeign: isForeign)
        fail(transfer, settled, evidence: finding.evidence)
        giveBackWaiting(of: origin, because: error)
    }

    func failedTry(_ transfer: FileTransfer, _ error: TryError, isForeign: Bool = false) -> FailedTry {
        FailedTry(
            error: error, origin: transfer.record.url.origin, record: Evidence.hash(transfer.record.path.text),
            folder: Evidence.hash(transfer.record.path.folder), startedAt: steadyTime - (now - transfer.triedAt),
            hadContact: transfer.hadContact, isForeign: isForeign, isAlone: isAlone,
            attempt: transfer.record.attempt, scope: RefusalScope(transfer.answer.errorElement("Code")))
    }

    /// Whether no other record is left, as far as is known, that could tell more.
    private var isAlone: Bool {
        isInputEnded && unended == 0 && deferred.isEmpty
    }

    private func served(_ transfer: FileTransfer) {
        admission.served(transfer.record.url.origin, transfer.answer.marks, unixTime: steadyTime)
    }

    private func succeed(_ transfer: FileTransfer) {
        served(transfer)
        admission.gates[transfer.record.url.origin].serve()
        fetched += 1
        sizes.learn(transfer.part.length)
        endedBytes += transfer.received
        let ended = EndedTransfer(transfer, retry: settings.retry, world.clock)
        var file = FinishedFile(part: transfer.part, modified: transfer.modified, onFailure: { ended.failed(by: $0) })
        file.replaced = world.oldFiles.map { OldFile(transfer.record.path, of: world.output, keptIn: $0) }
        results.submit(transfer.record.result(ended.success), path: transfer.record.path, file: file)
    }

    /// The origin has what is here.
    private func confirm(_ transfer: FileTransfer) {
        served(transfer)
        admission.gates[transfer.record.url.origin].serve()
        endedBytes += transfer.received
        confirmed += 1
        // What an earlier run has fetched of another version is of no use.
        transfer.part.leave(startsOver: true)
        results.submit(transfer.unchangedResult, path: transfer.record.path)
    }

    /// - Parameter evidence: why it is the fault of the error's owner, in a few words.
    func fail(_ transfer: FileTransfer, _ error: TryError, evidence: String? = nil) {
        endedBytes += transfer.received
        let ended = EndedTransfer(transfer, retry: settings.retry, world.clock)
        transfer.part.leave(startsOver: error.startsOver)
        results.submit(
            transfer.record.result(ended.failed(by: error, evidence: evidence)), path: transfer.record.path)
        stopIfDisk(error)
    }

    /// A record whose path is reserved, but which has no transfer.
    func fail(_ record: FetchRecord, _ error: TryError) {
        results.submit(record.failed(by: error, retry: settings.retry, now: world.clock.now), path: record.path)
        stopIfDisk(error)
    }
}
