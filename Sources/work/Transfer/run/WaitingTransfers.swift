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

    /// Takes out those that are meant.
    mutating func removeAll(where isMeant: (FileTransfer) -> Bool) -> [FileTransfer] {
        let removed = entries.map(\.transfer).filter(isMeant)
        entries.removeAll { isMeant($0.transfer) }
        unbegun = entries.count { $0.transfer.tries == 0 }
        return removed
    }

    /// When the next one falls due.
    func nextDue(after now: Double) -> Double? { entries.map(\.due).filter { $0 > now }.min() }

    private mutating func remove(at index: Int) -> FileTransfer {
        let transfer = entries.remove(at: index).transfer
        if transfer.tries == 0 { unbegun -= 1 }
        return transfer
    }
}

extension WaitingTransfers.Entry {
    var start: WaitingStart {
        WaitingStart(origin: transfer.record.url.origin, due: due, isFirst: transfer.tries == 0)
    }
}

/// Records for hosts that are condemned. They have no part and no place: only lines are kept, and only a limited number.
struct DeferredRecords {
    private var records: [String: [FetchRecord]] = [:]
    private(set) var count = 0

    /// This many lines are checked for other hosts; their URLs get no fresher by waiting.
    private static let most = 1000

    var isEmpty: Bool { count == 0 }

    var origins: some Sequence<String> { records.keys }

    var hasRoom: Bool { count < Self.most }

    mutating func add(_ record: FetchRecord) {
        records[record.url.origin, default: []].append(record)
        count += 1
    }

    /// Takes out a record of an origin that may be asked.
    ///
    /// - Parameters:
    ///   - isKnownToFail: such a one is taken only where there is no other: what always fails would hide that the host
    ///     serves again.
    ///   - random: chooses among those that are equally good.
    mutating func next(
        where mayBegin: (String) -> Bool, avoiding isKnownToFail: (FetchRecord) -> Bool = { _ in false },
        random: () -> Double = { 0 }
    ) -> FetchRecord? {
        guard let origin = records.keys.sorted().first(where: { mayBegin($0) }), var own = records[origin] else {
            return nil
        }
        let index = own.firstIndex { !isKnownToFail($0) } ?? Int(random() * Double(own.count))
        let record = own.remove(at: index)
        count -= 1
        records[origin] = own.isEmpty ? nil : own
        return record
    }

    /// Takes all out, in the order of their lines.
    mutating func removeAll() -> [FetchRecord] {
        defer { self = DeferredRecords() }
        return records.values.flatMap { $0 }.sorted { $0.number < $1.number }
    }
}
