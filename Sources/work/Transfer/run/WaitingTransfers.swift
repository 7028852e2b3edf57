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

/// Records for hosts that are not asked now. They have no part and no place: only lines are kept, and only a limited number.
struct DeferredRecords {
    private var records: [String: [FetchRecord]] = [:]
    private(set) var count = 0
    /// Since when there have been some, on the monotonic clock.
    private var since: Double?

    /// This many lines are checked for other hosts; their URLs get no fresher by waiting.
    private static let most = 1000

    var isEmpty: Bool { count == 0 }

    var origins: some Sequence<String> { records.keys }

    var hasRoom: Bool { count < Self.most }

    /// Most outages are short: only what has waited for so many seconds makes room for others.
    private static let longestWait = 60.0

    func haveWaitedLong(at now: Double) -> Bool { since.map { now - $0 >= Self.longestWait } ?? false }

    mutating func add(_ record: FetchRecord, at now: Double) {
        if count == 0 { since = now }
        records[record.url.origin, default: []].append(record)
        count += 1
    }

    /// Takes out a record of an origin that may be asked.
    ///
    /// - Parameters:
    ///   - mayBegin: of an origin and its records.
    ///   - choose: the index of the one, of those for an origin.
    mutating func next(
        where mayBegin: (String, [FetchRecord]) -> Bool, choose: ([FetchRecord]) -> Int = { _ in 0 }
    ) -> FetchRecord? {
        let open = records.sorted { $0.key < $1.key }.first { mayBegin($0.key, $0.value) }
        guard let origin = open?.key, var own = open?.value else { return nil }
        let record = own.remove(at: choose(own))
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
