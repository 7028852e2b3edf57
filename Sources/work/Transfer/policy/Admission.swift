internal import Records
internal import Store

/// Whether one more transfer may begin: by number, by host, by pace, and by what is condemned. Pure: times are
/// arguments, on the monotonic clock.
struct Admission {
    /// Transfers at one time: as many as asked for, or as this process has descriptors and memory for.
    private(set) var parallel: Int
    private let patience: Double
    private let longestBackoff: Double
    /// Who was not met for this many seconds has no more work.
    private let recently: Double
    var gates: HostGates
    var pacing: Pacing
    var evidence: Evidence
    /// When the next request may find out whether a condemned host, or the way, serves again.
    private var probes: [String: Probe] = [:]
    private var wayProbe = Probe()
    /// Since when no host that was asked serves, as far as this run knows.
    private var blockedSince: Double?
    /// For how many seconds that had been so before, as earlier runs knew it.
    private var blockedBefore = 0.0
    /// Records that have failed in this run since then.
    private var failedBlocked = 0

    /// So many tell that nothing has changed since an earlier run.
    private static let enoughToTell = 3

    /// The time of one request now and then.
    private struct Probe {
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

    init(_ settings: FetchSettings, _ evidence: Evidence) {
        parallel = settings.parallel
        patience = settings.patience
        longestBackoff = settings.retry.longestBackoff
        recently = max(patience, 2 * longestBackoff)
        gates = HostGates(ceiling: min(settings.perHost ?? settings.parallel, settings.parallel))
        pacing = Pacing(perSecond: settings.startsPerSecond)
        self.evidence = evidence
    }

    // MARK: - May it begin?

    /// Whether a host is condemned: what is for it waits, and takes no place from what is for others.
    func isDown(_ origin: String) -> Bool { evidence.hosts[origin]?.isCondemned ?? false }

    var hasDownHosts: Bool { gates.origins.contains { isDown($0) } }

    /// Whether a host is condemned, or asked for a pause.
    func isAway(_ origin: String, at now: Double) -> Bool { isDown(origin) || gates[origin].isAway(at: now) }

    /// Whether some host can be asked: one of this run, or one that served an earlier one not long ago.
    func hasLivingHost(at now: Double, unixTime: Double) -> Bool {
        !evidence.way.isCondemned
            && (gates.origins.contains { !isAway($0, at: now) } || hasOtherHost(unixTime: unixTime))
    }

    /// Whether other hosts have work, in this round or another one, and are not condemned.
    private func hasOtherHost(unixTime: Double) -> Bool {
        evidence.hosts.contains { origin, host in
            !host.isCondemned && abs(unixTime - max(host.askedAt ?? -.infinity, host.servedAt ?? -.infinity)) < recently
                && !gates.origins.contains(origin)
        }
    }

    /// Which of an origin's records is asked for next: the first; but if the origin is down any that has not failed since
    /// it last served. Bad objects often stand together, and would hide that it serves again.
    func probe(_ records: [FetchRecord], _ random: () -> Double) -> Int {
        guard let origin = records.first?.url.origin, isDown(origin) else { return 0 }
        let failed = evidence.hosts[origin]?.records ?? []
        let untried = records.indices.filter { !failed.contains(Evidence.hash(records[$0].path.text)) }
        let choices = untried.isEmpty ? Array(records.indices) : untried
        return choices[Int(random() * Double(choices.count))]
    }

    /// Whether all of these asked for a pause longer than a run should wait for them.
    func areAllAwayForLong(_ origins: some Sequence<String>, at now: Double) -> Bool {
        origins.allSatisfy { gates[$0].pausedUntil > now + Probe.longest }
    }

    /// Seconds until a record that was not tried may come again.
    func delay(of origin: String, at now: Double) -> Double {
        max(gates[origin].pausedUntil - now, min(evidence.secondsFailing(.host, origin), longestBackoff))
    }

    private func isOpen(running: Int, at now: Double) -> Bool {
        guard pacing.isOpen(at: now), running < parallel else { return false }
        return !evidence.way.isCondemned || (running == 0 && now >= wayProbe.next)
    }

    /// Whether a line is worth taking.
    ///
    /// - Parameters:
    ///   - running: transfers that run.
    ///   - held: transfers that have not begun yet, without those for condemned hosts.
    func mayTake(running: Int, held: Int, at now: Double) -> Bool {
        isOpen(running: running + held, at: now) && gates.mayHaveRoom(at: now)
    }

    func mayBegin(_ origin: String, running: Int, at now: Double) -> Bool {
        guard isOpen(running: running, at: now), gates[origin].isOpen(at: now) else { return false }
        guard isDown(origin) else { return true }
        return gates[origin].running == 0 && now >= probes[origin, default: Probe()].next
    }

    mutating func began(_ origin: String, at now: Double) {
        pacing.began(at: now)
        gates[origin].began()
    }

    /// When something may change by time alone.
    func nextChange(after now: Double) -> Double? {
        var times = [gates.nextOpening(after: now), pacing.nextStart]
        if evidence.way.isCondemned { times.append(wayProbe.next) }
        times += gates.origins.filter { isDown($0) }.map { probes[$0, default: Probe()].next }
        times.append(blockedSince.map { $0 + patience })
        return times.compactMap { $0 }.filter { $0 > now }.min()
    }

    // MARK: - What is learnt

    /// A video came, or a part of it.
    mutating func served(_ origin: String, _ marks: AnswerMarks, unixTime: Double) {
        evidence.serve(origin, marks, at: unixTime)
        (blockedSince, failedBlocked) = (nil, 0)
        if !probes.isEmpty { probes[origin] = nil }
        wayProbe = Probe()
    }

    /// The host answered for itself.
    mutating func answered(_ origin: String, unixTime: Double) {
        evidence.answer(origin, at: unixTime)
        (blockedSince, failedBlocked) = (nil, 0)
        if !probes.isEmpty { probes[origin] = nil }
        wayProbe = Probe()
    }

    /// A try has ended without the file, and is not the last of its record.
    mutating func tryFailed(_ origin: String, _ owner: FaultOwner, at now: Double) {
        if owner == .host && isDown(origin) { probes[origin, default: Probe()].failed(at: now) }
        if owner == .way && evidence.way.isCondemned { wayProbe.failed(at: now) }
    }

    /// A record has failed for now. Returns whose fault that is.
    mutating func recordFailed(_ failed: FailedTry, at now: Double, unixTime: Double) -> Evidence.Finding {
        let wasDown = (isDown(failed.origin), evidence.way.isCondemned)
        let finding = evidence.settle(failed, at: unixTime)
        if !wasDown.0 && isDown(failed.origin) { probes[failed.origin, default: Probe()].failed(at: now) }
        if !wasDown.1 && evidence.way.isCondemned { wayProbe.failed(at: now) }
        if !isBlocked(by: finding.owner, unixTime: unixTime) { return finding }
        failedBlocked += 1
        if blockedSince == nil {
            blockedSince = now
            let hosts = gates.origins.map { evidence.secondsFailing(.host, $0) }.min() ?? 0
            blockedBefore = evidence.way.isCondemned ? evidence.secondsFailing(.way, "") : hosts
        }
        return finding
    }

    /// This process has too few descriptors, or too little memory, for so many.
    mutating func reduce(running: Int) { parallel = max(1, min(parallel, running)) }

    // MARK: - Is there a point in going on?

    /// Whether nothing that was asked serves. What a host did wrong tells nothing of a way that was blocked before.
    private func isBlocked(by owner: FaultOwner, unixTime: Double) -> Bool {
        evidence.way.isCondemned && owner == .way
            || !gates.origins.contains { !isDown($0) } && !hasOtherHost(unixTime: unixTime)
    }

    /// Why the run has no chance any more, in words; nil while it has.
    ///
    /// - Parameters:
    ///   - hasSeenAll: whether no line is left that could be for another host.
    ///   - mayWait: whether a run may end and leave it to the next one to wait for who wants to be left alone.
    ///   - isNothingLeft: whether no record is left that could tell more.
    func hopelessness(
        at now: Double, unixTime: Double = 0, hasSeenAll: Bool = false, mayWait: Bool = false,
        isNothingLeft: Bool = false
    ) -> String? {
        if evidence.credentials.isCondemned {
            return "\(evidence.credentials.records.count) URLs in a row were refused (\(evidence.credentials.reason)): "
                + "check the key pair, the base URL and the clock; "
                + "'head -n 1 FILE | tf-sign | jq -r .signed_url | tf-sign --explain -' explains a record's URL"
        }
        if hasSeenAll, !mayWait, let words = leftAlone(at: now, unixTime: unixTime) { return words }
        guard let blockedSince else { return nil }
        // Rounds of few records end long before patience does: what earlier ones met counts, where nothing else is left.
        let blocked =
            now - blockedSince + (isNothingLeft || hasSeenAll && failedBlocked >= Self.enoughToTell ? blockedBefore : 0)
        guard blocked >= patience else { return nil }
        let seconds = Int(blocked)
        if evidence.way.isCondemned {
            return "something on the way to the origin has answered in its place for \(seconds) s "
                + "(\(evidence.way.reason)): look for a network login, a proxy or a filter"
        }
        return "nothing could be reached for \(seconds) s (\(lastReason))\(hasNeverServed ? ": check --base-url" : "")"
    }

    /// Whether no host of this run ever served anything, as far as is known: then the base URL may be a wrong one.
    private var hasNeverServed: Bool { gates.origins.allSatisfy { evidence.hosts[$0]?.servedAt == nil } }

    /// The words where all that could be asked have asked for a pause longer than patience.
    private func leftAlone(at now: Double, unixTime: Double) -> String? {
        guard !gates.origins.isEmpty, !hasLivingHost(at: now, unixTime: unixTime) else { return nil }
        let away = gates.origins.filter { !isDown($0) }.min { gates[$0].pausedUntil < gates[$1].pausedUntil }
        guard let away, gates[away].pausedUntil - now > patience else { return nil }
        let seconds = Int((gates[away].pausedUntil - now).rounded())
        return "'\(away)' asks for a pause of \(seconds) s, which is longer than --patience"
    }

    private var lastReason: String {
        gates.origins.compactMap { evidence.hosts[$0] }.max { ($0.failingSince ?? 0) < ($1.failingSince ?? 0) }?.reason
            ?? ""
    }

    // MARK: - What waits, for people

    /// What keeps work waiting, each reason once, with the time until the first transfer of it can go on.
    ///
    /// - Parameter starts: of the transfers that wait.
    func holds(_ starts: [WaitingStart], at now: Double) -> [FetchProgress.Hold] {
        var holds: [FetchProgress.Hold] = []
        func add(_ reason: String, transfers: Int = 1, until time: Double?) {
            let seconds = time.map { max(0, $0 - now) }
            guard let index = holds.firstIndex(where: { $0.reason == reason }) else {
                return holds.append(FetchProgress.Hold(reason: reason, transfers: transfers, seconds: seconds))
            }
            holds[index].transfers += transfers
            holds[index].seconds = [holds[index].seconds, seconds].compactMap { $0 }.min()
        }
        if evidence.way.isCondemned {
            add("the way is blocked (\(evidence.way.reason))", transfers: 0, until: wayProbe.next)
        }
        for origin in gates.origins.sorted() where isDown(origin) {
            add(down(origin), transfers: 0, until: probes[origin]?.next)
        }
        // Lines for these wait too, where no transfer does.
        for (origin, gate) in gates.paused(at: now) {
            add(Self.slowedDown(origin, gate), transfers: 0, until: gate.pausedUntil)
        }
        for start in starts {
            let (reason, time) = reason(for: start, at: now)
            add(reason, until: time)
        }
        return holds
    }

    private func reason(for start: WaitingStart, at now: Double) -> (text: String, until: Double?) {
        let gate = gates[start.origin]
        if isDown(start.origin) { return (down(start.origin), probes[start.origin]?.next) }
        if gate.pausedUntil > now { return (Self.slowedDown(start.origin, gate), gate.pausedUntil) }
        if start.due > now {
            return (start.isFirst ? "before the first try (--jitter)" : "before the next try", start.due)
        }
        if gate.isSlowedDown { return (Self.slowedDown(start.origin, gate), nil) }
        if !pacing.isOpen(at: now) { return ("before the next start (--requests-per-second)", pacing.nextStart) }
        return ("for others to end", nil)
    }

    private func down(_ origin: String) -> String {
        let host = evidence.hosts[origin]
        // In few columns the advice is what has to be seen.
        let words = host?.servedAt == nil ? ": check --base-url, as it has never served" : " does not serve"
        return "'\(Self.host(origin))'\(words) (\(host?.reason ?? ""))"
    }

    private static func slowedDown(_ origin: String, _ gate: HostGate) -> String {
        "'\(host(origin))' asked to slow down, to \(gate.limit) at a time"
    }

    static func host(_ origin: String) -> String { String(origin.split(separator: "/").last ?? "") }
}

/// A transfer that waits for a start, as far as the reason for it goes.
struct WaitingStart {
    let origin: String
    /// On the monotonic clock; not before.
    let due: Double
    /// Whether it was never tried: then it waits for `--jitter`.
    let isFirst: Bool
}
