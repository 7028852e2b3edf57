internal import Records

/// What a fault of the store means for its file, and for all others. Pure: the time is an argument.
struct StorePolicy {
    enum Decision: Equatable {
        /// The same file again, so many seconds later.
        case again(after: Double)
        /// This file is given up, in this run.
        case fail
        /// Nothing more can be done here.
        case stop
    }

    /// Seconds without a success after which it is given up.
    let patience: Double

    /// When the first of the faults came since the last success.
    private var failingSince: Double?
    private var lastSuccess: Double?
    /// Files in a row that the store refused.
    private var refusals = 0
    /// Until when nothing is begun.
    private(set) var holdsUntil = 0.0

    /// One that was refused while others are taken is refused for itself, a few of them are not.
    private static let mostRefusals = 3
    /// Tries of one file, while others succeed.
    private static let mostTries = 5
    private static let longestPause = 60.0

    /// For how many seconds nothing has succeeded.
    func outage(at now: Double) -> Double { failingSince.map { now - $0 } ?? 0 }

    init(patience: Double) { self.patience = patience }

    mutating func succeeded(at now: Double) {
        lastSuccess = now
        (failingSince, refusals, holdsUntil) = (nil, 0, 0)
    }

    /// - Parameters:
    ///   - tries: of this file, this one included.
    ///   - since: when its first one failed.
    mutating func decide(on fault: StoreFault, tries: Int, since: Double, now: Double) -> Decision {
        switch fault.kind {
        case .own: return .fail
        case .standing:
            refusals += 1
            return lastSuccess == nil || refusals >= Self.mostRefusals ? .stop : .fail
        case .passing:
            let first = failingSince ?? now
            failingSince = first
            if now - first >= patience { return .stop }
            if tries >= Self.mostTries, let lastSuccess, lastSuccess > since { return .fail }
            let pause = min(Double(1 << min(tries - 1, 6)), Self.longestPause)
            // While nothing succeeds, no other file need find that out.
            if lastSuccess.map({ $0 <= first }) ?? true { holdsUntil = max(holdsUntil, now + pause) }
            return .again(after: pause)
        }
    }
}

/// How much is in the spool, and whether more may come. tf-fetch starts a file for each line that it can write, so not
/// to read its lines is what holds it back. What it has begun by then it also ends.
struct SpoolRoom: Equatable {
    /// Of all files, parts of unfinished ones included.
    var bytes: Int64 = 0
    /// How many of them are parts.
    var parts = 0
    var partBytes: Int64 = 0

    /// Lines that wait in a pipe of one page, about: for each of them tf-fetch starts another file.
    static let linesAhead = 10

    /// What may be in the spool before a line is read that lets more come: its parts will be whole files, and so will
    /// what is started until tf-fetch has to wait.
    ///
    /// - Parameters:
    ///   - mean: of the files' sizes so far.
    ///   - largest: of them.
    func expected(mean: Int64, largest: Int64) -> Int64 {
        let growth = max(0, Int64(parts) * mean - partBytes)
        return bytes + growth + Int64(Self.linesAhead) * mean + largest
    }
}
