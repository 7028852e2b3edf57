internal import Records
internal import Store

/// What waits: for a time, for a place, or for a host that is not asked now. It is begun, or comes back as it came.
extension FetchRun {
    /// A loop that has nothing to do may start it: it learns when.
    func wait(_ transfer: FileTransfer, seconds: Double) {
        waiting.add(transfer, due: now + seconds)
        loops.first { $0 !== current && $0.isIdle }?.wake()
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

    /// Starts what waits for a host that may be asked again. Where nothing else is left to do, and others live or may come
    /// behind it, the rest comes back as it came: waiting for its hosts would hold up the others.
    func startDeferred() {
        guard stop == nil, !deferred.isEmpty else { return }
        let now = now
        // Whether all lines that there are now have been looked at, as far as there is room for them.
        let areLinesSeen = isInputEnded || isInputDry || !deferred.hasRoom
        while let record = deferred.next(
            where: { origin, records in
                current.hasPlace && admission.mayBegin(origin, running: connections, at: now)
                    && (areLinesSeen || admission.hasNewProbe(records))
            },
            choose: { admission.probe($0, world.random) })
        {
            do throws(TryError) {
                try start(record, refreshing: settings.refreshes ? existingFile(of: record) : nil)
            } catch { fail(record, error) }
        }
        guard unended == 0, areDeferredInTheWay(at: now) else { return }
        for record in deferred.removeAll() {
            fail(record, notTried(record.url.origin))
        }
    }

    private func areDeferredInTheWay(at now: Double) -> Bool {
        guard deferred.origins.allSatisfy({ admission.isAway($0, at: now) }) else { return false }
        if !deferred.hasRoom { return hasLivingHost || deferred.haveWaitedLong(at: now) }
        return isInputEnded
            && (hasLivingHost || admission.areAllAwayForLong(deferred.origins, at: now)
                || settings.hasNextRun && deferred.haveWaitedLong(at: now))
    }

    /// Why a record comes back as it came.
    private func notTried(_ origin: String) -> TryError {
        let (host, isDown) = (Admission.host(origin), admission.isDown(origin))
        var error = TryError(
            isDown ? .connect : .rateLimited,
            "not tried: '\(host)' " + (isDown ? "does not serve" : "asked for a pause"),
            owner: .host, retryAfter: max(0, admission.gates[origin].pausedUntil - now), countsAsAttempt: false)
        error.failingFor = admission.evidence.secondsFailing(.host, origin)
        return error
    }

    var hasLivingHost: Bool { admission.hasLivingHost(at: now, unixTime: steadyTime) }

    /// What waits for another try at a host that was condemned now, or wants to be left alone for long, comes back: its
    /// places are for others. What it has met counts.
    func giveBackWaiting(of origin: String, because error: TryError) {
        guard
            admission.isDown(origin) || admission.areAllAwayForLong([origin], at: now)
                || admission.isAway(origin, at: now) && hasLivingHost
        else { return }
        for transfer in waiting.removeAll(where: { $0.record.url.origin == origin }) {
            if transfer.tries > 0 { admission.evidence.witness(failedTry(transfer, error), at: steadyTime) }
            fail(transfer, notTried(origin))
        }
    }
}
