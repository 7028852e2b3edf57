/// What waits, for people.
extension Admission {
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
