internal import Curl
internal import POSIX
internal import Store

/// All transfers that run, on one loop or two. A limit on their number is a limit on the sum.
final class TransferPool {
    private let local: TransferLoop
    private let limits: TransferSettings
    private let connections: Int
    private let maySpread: Bool
    private let rateLimit: RateLimit?
    private let clock: any Clock
    private var remote: TransferThread?
    private var running: [ObjectIdentifier: Transfer] = [:]
    /// Of the files fetched lately, in bytes.
    private var averageSize: Double?

    /// From this size on a file is worth a second loop.
    private static let large = 1_048_576.0

    init(_ limits: TransferSettings, parallel: Int, loops: Int, rateLimit: RateLimit?, clock: any Clock) {
        self.limits = limits
        self.rateLimit = rateLimit
        self.clock = clock
        connections = parallel * 2
        maySpread = loops > 1 && parallel > 1
        local = TransferLoop(limits, connections: connections, rateLimit: rateLimit, clock: clock)
    }

    deinit { remote?.end() }

    var count: Int { running.count }

    var transfers: some Sequence<Transfer> { running.values }

    func start(_ transfer: Transfer) {
        running[ObjectIdentifier(transfer)] = transfer
        transfer.isLarge = expectedSize(of: transfer) >= Self.large
        guard maySpread, transfer.isLarge else { return local.start(transfer) }
        let remote =
            remote
            ?? TransferThread(limits, connections: connections, rateLimit: rateLimit, clock: clock, wake: local.waker)
        self.remote = remote
        if remote.count < local.count { remote.start(transfer) } else { local.start(transfer) }
    }

    /// What the record says, else what files have been like lately; else large, as videos are.
    private func expectedSize(of transfer: Transfer) -> Double {
        transfer.record.expected.size.map { Double($0) } ?? averageSize ?? Self.large
    }

    /// Does what can be done without waiting, and tells which tries have ended.
    func perform() -> [TransferLoop.Ended] {
        let ended = local.perform() + (remote?.takeEnded() ?? [])
        for item in ended {
            running[ObjectIdentifier(item.transfer)] = nil
            if item.trouble == nil { learn(item.transfer.part.length) }
        }
        return ended
    }

    private func learn(_ size: Int64) {
        averageSize = averageSize.map { $0 * 0.75 + Double(size) * 0.25 } ?? Double(size)
    }

    /// Ends all transfers where they are. Those of this thread come back at once, the others by `perform`.
    func park() -> [Transfer] {
        remote?.park()
        let parked = local.park()
        for transfer in parked { running[ObjectIdentifier(transfer)] = nil }
        return parked
    }

    func wait(_ watched: inout [MultiHandle.Watched], milliseconds: Int32) {
        local.wait(&watched, milliseconds: milliseconds)
    }

    var waker: @Sendable () -> Void { local.waker }
}
