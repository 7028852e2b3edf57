internal import Curl
internal import POSIX
internal import Records

/// The transfers of one thread: follows redirects, and judges each try when it has ended.
final class TransferLoop {
    private let limits: TransferSettings
    private let transport: any Transport
    private let rateLimit: RateLimit?
    private var running: [ObjectIdentifier: FileTransfer] = [:]

    /// Milliseconds that the loop pauses at most before it looks at its commands and descriptors again.
    private static let longestPause = 50.0

    /// A try that has ended; without an error its part is the whole video.
    struct Ended: Sendable {
        let transfer: FileTransfer
        let error: TryError?
    }

    init(_ limits: TransferSettings, _ transport: any Transport, rateLimit: RateLimit?) {
        self.limits = limits
        self.transport = transport
        self.rateLimit = rateLimit
    }

    var count: Int { running.count }

    /// Begins the transfer's next try.
    func start(_ transfer: FileTransfer) { start(transfer, transfer.nextRequest()) }

    private func start(_ transfer: FileTransfer, _ request: TransferRequest) {
        running[ObjectIdentifier(transfer)] = transfer
        transport.start(request, for: transfer)
    }

    /// Does what can be done without waiting, and returns the tries that have ended by it.
    func perform() -> [Ended] {
        guard pause == 0 else { return [] }
        transport.perform { pause == 0 }
        var ended: [Ended] = []
        while let request = transport.nextEnded() {
            guard let transfer = running.removeValue(forKey: ObjectIdentifier(request.receiver)) else { continue }
            if let target = request.redirectURL, let next = transfer.follow(target) {
                start(transfer, next)
                continue
            }
            let error = transfer.judgeEnd(request.failure, wasConnected: request.wasConnected, limits: limits)
            ended.append(Ended(transfer: transfer, error: error))
        }
        return ended
    }

    /// Milliseconds for which the rate limit wants nothing to be taken from the network.
    private var pause: Double {
        guard let rateLimit, !running.isEmpty else { return 0 }
        return min(rateLimit.delay * 1000, Self.longestPause)
    }

    /// Takes all transfers out, as far as they have come.
    func park() -> [FileTransfer] {
        transport.cancelAll()
        defer { running.removeAll() }
        return Array(running.values)
    }

    func wait(_ watched: inout [MultiHandle.Watched], milliseconds: Int32) {
        let pause = pause
        guard pause > 0 else { return transport.wait(&watched, milliseconds: milliseconds) }
        transport.pause(&watched, milliseconds: min(milliseconds, Int32(pause.rounded(.up))))
    }

    /// Ends a `wait` from any thread.
    var waker: @Sendable () -> Void { transport.waker }
}

/// A second loop on a thread of its own. Large files keep one core busy with copying their bytes out of the kernel; for
/// small ones handing them over costs more than it brings.
final class TransferThread {
    private enum Command: Sendable {
        case start(FileTransfer)
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
    init(_ loop: TransferLoop, wake: @escaping @Sendable () -> Void) {
        let (commands, ended) = (Mailbox<Command>(), Mailbox<TransferLoop.Ended>())
        (self.commands, self.ended) = (commands, ended)
        wakeThread = loop.waker
        // The loop moves to its thread here and no other touches it, except for its waker.
        nonisolated(unsafe) let loop = loop
        thread = WorkerThread { Self.run(loop, commands, ended, wake) }
    }

    func start(_ transfer: FileTransfer) {
        count += 1
        send(.start(transfer))
    }

    /// Ends all transfers where they are; they come back as interrupted.
    func park() { send(.park) }

    func removeEnded() -> [TransferLoop.Ended] {
        let removed = ended.takeIfAny()
        count -= removed.count
        return removed
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
                case .park: back += loop.park().map { .init(transfer: $0, error: .interrupted) }
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
