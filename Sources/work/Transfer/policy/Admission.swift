/// Whether one more transfer may begin: by number, by origin, by pace, and by whether anything is reachable. Pure: times
/// are arguments, on the monotonic clock.
struct Admission {
    private let parallel: Int
    var gates: HostGates
    var pacing: Pacing
    var outlook: Outlook

    init(_ settings: FetchSettings) {
        parallel = settings.parallel
        gates = HostGates(ceiling: min(settings.perHost ?? settings.parallel, settings.parallel))
        pacing = Pacing(perSecond: settings.startsPerSecond)
        outlook = Outlook(patience: settings.patience)
    }

    /// Whether anything may begin. While nothing is reachable that is one transfer at a time, now and then.
    private func isOpen(running: Int, at now: Double) -> Bool {
        guard pacing.isOpen(at: now) else { return false }
        return switch outlook.advice(at: now) {
        case .goOn: running < parallel
        case .pause(let time): running == 0 && now >= time
        case .giveUp: false
        }
    }

    /// Whether a line is worth taking.
    ///
    /// - Parameters:
    ///   - running: transfers that run.
    ///   - held: transfers that have not begun yet.
    func mayTake(running: Int, held: Int, at now: Double) -> Bool {
        isOpen(running: running + held, at: now) && gates.mayHaveRoom(at: now)
    }

    func mayBegin(_ origin: String, running: Int, at now: Double) -> Bool {
        isOpen(running: running, at: now) && gates[origin].isOpen(at: now)
    }

    mutating func began(_ origin: String, at now: Double) {
        pacing.began(at: now)
        gates[origin].began()
    }

    /// When something may change by time alone.
    func nextChange(after now: Double) -> Double? {
        var times = [gates.nextOpening(after: now)]
        if pacing.nextStart > now { times.append(pacing.nextStart) }
        if case .pause(let time) = outlook.advice(at: now), time > now { times.append(time) }
        return times.compactMap { $0 }.min()
    }
}
