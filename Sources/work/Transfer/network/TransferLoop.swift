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
    /// Connections that bring pieces of those.
    private var ranges: [RangeTransfer] = []
    private var endedRanges: [RangeTransfer] = []

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

    /// A piece of a transfer that runs.
    func start(_ range: RangeTransfer) {
        ranges.append(range)
        transport.start(range.request, for: range)
    }

    /// The pieces that have ended, whether they were brought or not; each is returned once.
    func takeEndedRanges() -> [RangeTransfer] {
        if endedRanges.isEmpty { return [] }
        defer { endedRanges = [] }
        return endedRanges
    }

    /// Does what can be done without waiting, and returns the tries that have ended by it.
    func perform() -> [Ended] {
        followRateLimit()
        begin()
        guard pause == 0 else { return [] }
        transport.perform { pause == 0 }
        var ended: [Ended] = []
        while let request = transport.nextEnded() {
            guard let place = running.firstIndex(where: { $0 === request.receiver }) else {
                if let one = rangeEnded(request) { ended.append(one) }
                continue
            }
            let transfer = running[place]
            if let target = request.redirectURL, let next = transfer.follow(target) {
                transport.start(next, for: transfer)
                continue
            }
            if transfer.isAtLimit {
                if let one = goOn(transfer) { ended.append(one) }
                continue
            }
            let error = transfer.judgeEnd(request.failure, wasConnected: request.wasConnected, limits: limits)
            ended.append(end(transfer, at: place, error))
        }
        return ended
    }

    private func end(_ transfer: FileTransfer, at place: Int, _ error: TryError?) -> Ended {
        running.swapAt(place, running.count - 1)
        running.removeLast()
        if !transfer.ranges.isEmpty { drop(transfer.ranges, of: transfer) }
        return Ended(transfer: transfer, error: error)
    }

    // MARK: - Pieces

    /// - Returns: its transfer, if it has ended by that.
    private func rangeEnded(_ request: EndedRequest) -> Ended? {
        guard let place = ranges.firstIndex(where: { $0 === request.receiver }) else { return nil }
        let range = ranges.remove(at: place)
        endedRanges.append(range)
        range.transfer.remove(range)
        if let error = range.diskError { return end(range.transfer, error) }
        return range.transfer.isResting ? goOn(range.transfer) : nil
    }

    /// What follows after the bytes up to the next piece.
    private func goOn(_ transfer: FileTransfer) -> Ended? {
        do throws(TryError) {
            switch try transfer.goOn() {
            case .ask(let request): transport.start(request, for: transfer)
            case .rest: break
            case .whole: return end(transfer, transfer.judgeEnd(nil, wasConnected: true, limits: limits))
            }
            return nil
        } catch { return end(transfer, error) }
    }

    private func end(_ transfer: FileTransfer, _ error: TryError?) -> Ended? {
        transport.cancel(transfer)
        return running.firstIndex { $0 === transfer }.map { end(transfer, at: $0, error) }
    }

    private func drop(_ dropped: [RangeTransfer], of transfer: FileTransfer) {
        for range in dropped { transport.cancel(range) }
        ranges.removeAll { $0.transfer === transfer }
        endedRanges += dropped
        transfer.dropRanges()
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
        for range in ranges { range.transfer.dropRanges() }
        endedRanges += ranges
        ranges = []
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
