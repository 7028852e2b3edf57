internal import Glibc
package import Inventory
internal import Records

/// What a run is told.
package struct StoreSettings: Sendable {
    package let place: RemotePlace
    /// The folder that tf-fetch writes to.
    package let spool: String
    /// Files at one time.
    package var parallel = 8
    /// Whether a file that the store has is removed from the spool.
    package var moves = false
    /// Bytes that the spool may hold.
    package var spoolSize: Int64?
    /// Seconds without a success after which it is given up.
    package var patience = 3600.0

    package init(_ place: RemotePlace, spool: String) { (self.place, self.spool) = (place, spool) }
}

/// How a run ended.
package enum StoreEnd: Equatable, Sendable {
    case complete(failures: Int)
    case signal(CInt)
    case readerLeft
    /// The store, or rclone, is of no more use.
    case refused(String)
}

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
    /// Files that the store refused since the last success.
    private var refused = 0
    /// Until when nothing is begun.
    private(set) var holdsUntil = 0.0

    /// Files that are refused before the store is taken to refuse them all, and tries of one while it takes others.
    private static let mostRefusals = 3
    /// Tries of one file, while others succeed.
    private static let mostTries = 5
    private static let longestPause = 60.0

    /// For how many seconds nothing has succeeded.
    func outage(at now: Double) -> Double { failingSince.map { now - $0 } ?? 0 }

    init(patience: Double) { self.patience = patience }

    mutating func succeeded(at now: Double) {
        lastSuccess = now
        (failingSince, refused, holdsUntil) = (nil, 0, 0)
    }

    /// - Parameters:
    ///   - tries: of this file, this one included.
    ///   - refusals: how many of them ended with a standing fault.
    ///   - since: when its first one failed.
    mutating func decide(
        on fault: StoreFault, tries: Int, refusals: Int, since: Double, now: Double
    ) -> Decision {
        switch fault.kind {
        case .own: return .fail
        case .standing:
            if refusals == 1 { refused += 1 }
            if lastSuccess == nil || refused >= Self.mostRefusals { return .stop }
            // Not failed before it is known whether others are taken: what the store refuses to all is due at once when
            // that is mended.
            return refusals < Self.mostRefusals ? .again(after: Double(refusals)) : .fail
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
