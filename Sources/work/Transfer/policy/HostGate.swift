/// How much one origin is asked at one time. Halved when it says that it is too much, grown by one when all that may
/// run has been served: additive increase, multiplicative decrease, as TCP does it (RFC 5681). Pure: times are
/// arguments, on the monotonic clock.
struct HostGate {
    private var ceiling: Int
    /// Transfers that may run since it said that it is too much; nil: as many as at all. Another ceiling leaves it.
    private var slowedTo: Int?
    private(set) var running = 0
    /// Nothing is started before.
    private(set) var pausedUntil = -Double.infinity
    private var halvedAt = -Double.infinity
    /// Transfers served since the limit changed.
    private var served = 0
    /// Times in a row that it was too much.
    private var strain = 0

    /// The pause, longer if the origin says so: the first, and the longest. Who says again and again that a short one is
    /// enough, and then serves nothing, is left alone for longer all the same.
    private static let firstPause = 1.0
    private static let longestPause = 60.0

    init(ceiling: Int) { self.ceiling = ceiling }

    /// Transfers that may run.
    var limit: Int { min(slowedTo ?? ceiling, ceiling) }

    /// A longer pause is not waited for while others could be served.
    private static let shortPause = 10.0

    /// Whether the origin asked for a pause so long that its records make room for others.
    func isAway(at now: Double) -> Bool { pausedUntil > now + Self.shortPause }

    func isOpen(at now: Double) -> Bool { running < limit && now >= pausedUntil }

    var isSlowedDown: Bool { limit < ceiling }

    /// Another ceiling: who was slowed down stays so.
    mutating func change(ceiling: Int) { self.ceiling = ceiling }

    mutating func began() { running += 1 }

    mutating func ended() { running -= 1 }

    mutating func serve() {
        strain = 0
        served += 1
        guard served >= limit, limit < ceiling else { return }
        slowedTo = limit + 1 < ceiling ? limit + 1 : nil
        served = 0
    }

    /// It was too much: 429, 503. Those that began before the last halving tell nothing new.
    ///
    /// - Parameters:
    ///   - triedAt: when the try began.
    ///   - retryAfter: seconds that the origin asks for.
    ///   - spread: a random number in 0 ..< 1.
    mutating func throttle(triedAt: Double, retryAfter: Double?, spread: Double, at now: Double) {
        if triedAt > halvedAt {
            // Called with the throttled one ended already: it counts among those that were too many.
            slowedTo = max(1, min(limit, running + 1) / 2)
            (halvedAt, served) = (now, 0)
            strain += 1
        }
        let own = min(Self.firstPause * Double(1 << min(max(strain - 1, 0), 20)), Self.longestPause)
        pausedUntil = max(pausedUntil, now + max(retryAfter ?? 0, own * (0.5 + spread / 2)))
    }
}

/// The gates of all origins that were met.
struct HostGates {
    private var ceiling: Int
    private var gates = HostTable<HostGate>()

    /// - Parameter ceiling: transfers at one time for each origin.
    init(ceiling: Int) { self.ceiling = ceiling }

    subscript(origin: String) -> HostGate {
        get { gates[origin, default: HostGate(ceiling: ceiling)] }
        _modify { yield &gates[origin, default: HostGate(ceiling: ceiling)] }
    }

    mutating func change(ceiling: Int) {
        self.ceiling = ceiling
        gates.changeAll { $0.change(ceiling: ceiling) }
    }

    /// Whether any of those that are in use lets fewer through than it might.
    var areSlowedDown: Bool { gates.contains { $0.value.isSlowedDown && $0.value.running > 0 } }

    /// The origins that were asked.
    var origins: [String] { gates.origins }

    /// Whether a line is worth taking: as far as is known, there is an origin that it may be for.
    func mayHaveRoom(at now: Double) -> Bool {
        let gates = gates.values
        return gates.isEmpty || gates.contains { $0.isOpen(at: now) } || gates.allSatisfy { $0.isAway(at: now) }
    }

    /// The origins that asked for a pause which is not over, and until when.
    func paused(at now: Double) -> [(origin: String, gate: HostGate)] {
        gates.filter { $0.value.pausedUntil > now }.map { ($0.origin, $0.value) }.sorted { $0.origin < $1.origin }
    }

    /// When the next pause ends.
    func nextOpening(after now: Double) -> Double? {
        gates.values.lazy.map(\.pausedUntil).filter { $0 > now }.min()
    }
}
