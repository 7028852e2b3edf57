internal import POSIX
internal import Synchronization

/// Bytes a second over all transfers, of all loops: an account that fills steadily and may be overdrawn by what has
/// come already. Who has overdrawn it takes nothing from the network until it is filled, and TCP slows the origin down.
/// The limit may change while transfers run.
final class RateLimit: Sendable {
    private let clock: any Clock
    private let account: Mutex<Account>
    /// Bytes a second; 0: no limit. Read for each piece that comes.
    private let rate: Atomic<Int64>
    private let sharerCount: Atomic<Int>
    private let changeCount = Atomic(0)

    private struct Account {
        var balance = 0.0
        var time: Double
        /// Whether somebody had to wait since that was asked last.
        var hasHeld = false
    }

    /// Seconds of unused rate that are kept.
    private static let burst = 0.1

    /// - Parameters:
    ///   - bytesPerSecond: nil: no limit for now.
    ///   - sharers: transfers at one time.
    init(bytesPerSecond: Int64?, sharers: Int, clock: any Clock) {
        rate = Atomic(bytesPerSecond ?? 0)
        sharerCount = Atomic(sharers)
        self.clock = clock
        account = Mutex(Account(time: clock.monotonic))
    }

    /// Nil: no limit.
    var bytesPerSecond: Int64? {
        let rate = rate.load(ordering: .relaxed)
        return rate > 0 ? rate : nil
    }

    /// Transfers at one time that have a share of it.
    var sharers: Int { sharerCount.load(ordering: .relaxed) }

    /// How often the limit or the number of its sharers has changed.
    var changes: Int { changeCount.load(ordering: .acquiring) }

    /// Another limit from now on. What was overdrawn under the old one is forgiven: else a low limit would hold up what
    /// comes after it.
    func change(to bytesPerSecond: Int64?) {
        let now = clock.monotonic
        account.withLock { account in
            account = Account(time: now)
            rate.store(bytesPerSecond ?? 0, ordering: .relaxed)
        }
        changeCount.add(1, ordering: .releasing)
    }

    /// So many transfers at one time from now on.
    func share(among sharers: Int) {
        sharerCount.store(sharers, ordering: .relaxed)
        changeCount.add(1, ordering: .releasing)
    }

    func take(_ bytes: Int) {
        guard rate.load(ordering: .relaxed) > 0 else { return }
        account.withLock { $0.balance -= Double(bytes) }
    }

    /// Seconds until bytes may be taken again.
    var delay: Double {
        guard let bytesPerSecond else { return 0 }
        let (now, rate) = (clock.monotonic, Double(bytesPerSecond))
        return account.withLock { account in
            account.balance = min(account.balance + (now - account.time) * rate, Self.burst * rate)
            account.time = now
            if account.balance < 0 { account.hasHeld = true }
            return max(0, -account.balance / rate)
        }
    }

    /// Whether somebody had to wait since this was asked last.
    func takeHeld() -> Bool {
        let isHeld = delay > 0
        return account.withLock { account in
            defer { account.hasHeld = false }
            return isHeld || account.hasHeld
        }
    }
}
