internal import Curl
internal import POSIX
internal import Records
internal import Store

/// The transfers of one thread: their handles, and what becomes of them.
final class TransferLoop {
    private let limits: TransferSettings
    private let multi: MultiHandle
    private var running: [ObjectIdentifier: Running] = [:]
    private var idle: [EasyHandle] = []
    private let rateLimit: RateLimit?

    /// Milliseconds that the loop pauses at most before it looks at its commands and descriptors again.
    private static let longestPause = 50.0

    private struct Running {
        let easy: EasyHandle
        let transfer: Transfer
    }

    /// A try that has ended; without a trouble its part is the whole video.
    struct Ended: Sendable {
        let transfer: Transfer
        let trouble: TryError?
    }

    init(_ limits: TransferSettings, connections: Int, rateLimit: RateLimit?, clock: any Clock) {
        self.limits = limits
        self.rateLimit = rateLimit
        multi = MultiHandle(connections: connections, clock: clock)
    }

    var count: Int { running.count }

    /// Begins the transfer's next try.
    func start(_ transfer: Transfer) { start(transfer, transfer.nextRequest()) }

    private func start(_ transfer: Transfer, _ request: TransferRequest) {
        let easy = idle.popLast() ?? EasyHandle(limits)
        easy.prepare(request, receiver: transfer)
        running[ObjectIdentifier(easy)] = Running(easy: easy, transfer: transfer)
        multi.add(easy)
    }

    /// Does what can be done without waiting, and tells which tries have ended by it.
    func perform() -> [Ended] {
        guard pause == 0 else { return [] }
        multi.perform { pause == 0 }
        var ended: [Ended] = []
        while let (easy, failure) = multi.nextEnded() {
            let wasConnected = easy.wasConnected
            let target = easy.redirectURL
            multi.remove(easy)
            idle.append(easy)
            guard let transfer = running.removeValue(forKey: ObjectIdentifier(easy))?.transfer else { continue }
            if let target, let request = transfer.follow(target) {
                start(transfer, request)
            } else {
                let trouble = transfer.judgeEnd(failure, wasConnected: wasConnected, limits: limits)
                ended.append(Ended(transfer: transfer, trouble: trouble))
            }
        }
        return ended
    }

    /// Milliseconds for which the rate limit wants nothing to be taken from the network.
    private var pause: Double {
        guard let rateLimit, !running.isEmpty else { return 0 }
        return min(rateLimit.delay * 1000, Self.longestPause)
    }

    /// Takes all transfers out, as far as they have come.
    func park() -> [Transfer] {
        for entry in running.values { multi.remove(entry.easy) }
        defer { running.removeAll() }
        return running.values.map(\.transfer)
    }

    func wait(_ watched: inout [MultiHandle.Watched], milliseconds: Int32) {
        let pause = pause
        guard pause > 0 else { return multi.wait(&watched, milliseconds: milliseconds) }
        multi.pause(&watched, milliseconds: min(milliseconds, Int32(pause.rounded(.up))))
    }

    /// Ends a `wait` from any thread.
    var waker: @Sendable () -> Void {
        let multi = multi
        return { multi.wakeUp() }
    }
}
