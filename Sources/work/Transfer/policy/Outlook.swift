internal import Records
internal import Store

/// Whether going on makes sense, by what the last records met. When everything fails for one reason, the reason is not
/// the records', and trying them all would only burn their tries. Pure: times are arguments, on the monotonic clock.
struct Outlook {
    /// What to do now.
    enum Advice: Equatable {
        case goOn
        /// Nothing is reachable: start nothing but one probe, at this time.
        case pause(until: Double)
        /// Ends the run, in these words.
        case giveUp(String)
    }

    /// Seconds without any contact until the run gives up.
    private let patience: Double
    /// Records in a row that ended without contact, and when the first of them did.
    private var unreachable = 0
    private var unreachableSince = 0.0
    private var nextProbe = 0.0
    private var probeDelay = Self.firstProbe
    /// Records in a row, from the start of the run, that the origin refused.
    private var refused = 0
    private var hasSucceeded = false
    /// What the last record that failed alike met, in its message's words.
    private(set) var lastReason = ""

    /// So many records must fail alike before it is not their own fault.
    private static let enoughUnreachable = 10
    private static let enoughRefused = 20
    private static let firstProbe = 5.0
    private static let longestProbe = 60.0

    init(patience: Double) { self.patience = patience }

    /// An answer came, whatever it was.
    mutating func reached() {
        unreachable = 0
        probeDelay = Self.firstProbe
    }

    mutating func succeeded() {
        hasSucceeded = true
        reached()
    }

    /// A record has failed for now, or its probe has.
    mutating func failed(by error: TryError, at now: Double) {
        switch error.code {
        case .connect:
            if unreachable == 0 { unreachableSince = now }
            unreachable += 1
            nextProbe = now + probeDelay
            if unreachable > Self.enoughUnreachable { probeDelay = min(probeDelay * 2, Self.longestProbe) }
        case .forbidden, .tls, .expired:
            guard error.countsAsAttempt else { return }
            reached()
            refused += hasSucceeded ? 0 : 1
        default:
            if error.countsAsAttempt { reached() }
            return
        }
        lastReason = error.message
    }

    func advice(at now: Double) -> Advice {
        if refused >= Self.enoughRefused && !hasSucceeded {
            return .giveUp(
                "each of the first \(refused) URLs was refused (\(lastReason)): check the key pair, the base URL and "
                    + "the clock, and try one URL with 'curl -v'")
        }
        guard isAway else { return .goOn }
        guard now - unreachableSince < patience else {
            return .giveUp("nothing could be reached for \(Int(now - unreachableSince)) s (\(lastReason))")
        }
        return .pause(until: nextProbe)
    }

    /// Whether nothing is reachable, so that a failure to connect says nothing about the record.
    var isAway: Bool { unreachable >= Self.enoughUnreachable }
}
