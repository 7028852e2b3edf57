internal import Curl
internal import POSIX
internal import Records
internal import Store

/// A second loop on a thread of its own. Large files keep one core busy with copying their bytes out of the kernel; for
/// small ones handing them over costs more than it brings.
final class TransferThread {
    private enum Command: Sendable {
        case start(Transfer)
        case park
        case end
    }

    private let commands: Mailbox<Command>
    private let ended: Mailbox<TransferLoop.Ended>
    private let wakeThread: @Sendable () -> Void
    private let thread: WorkerThread
    /// Transfers that were handed over and have not come back.
    private(set) var count = 0

    /// `wake` is called from the thread whenever a transfer has come back.
    init(
        _ limits: TransferSettings, connections: Int, rateLimit: RateLimit?, clock: any Clock,
        wake: @escaping @Sendable () -> Void
    ) {
        let (commands, ended) = (Mailbox<Command>(), Mailbox<TransferLoop.Ended>())
        (self.commands, self.ended) = (commands, ended)
        nonisolated(unsafe) let loop = TransferLoop(
            limits, connections: connections, rateLimit: rateLimit, clock: clock)
        wakeThread = loop.waker
        // The loop moves to its thread here and is touched by no other, except for its waker.
        thread = WorkerThread { Self.run(loop, commands, ended, wake) }
    }

    func start(_ transfer: Transfer) {
        count += 1
        send(.start(transfer))
    }

    /// Ends all transfers where they are; they come back as interrupted.
    func park() { send(.park) }

    func takeEnded() -> [TransferLoop.Ended] {
        let taken = ended.takeIfAny()
        count -= taken.count
        return taken
    }

    /// Ends the thread.
    func end() {
        send(.end)
        thread.join()
    }

    private func send(_ command: Command) {
        commands.put(command)
        wakeThread()
    }

    private static func run(
        _ loop: TransferLoop, _ commands: Mailbox<Command>, _ ended: Mailbox<TransferLoop.Ended>,
        _ wake: @Sendable () -> Void
    ) {
        while true {
            var back: [TransferLoop.Ended] = []
            for command in commands.takeIfAny() {
                switch command {
                case .start(let transfer): loop.start(transfer)
                case .park: back += loop.park().map { .init(transfer: $0, trouble: .interrupted) }
                case .end: return
                }
            }
            back += loop.perform()
            if !back.isEmpty {
                ended.put(back)
                wake()
            }
            var watched: [MultiHandle.Watched] = []
            loop.wait(&watched, milliseconds: 1000)
        }
    }
}
