internal import Records

/// Is there a point in going on? A run that is told to be patient ends only where nobody has served for so long.
extension Admission {
    /// For how many seconds whoever has work has failed: what nobody has asked since has not failed since.
    private func secondsAllFail(unixTime: Double) -> Double {
        evidence.hosts.filter { isConcerned($0, $1, unixTime: unixTime) }.map(\.value.secondsFailing).min() ?? 0
    }

    /// Whether this run itself has asked each host that has work, and often enough to tell that nothing has changed. What
    /// an earlier run has met may be over.
    private func hasAskedAll(_ isNothingLeft: Bool, unixTime: Double) -> Bool {
        evidence.hosts.filter { isConcerned($0, $1, unixTime: unixTime) }
            .allSatisfy { streaks[$0.origin]?.records ?? 0 >= (isNothingLeft ? 1 : Self.enoughToTell) }
    }

    private func isConcerned(_ origin: String, _ host: Suspect, unixTime: Double) -> Bool {
        gates.origins.contains(origin) || hasWork(host, unixTime: unixTime)
    }

    /// Whether a host has work, in this round or another one.
    func hasWork(_ host: Suspect, unixTime: Double) -> Bool {
        abs(unixTime - max(host.askedAt ?? -.infinity, host.servedAt ?? -.infinity)) < recently
    }

    /// Whether no host that was asked serves.
    func areAllDown(unixTime: Double) -> Bool {
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
                + "check the key pair, the base URL and the clock; 'tf-sign --explain' says what is in a URL"
        }
        if hasSeenAll, !mayWait, let words = leftAlone(at: now, unixTime: unixTime) { return words }
        // Rounds of few records end long before patience does: what earlier ones met counts, where this one has told
        // that nothing has changed.
        if let wayBlockade {
            let isTold = isNothingLeft || hasSeenAll && wayBlockade.failed >= Self.enoughToTell
            let seconds = max(now - wayBlockade.since, isTold ? evidence.way.secondsFailing : 0)
            if seconds >= patience { return Self.inTheWay(evidence.way, seconds) }
        }
        guard let hostBlockade else { return nil }
        let isTold =
            !hasAnswered && (isNothingLeft || hasSeenAll) && hasAskedAll(isNothingLeft, unixTime: unixTime)
        let seconds = max(now - hostBlockade.since, isTold ? secondsAllFail(unixTime: unixTime) : 0)
        guard seconds >= patience else { return nil }
        let last = gates.origins.compactMap { evidence.hosts[$0] }.max { ($0.failedAt ?? 0) < ($1.failedAt ?? 0) }
        if let last, last.isForeign { return Self.inTheWay(last, seconds) }
        let advice = hasNeverServed ? ": check --base-url" : ""
        return "nothing could be reached for \(Int(seconds)) s (\(last?.reason ?? ""))\(advice)"
    }

    /// Whether no host of this run ever served anything, as far as is known: then the base URL may be a wrong one.
    private var hasNeverServed: Bool { gates.origins.allSatisfy { evidence.hosts[$0]?.servedAt == nil } }

    private static func inTheWay(_ suspect: Suspect, _ seconds: Double) -> String {
        "something on the way to the origin has answered in its place for \(Int(seconds)) s (\(suspect.reason)): "
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
