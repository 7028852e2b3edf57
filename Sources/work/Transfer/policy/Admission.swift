internal import Records
internal import Store

/// Whether one more transfer may begin: by number, by host, by pace, and by what is condemned. Pure: times are
/// arguments, on the monotonic clock.
final class Admission {
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
    private(set) var probes: [String: Probe] = [:]
    private(set) var wayProbe = Probe()
    /// Nothing gets through on the way.
    private var wayBlockade: Blockade?
    /// No host that was asked serves.
    private var hostBlockade: Blockade?

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
    private struct Blockade {
        /// Since when this run has seen it.
        let since: Double
        /// Records that have failed in this run since then.
        var failed = 0

        /// So many tell that nothing has changed since an earlier run.
        static let enoughToTell = 3
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
    func isProbing(_ origin: String) -> Bool { isDown(origin) || evidence.way.isCondemned }

    /// Whether some host can be asked: one of this run, or one that served an earlier one not long ago.
    func hasLivingHost(at now: Double, unixTime: Double) -> Bool {
        !evidence.way.isCondemned
            && (gates.origins.contains { !isAway($0, at: now) } || hasOtherHost(unixTime: unixTime))
    }

    /// Whether other hosts have work, in this round or another one, and are not condemned.
    private func hasOtherHost(unixTime: Double) -> Bool {
        evidence.hosts.contains { origin, host in
            !host.isCondemned && host.secondsFailing < patience && hasWork(host, unixTime: unixTime)
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
    ///   - held: transfers that have not begun yet, without those for hosts that are not asked now.
    func mayTake(running: Int, held: Int, at now: Double) -> Bool {
        isOpen(running: running + held, at: now) && gates.mayHaveRoom(at: now)
    }

    func mayBegin(_ origin: String, running: Int, at now: Double) -> Bool {
        guard isOpen(running: running, at: now), gates[origin].isOpen(at: now) else { return false }
        guard isDown(origin) else { return true }
        return gates[origin].running == 0 && now >= probes[origin, default: Probe()].next
    }

    func began(_ origin: String, at now: Double) {
        pacing.began(at: now)
        gates[origin].began()
    }

    /// When something may change by time alone.
    func nextChange(after now: Double) -> Double? {
        var times = [gates.nextOpening(after: now), pacing.nextStart]
        if evidence.way.isCondemned { times.append(wayProbe.next) }
        times += gates.origins.filter { isDown($0) }.map { probes[$0, default: Probe()].next }
        times += [wayBlockade, hostBlockade].map { blockade in blockade.map { $0.since + patience } }
        return times.compactMap { $0 }.filter { $0 > now }.min()
    }

    // MARK: - What is learnt

    /// A video came, or a part of it.
    func served(_ origin: String, _ marks: AnswerMarks, unixTime: Double) {
        evidence.serve(origin, marks, at: unixTime)
        acquit(origin)
    }

    /// The host answered for itself.
    func answered(_ origin: String, unixTime: Double) {
        evidence.answer(origin, at: unixTime)
        acquit(origin)
    }

    private func acquit(_ origin: String) {
        hostBlockade = nil
        if !probes.isEmpty { probes[origin] = nil }
        freeWay()
    }

    /// Bytes of a video came, though none that the next try can build on.
    func opened(unixTime: Double) {
        evidence.open(at: unixTime)
        freeWay()
    }

    /// An answer came that is the origin's own, whatever it says: the way is free.
    func cameThrough(unixTime: Double) {
        evidence.way.serve(at: unixTime)
        freeWay()
    }

    private func freeWay() { (wayBlockade, wayProbe) = (nil, Probe()) }

    /// A try has ended without the file, and is not the last of its record.
    func tryFailed(_ origin: String, _ owner: FaultOwner, at now: Double) {
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
        if evidence.way.isCondemned && (!wasBlocked || failed.isForeign) { wayProbe.failed(at: now) }
        if finding.owner == .way && evidence.way.isCondemned {
            wayBlockade = wayBlockade ?? Blockade(since: now)
            wayBlockade?.failed += 1
        }
        if finding.owner == .host || failed.isForeign, areAllDown(unixTime: unixTime) {
            hostBlockade = hostBlockade ?? Blockade(since: now)
            hostBlockade?.failed += 1
        }
        return finding
    }

    /// This process has too few descriptors, or too little memory, for so many.
    func reduce(running: Int) { parallel = max(1, min(parallel, running)) }

    // MARK: - Is there a point in going on?

    /// For how many seconds whoever has work has failed: what nobody has asked since has not failed since.
    private func secondsAllFail(unixTime: Double) -> Double {
        evidence.hosts.filter { origin, host in gates.origins.contains(origin) || hasWork(host, unixTime: unixTime) }
            .map(\.value.secondsFailing).min() ?? 0
    }

    /// Whether a host has work, in this round or another one.
    private func hasWork(_ host: Suspect, unixTime: Double) -> Bool {
        abs(unixTime - max(host.askedAt ?? -.infinity, host.servedAt ?? -.infinity)) < recently
    }

    /// Whether no host that was asked serves.
    private func areAllDown(unixTime: Double) -> Bool {
        gates.origins.allSatisfy { hasFailedForLong($0) } && !hasOtherHost(unixTime: unixTime)
    }

    /// Whether a host is condemned, or has failed whoever asked for as long as patience, however few they were.
    private func hasFailedForLong(_ origin: String) -> Bool {
        isDown(origin) || evidence.secondsFailing(.host, origin) >= patience
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
            let count = evidence.credentials.records.count
            return (count == 1 ? "the last URL was refused" : "\(count) URLs in a row were refused")
                + " (\(evidence.credentials.reason)): "
                + "check the key pair, the base URL and the clock; "
                + "'head -n 1 FILE | tf-sign | jq -r .signed_url | tf-sign --explain -' explains a record's URL"
        }
        if hasSeenAll, !mayWait, let words = leftAlone(at: now, unixTime: unixTime) { return words }
        // Rounds of few records end long before patience does: what earlier ones met counts, where nothing else is left.
        func seconds(_ blockade: Blockade?, _ failing: () -> Double) -> Int? {
            guard let blockade else { return nil }
            let isOld = isNothingLeft || hasSeenAll && blockade.failed >= Blockade.enoughToTell
            let seconds = max(now - blockade.since, isOld ? failing() : 0)
            return seconds >= patience ? Int(seconds) : nil
        }
        if let seconds = seconds(wayBlockade, { evidence.way.secondsFailing }) {
            return Self.inTheWay(evidence.way, seconds)
        }
        guard let seconds = seconds(hostBlockade, { secondsAllFail(unixTime: unixTime) }) else { return nil }
        let last = gates.origins.compactMap { evidence.hosts[$0] }.max { ($0.failedAt ?? 0) < ($1.failedAt ?? 0) }
        if let last, last.isForeign { return Self.inTheWay(last, seconds) }
        let advice = hasNeverServed ? ": check --base-url" : ""
        return "nothing could be reached for \(seconds) s (\(last?.reason ?? ""))\(advice)"
    }

    /// Whether no host of this run ever served anything, as far as is known: then the base URL may be a wrong one.
    private var hasNeverServed: Bool { gates.origins.allSatisfy { evidence.hosts[$0]?.servedAt == nil } }

    private static func inTheWay(_ suspect: Suspect, _ seconds: Int) -> String {
        "something on the way to the origin has answered in its place for \(seconds) s (\(suspect.reason)): "
            + "look for a network login, a proxy or a filter"
    }

    /// The words where all that could be asked have asked for a pause longer than patience.
    private func leftAlone(at now: Double, unixTime: Double) -> String? {
        guard !gates.origins.isEmpty, !hasLivingHost(at: now, unixTime: unixTime) else { return nil }
        let away = gates.origins.filter { !isDown($0) }.min { gates[$0].pausedUntil < gates[$1].pausedUntil }
        guard let away, gates[away].pausedUntil - now > patience else { return nil }
        let seconds = Int((gates[away].pausedUntil - now).rounded())
        return "'\(away)' asks for a pause of \(seconds) s, which is longer than --patience"
    }
}
