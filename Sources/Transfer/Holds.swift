/// A transfer that waits for a start, as far as the reason for it goes.
struct WaitingStart {
    let origin: String
    /// On the monotonic clock; not before.
    let due: Double
    /// Whether it was never tried: then it waits for `--jitter`.
    let isFirst: Bool
}

extension StartQueue.Entry {
    var start: WaitingStart {
        WaitingStart(origin: transfer.record.url.origin, due: due, isFirst: transfer.tries == 0)
    }
}

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
        if case .pause(let time) = outlook.advice(at: now) {
            add("nothing is reachable (\(outlook.lastReason))", transfers: 0, until: time)
        }
        // Lines for these wait too, where no transfer does.
        for (origin, gate) in gates.paused(at: now) {
            add(Self.slowedDown(origin, gate), transfers: 0, until: gate.pausedUntil)
        }
        for start in starts {
            let gate = gates[start.origin]
            if gate.pausedUntil > now {
                add(Self.slowedDown(start.origin, gate), until: gate.pausedUntil)
            } else if start.due > now {
                add(start.isFirst ? "before the first try (--jitter)" : "before the next try", until: start.due)
            } else if gate.isSlowedDown {
                add(Self.slowedDown(start.origin, gate), until: nil)
            } else if !pacing.isOpen(at: now) {
                add("before the next start (--requests-per-second)", until: pacing.nextStart)
            } else {
                add("for others to end", until: nil)
            }
        }
        return holds
    }

    private static func slowedDown(_ origin: String, _ gate: HostGate) -> String {
        let host = origin.split(separator: "/").last ?? ""
        return "'\(host)' asked to slow down, to \(gate.limit) at a time"
    }
}
