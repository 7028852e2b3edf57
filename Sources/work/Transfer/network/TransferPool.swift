internal import Curl
internal import POSIX
internal import Records
internal import Store

/// All transfers that run, on one loop or two. A limit on their number is a limit on the sum.
final class TransferPool {
    private let local: TransferLoop
    private let makeLoop: () -> TransferLoop
    private let maySpread: Bool
    private var remote: TransferThread?
    private var running: [ObjectIdentifier: FileTransfer] = [:]
    /// Of the files fetched lately, in bytes.
    private var averageSize: Double?

    /// From this size on a file is worth a second loop.
    private static let large = 1_048_576.0

    init(_ settings: FetchSettings, rateLimit: RateLimit?, makeTransport: @escaping () -> any Transport) {
        makeLoop = { TransferLoop(settings.transfer, makeTransport(), rateLimit: rateLimit) }
        maySpread = settings.loops > 1 && settings.parallel > 1
        local = makeLoop()
    }

    deinit { remote?.end() }

    var count: Int { running.count }

    var transfers: some Sequence<FileTransfer> { running.values }

    func start(_ transfer: FileTransfer) {
        running[ObjectIdentifier(transfer)] = transfer
        transfer.isLarge = expectedSize(of: transfer) >= Self.large
        guard maySpread, transfer.isLarge else { return local.start(transfer) }
        let remote = remote ?? TransferThread(makeLoop(), wake: local.waker)
        self.remote = remote
        if remote.count < local.count { remote.start(transfer) } else { local.start(transfer) }
    }

    /// What the record says, else what files have been like lately; else large, as videos are.
    private func expectedSize(of transfer: FileTransfer) -> Double {
        transfer.record.expected.size.map { Double($0) } ?? averageSize ?? Self.large
    }

    /// Does what can be done without waiting, and returns the tries that have ended.
    func perform() -> [TransferLoop.Ended] {
        let ended = local.perform() + (remote?.removeEnded() ?? [])
        for item in ended {
            running[ObjectIdentifier(item.transfer)] = nil
            if item.error == nil { learn(item.transfer.part.length) }
        }
        return ended
    }

    private func learn(_ size: Int64) {
        averageSize = averageSize.map { $0 * 0.75 + Double(size) * 0.25 } ?? Double(size)
    }

    /// Ends all transfers where they are. Those of this thread come back at once, the others by `perform`.
    func park() -> [FileTransfer] {
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
