internal import Store
internal import Synchronization

/// One of a run's equal loops: a thread with a network of its own. It takes records, looks for their files, transfers,
/// checks and writes them. What has to be decided it decides as the run, whose lock it then holds.
final class FetchLoop: @unchecked Sendable {
    // What is not said to be otherwise is touched by who holds the run's lock.

    /// The loop's thread alone touches them, whether it holds the lock or not.
    let transfers: TransferLoop
    /// How many transfers it may run: the loops share what the run may.
    var places: Int
    /// Transfers that began here, and of which no end has been concluded yet.
    private(set) var running: [FileTransfer] = []
    /// Connections that bring pieces of large files which run here.
    private(set) var ranges = 0
    /// Whether it waits, and has no transfer.
    var isIdle = true
    /// Whether its waiting ends when there is a line to read.
    var watchesInput = false
    /// Ends its waiting, from any thread.
    let wake: @Sendable () -> Void
    private let isResultAwaited = Atomic(false)

    init(_ transfers: TransferLoop, places: Int) {
        (self.transfers, self.places, wake) = (transfers, places, transfers.waker)
    }

    /// Whether it is to be woken when results have been written. It looks at them after saying so.
    var waitsForResults: Bool {
        get { isResultAwaited.load(ordering: .sequentiallyConsistent) }
        set { isResultAwaited.store(newValue, ordering: .sequentiallyConsistent) }
    }

    /// Called from the writer's thread.
    func wakeIfWaitingForResults() {
        if waitsForResults { wake() }
    }

    var hasPlace: Bool { running.count < places }

    func start(_ transfer: FileTransfer) {
        running.append(transfer)
        transfers.start(transfer)
    }

    func start(_ range: RangeTransfer) {
        ranges += 1
        transfers.start(range)
    }

    func removeRange() { ranges -= 1 }

    /// Takes a transfer out of the account, as its try has ended.
    func remove(_ transfer: FileTransfer) {
        guard let place = running.firstIndex(where: { $0 === transfer }) else { return }
        running.swapAt(place, running.count - 1)
        running.removeLast()
    }
}

/// How large files are.
struct FileSizes {
    /// Of those fetched lately, in bytes.
    private var average: Double?

    /// From this size on a file is worth a large buffer and a connection of its own.
    private static let large = 1_048_576.0

    mutating func learn(_ size: Int64) {
        average = average.map { $0 * 0.75 + Double(size) * 0.25 } ?? Double(size)
    }

    /// By what the record says, else by what files have been like lately; nil where nothing is known.
    func isLarge(_ record: FetchRecord) -> Bool? {
        (record.expected.size.map { Double($0) } ?? average).map { $0 >= Self.large }
    }
}
