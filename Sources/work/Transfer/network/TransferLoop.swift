internal import Curl
internal import Records

/// The transfers of one thread: follows redirects, and judges each try when it has ended.
final class TransferLoop {
    private let limits: TransferSettings
    private let transport: any Transport
    private let rateLimit: RateLimit?
    /// Those that begin with the next `perform`.
    private var beginning: [FileTransfer] = []
    private var running: [FileTransfer] = []
    /// What those that run had brought when the loop last waited.
    private var receivedBefore: Int64 = 0

    /// A turn that brings fewer bytes of large files came too early.
    private static let worthATurn: Int64 = 65536
    /// Milliseconds until the next one then. The sockets' own buffers hold what comes meanwhile.
    private static let rest: Int32 = 5
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

    var count: Int { beginning.count + running.count }

    /// The transfer's next try begins with the next `perform`.
    func start(_ transfer: FileTransfer) { beginning.append(transfer) }

    /// Does what can be done without waiting, and returns the tries that have ended by it.
    func perform() -> [Ended] {
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
        if pause > 0 { return transport.pause(&watched, milliseconds: min(milliseconds, Int32(pause.rounded(.up)))) }
        if isTrickling() { return transport.pause(&watched, milliseconds: min(milliseconds, Self.rest)) }
        transport.wait(&watched, milliseconds: milliseconds)
    }

    /// Whether the last turn brought a packet or two, of large files alone: over a slow line a turn for each packet
    /// costs more than the bytes do.
    private func isTrickling() -> Bool {
        guard running.allSatisfy({ $0.isLarge && $0.bytesOfTry > 0 }) else { return false }
        let received = running.reduce(0) { $0 + $1.received }
        defer { receivedBefore = received }
        return (1..<Self.worthATurn).contains(received - receivedBefore)
    }

    /// Ends a `wait` from any thread.
    var waker: @Sendable () -> Void { transport.waker }
}
