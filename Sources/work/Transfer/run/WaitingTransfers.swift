/// Transfers that wait for their next start, in the order in which they came.
struct WaitingTransfers {
    struct Entry {
        let transfer: FileTransfer
        /// On the monotonic clock; not before.
        let due: Double
    }

    private(set) var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }

    var count: Int { entries.count }

    /// How many of them wait for their first start.
    private(set) var unbegun = 0

    mutating func add(_ transfer: FileTransfer, due: Double) {
        entries.append(Entry(transfer: transfer, due: due))
        if transfer.tries == 0 { unbegun += 1 }
    }

    /// Takes out the first one that is due and may begin.
    mutating func next(at now: Double, mayBegin: (FileTransfer) -> Bool) -> FileTransfer? {
        guard let index = entries.firstIndex(where: { $0.due <= now && mayBegin($0.transfer) }) else { return nil }
        return remove(at: index)
    }

    /// Takes all out.
    mutating func removeAll() -> [FileTransfer] {
        defer { (entries, unbegun) = ([], 0) }
        return entries.map(\.transfer)
    }

    /// When the next one falls due.
    func nextDue(after now: Double) -> Double? { entries.map(\.due).filter { $0 > now }.min() }

    private mutating func remove(at index: Int) -> FileTransfer {
        let transfer = entries.remove(at: index).transfer
        if transfer.tries == 0 { unbegun -= 1 }
        return transfer
    }
}
