internal import Records
internal import Store

/// Whether one more transfer may begin: by number, by host, by pace, and by what is condemned. Pure: times are
/// arguments, on the monotonic clock.
final class Admission {
    /// Transfers at one time that are asked for now.
    private(set) var wanted: Int
    /// As many as this process has descriptors and memory for.
    private var affordable = Int.max
    private let perHost: Int?
    let patience: Double
    /// Who was not met for this many seconds has no more work.
    let recently: Double
    var gates: HostGates
    var pacing: Pacing
    var evidence: Evidence
    /// Whether a host has answered for itself in this run: then what earlier ones met may be over.
    private(set) var hasAnswered = false
    /// What failed at a host in this run since it last served.
    private(set) var streaks: [String: Streak] = [:]
    /// When the next request may find out whether a condemned host, or the way, serves again.
    private(set) var probes: [String: Probe] = [:]
    private(set) var wayProbe = Probe()
    /// Nothing gets through on the way.
    private(set) var wayBlockade: Blockade?
    /// No host that was asked serves.
    private(set) var hostBlockade: Blockade?

    /// The time of one request now and then.
    struct Probe {
        var next = -Double.infinity
        var delay = Self.first

        static let first = 5.0
        static let longest = 60.0

        /// Tries that ran already when it was condemned end before the next probe: they are none.
        mutating func failed(at now: Double) {
            guard now >= next else { return }
            next = now + delay
            delay = min(delay * 2, Self.longest)
        }
    }

    /// A time in which nothing that was asked came, by the failures of one owner: what somebody else did tells nothing of
    /// him.
    struct Blockade {
        /// Since when this run has seen it.
        let since: Double
        /// Records that have failed in this run since then.
        var failed = 0
    }

    /// Failures in a row.
    struct Streak {
        /// When the first try failed.
        let since: Double
        /// Records whose last try failed.
        var records = 0
    }

    /// So many records tell that nothing has changed since an earlier run.
    static let enoughToTell = 3
    /// A quick retry is for what passes quickly: who has failed whoever asked for so many seconds gets none.
    private static let longestQuick = 60.0

    init(_ settings: FetchSettings, _ evidence: Evidence) {
        wanted = settings.parallel
        perHost = settings.perHost
        patience = settings.patience
        recently = max(patience, 2 * settings.retry.longestBackoff)
        gates = HostGates(ceiling: min(settings.perHost ?? settings.parallel, settings.parallel))
        pacing = Pacing(perSecond: settings.startsPerSecond)
        self.evidence = evidence
    }

    /// Transfers at one time.
    var parallel: Int { min(wanted, affordable) }

    /// Other numbers from now on. What runs is completed.
    func change(parallel: Int, startsPerSecond: Double?) {
        wanted = parallel
        gates.change(ceiling: min(perHost ?? parallel, parallel))
        pacing.change(perSecond: startsPerSecond)
    }

    // MARK: - May it begin?

    /// Whether a host is condemned: what is for it waits, and takes no place from what is for others.
    func isDown(_ origin: String) -> Bool { evidence.hosts.has(origin) { $0.isCondemned } }

    /// Whether a host is condemned, or asked for a pause.
    func isAway(_ origin: String, at now: Double) -> Bool { isDown(origin) || gates[origin].isAway(at: now) }

    /// Whether a record of this host has to wait, and takes no place from others meanwhile.
    func mustWait(_ origin: String, at now: Double) -> Bool {
        if isDown(origin) { return true }
        let gate = gates[origin]
        // One that has all places waits as any other does.
        return !gate.isOpen(at: now) && gate.running < parallel
    }

    /// Whether a request to this host only finds out whether it, or the way, serves again: then one is enough.
    func isProbing(_ origin: String, at now: Double) -> Bool {
        let seconds = max(now - (streaks[origin]?.since ?? now), evidence.secondsFailing(.host, origin))
        return isDown(origin) || evidence.way.isCondemned || seconds >= Self.longestQuick
    }

    /// Whether some host can be asked: one of this run, or one that served an earlier one not long ago.
    func hasLivingHost(at now: Double, unixTime: Double) -> Bool {
        !evidence.way.isCondemned
            && (gates.origins.contains { !isAway($0, at: now) } || hasOtherHost(unixTime: unixTime))
    }

    /// Whether other hosts have work, in this round or another one, and are not condemned.
    func hasOtherHost(unixTime: Double) -> Bool {
        evidence.hosts.contains { origin, host in
            !host.isCondemned && host.secondsFailing < patience && hasWork(host, unixTime: unixTime)
                && !gates.origins.contains(origin)
        }
    }

    /// Which of an origin's records is asked for next: the first; but if the origin is down any that has not failed since
    /// it last served. Bad objects are often together, and would hide that it serves again.
    func probe(_ records: [FetchRecord], _ random: () -> Double) -> Int {
        guard let origin = records.first?.url.origin, isDown(origin) else { return 0 }
        let untried = records.indices.filter { hasNotFailed(records[$0], at: origin) }
        let choices = untried.isEmpty ? Array(records.indices) : untried
        return choices[Int(random() * Double(choices.count))]
    }

    /// Whether one of an origin's records can tell more than those that have failed: lines that come behind may be such.
    func hasNewProbe(_ records: [FetchRecord]) -> Bool {
        guard let origin = records.first?.url.origin, isDown(origin) else { return true }
        return records.contains { hasNotFailed($0, at: origin) }
    }

    private func hasNotFailed(_ record: FetchRecord, at origin: String) -> Bool {
        !evidence.hosts.has(origin) { $0.records.contains(Evidence.hash(record.path.text)) }
    }

    /// Whether all of these asked for a pause longer than a run should wait for them.
    func areAllAwayForLong(_ origins: some Sequence<String>, at now: Double) -> Bool {
        origins.allSatisfy { gates[$0].pausedUntil > now + Probe.longest }
    }

    private func isOpen(running: Int, at now: Double) -> Bool {
        guard pacing.isOpen(at: now), running < parallel else { return false }
        return !evidence.way.isCondemned || (running == 0 && now >= wayProbe.next)
    }

    /// Whether a line is worth taking.
    ///
    /// - Parameters:
    ///   - running: transfers that run.
    ///   - held: transfers that have not begun yet, without those for hosts that are not asked now.
    func mayTake(running: Int, held: Int, at now: Double) -> Bool {
        isOpen(running: running + held, at: now) && gates.mayHaveRoom(at: now)
    }

    func mayBegin(_ origin: String, running: Int, at now: Double) -> Bool {
        guard isOpen(running: running, at: now), gates[origin].isOpen(at: now) else { return false }
        guard isDown(origin) else { return true }
        return gates[origin].running == 0 && now >= probes[origin, default: Probe()].next
    }

    /// How many more connections to this host may begin.
    func places(for origin: String, running: Int, at now: Double) -> Int {
        guard mayBegin(origin, running: running, at: now), !isDown(origin) else { return 0 }
        let gate = gates[origin]
        return pacing.isLimited ? 1 : min(parallel - running, gate.limit - gate.running)
    }

    func began(_ origin: String, at now: Double) {
        pacing.began(at: now)
        gates[origin].began()
    }

    /// When something may change by time alone.
    func nextChange(after now: Double) -> Double? {
        var next = Double.infinity
        func consider(_ time: Double?) {
            if let time, time > now { next = min(next, time) }
        }
        consider(gates.nextOpening(after: now))
        consider(pacing.nextStart)
        if evidence.way.isCondemned { consider(wayProbe.next) }
        for origin in gates.origins where isDown(origin) { consider(probes[origin, default: Probe()].next) }
        if let wayBlockade { consider(wayBlockade.since + patience) }
        if let hostBlockade { consider(hostBlockade.since + patience) }
        return next < .infinity ? next : nil
    }

    // MARK: - What is learnt

    /// A video came, or a part of it.
    func served(_ origin: String, _ marks: AnswerMarks, unixTime: Double) {
        evidence.serve(origin, marks, at: unixTime)
        acquit(origin)
    }

    /// The host answered for itself.
    ///
    /// - Parameter isNews: whether the record had lost no try before: what is known of one tells nothing of the others.
    func answered(_ origin: String, isNews: Bool = true, unixTime: Double) {
        hasAnswered = true
        guard isNews else { return }
        evidence.answer(origin, at: unixTime)
        acquit(origin)
    }

    private func acquit(_ origin: String) {
        hostBlockade = nil
        if !probes.isEmpty { probes[origin] = nil }
        if !streaks.isEmpty { streaks[origin] = nil }
        freeWay()
    }

    /// Bytes of a video came, though none that the next try can build on.
    func opened(unixTime: Double) {
        evidence.open(at: unixTime)
        freeWay()
    }

    /// An answer came that is not the way's own word, be it a page or a redirect that somebody else may have given: what
    /// condemned the way is over.
    func cameThrough(unixTime: Double) {
        evidence.way.serve(at: unixTime)
        freeWay()
    }

    private func freeWay() { (wayBlockade, wayProbe) = (nil, Probe()) }

    /// A try has ended without the file, and is not the last of its record.
    func tryFailed(_ origin: String, _ owner: FaultOwner, at now: Double) {
        if owner == .host && streaks[origin] == nil { streaks[origin] = Streak(since: now) }
        if owner == .host && isDown(origin) { probes[origin, default: Probe()].failed(at: now) }
        if owner == .way && evidence.way.isCondemned { wayProbe.failed(at: now) }
    }

    /// A record has failed for now. Returns whose fault that is.
    func recordFailed(_ failed: FailedTry, at now: Double, unixTime: Double) -> Evidence.Finding {
        let (wasDown, wasBlocked) = (isDown(failed.origin), evidence.way.isCondemned)
        let finding = evidence.settle(failed, at: unixTime)
        // Whoever answers in a host's place makes it look as if the record were to blame.
        if isDown(failed.origin) && (!wasDown || failed.isForeign) {
            probes[failed.origin, default: Probe()].failed(at: now)
        }
        streaks[failed.origin, default: Streak(since: now)].records += 1
        if evidence.way.isCondemned && !wasBlocked { wayProbe.failed(at: now) }
        if finding.owner == .way && evidence.way.isCondemned {
            wayBlockade = wayBlockade ?? Blockade(since: now)
            wayBlockade?.failed += 1
        } else {
            // It came to somebody else on its way.
            wayBlockade = nil
        }
        if finding.owner == .host || failed.isForeign, areAllDown(unixTime: unixTime) {
            hostBlockade = hostBlockade ?? Blockade(since: now)
        }
        return finding
    }

    /// This process has too few descriptors, or too little memory, for so many.
    func reduce(running: Int) { affordable = max(1, min(parallel, running)) }
}
