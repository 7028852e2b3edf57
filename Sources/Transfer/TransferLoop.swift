internal import Curl

/// The transfers of one thread: their handles, and what becomes of them.
final class TransferLoop {
    private let limits: TransferSettings
    private let multi: MultiHandle
    private var running: [ObjectIdentifier: Running] = [:]
    private var idle: [EasyHandle] = []

    private struct Running {
        let easy: EasyHandle
        let transfer: Transfer
    }

    /// A try that has ended; without a trouble its part is the whole video.
    struct Ended: Sendable {
        let transfer: Transfer
        let trouble: Trouble?
    }

    init(_ limits: TransferSettings, connections: Int) {
        self.limits = limits
        multi = MultiHandle(connections: connections)
    }

    var count: Int { running.count }

    /// Begins the transfer's next try.
    func start(_ transfer: Transfer) {
        let easy = idle.popLast() ?? EasyHandle(limits)
        easy.prepare(transfer.nextRequest(), receiver: transfer)
        running[ObjectIdentifier(easy)] = Running(easy: easy, transfer: transfer)
        multi.add(easy)
    }

    /// Does what can be done without waiting, and tells which tries have ended by it.
    func perform() -> [Ended] {
        multi.perform()
        var ended: [Ended] = []
        while let (easy, failure) = multi.nextEnded() {
            let wasConnected = easy.wasConnected
            multi.remove(easy)
            idle.append(easy)
            guard let transfer = running.removeValue(forKey: ObjectIdentifier(easy))?.transfer else { continue }
            ended.append(
                Ended(
                    transfer: transfer, trouble: transfer.judgeEnd(failure, wasConnected: wasConnected, limits: limits))
            )
        }
        return ended
    }

    /// Takes all transfers out, as far as they have come.
    func park() -> [Transfer] {
        for entry in running.values { multi.remove(entry.easy) }
        defer { running.removeAll() }
        return running.values.map(\.transfer)
    }

    func wait(_ watched: inout [MultiHandle.Watched], milliseconds: Int32) {
        multi.wait(&watched, milliseconds: milliseconds)
    }

    /// Ends a `wait` from any thread.
    var waker: @Sendable () -> Void {
        let multi = multi
        return { multi.wakeUp() }
    }
}
