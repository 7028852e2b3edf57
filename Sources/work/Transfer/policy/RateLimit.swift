internal import POSIX
internal import Synchronization

/// Bytes a second over all transfers, of all loops: an account that fills steadily and may be overdrawn by what has
/// come already. Who has overdrawn it takes nothing from the network until it is filled, and TCP slows the origin down.
final class RateLimit: Sendable {
    /// Bytes a second.
    private let rate: Double
    private let clock: any Clock
    private let account: Mutex<Account>

    private struct Account {
        var balance = 0.0
        var time: Double
    }

    /// Seconds of unused rate that are kept.
    private static let burst = 0.1

    init(bytesPerSecond: Int64, clock: any Clock) {
        rate = Double(bytesPerSecond)
        self.clock = clock
        account = Mutex(Account(time: clock.monotonic))
    }

    func take(_ bytes: Int) {
        account.withLock { $0.balance -= Double(bytes) }
    }

    /// Seconds until bytes may be taken again.
    var delay: Double {
        let now = clock.monotonic
        return account.withLock { account in
            account.balance = min(account.balance + (now - account.time) * rate, Self.burst * rate)
            account.time = now
            return max(0, -account.balance / rate)
        }
    }
}
