internal import Curl
internal import Records

/// The transfers of one thread: follows redirects, and judges each try when it has ended.
final class TransferLoop {
    private var limits: TransferSettings
    private let transport: any Transport
    private let rateLimit: RateLimit?
    /// What the settings are under a rate limit as it is now, or under none.
    private let settings: (RateLimit?) -> TransferSettings
    /// As often the limit had changed when the network was told of it.
    private var knownChanges = 0
    /// Those that begin with the next `perform`.
    private var beginning: [FileTransfer] = []
    private var running: [FileTransfer] = []

    /// Milliseconds that the loop pauses at most before it looks at its commands and descriptors again.
    private static let longestPause = 50.0

    /// A try that has ended; without an error its part is the whole video.
    struct Ended: Sendable {
        let transfer: FileTransfer
        let error: TryError?
    }

    /// - Parameter settings: what they are under a rate limit as it is now, or under none.
    init(_ transport: any Transport, rateLimit: RateLimit?, settings: @escaping (RateLimit?) -> TransferSettings) {
        self.transport = transport
        self.rateLimit = rateLimit
        self.settings = settings
        limits = settings(rateLimit)
        transport.adjust(limits)
    }

    var count: Int { beginning.count + running.count }

    /// The transfer's next try begins with the next `perform`.
    func start(_ transfer: FileTransfer) { beginning.append(transfer) }

    /// Does what can be done without waiting, and returns the tries that have ended by it.
    func perform() -> [Ended] {
        followRateLimit()
        begin()
        guard pause == 0 else { return [] }
        transport.perform { pause == 0 }
        var ended: [Ended] = []
        while let request = transport.nextEnded() {
            guard let place = running.firstIndex(where: { $0 === request.receiver }) else { continue }
            let transfer = running[place]
            if let target = request.redirectURL, let next = transfer.follow(target) {
                transport.start(next, for: transfer)
                continue
            }
            running.swapAt(place, running.count - 1)
            running.removeLast()
            let error = transfer.judgeEnd(request.failure, wasConnected: request.wasConnected, limits: limits)
            ended.append(Ended(transfer: transfer, error: error))
        }
        return ended
    }

    private func begin() {
        for transfer in beginning {
            running.append(transfer)
            transport.start(transfer.nextRequest(), for: transfer)
        }
        beginning.removeAll(keepingCapacity: true)
    }

    private func followRateLimit() {
        guard let rateLimit, rateLimit.changes != knownChanges else { return }
        knownChanges = rateLimit.changes
        limits = settings(rateLimit)
        transport.adjust(limits)
    }

    /// Milliseconds for which the rate limit wants nothing to be taken from the network.
    private var pause: Double {
        guard let rateLimit, !running.isEmpty else { return 0 }
        return min(rateLimit.delay * 1000, Self.longestPause)
    }

    /// Takes all transfers out, as far as they have come.
    func park() -> [FileTransfer] {
        transport.cancelAll()
        defer { (beginning, running) = ([], []) }
        return running + beginning
    }

    func wait(_ watched: inout [MultiHandle.Watched], milliseconds: Int32) {
        let pause = pause
        guard pause > 0 else { return transport.wait(&watched, milliseconds: milliseconds) }
        transport.pause(&watched, milliseconds: min(milliseconds, Int32(pause.rounded(.up))))
    }

    /// Ends a `wait` from any thread.
    var waker: @Sendable () -> Void { transport.waker }
}
