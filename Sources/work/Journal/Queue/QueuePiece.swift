internal import NDJSON
internal import Records

/// What a thread found in a piece of the catalogue. It is filled by one thread, and then read by another.
final class QueuePiece: @unchecked Sendable {
    /// A line that is a record.
    struct Record {
        /// Of the path in the journal; -1 where no result names it.
        let number: Int
        let hash: PathTable.Hash
        /// Where the path stands in `paths`, if it is not in the journal.
        let path: Range<Int>
        /// Where the printed line ends in the output; that of the record before, where it is not wanted.
        let end: Int
        let line: Int
    }

    // Each is used by one thread at a time: checks for overlapping accesses would only take time.
    @exclusivity(unchecked) var records: [Record] = []
    var problems: [(error: LineError, line: Int)] = []
    @exclusivity(unchecked) var paths: [UInt8] = []
    /// The lines that are wanted.
    @exclusivity(unchecked) var output = LineBuffer()
    /// How many of them there are.
    var wanted = 0
    /// Of the catalogue, blank ones included.
    var lines = 0

    func removeAll() {
        records.removeAll(keepingCapacity: true)
        problems.removeAll()
        paths.removeAll(keepingCapacity: true)
        output.removeAll()
        (wanted, lines) = (0, 0)
    }
}

/// A journal that several threads look into, and none changes.
final class SharedJournal: @unchecked Sendable {
    let journal: FoldedJournal

    init(_ journal: consuming FoldedJournal) { self.journal = journal }
}

extension LineBuffer {
    /// A line for the journal about one record.
    mutating func add(_ mark: QueueRequest.Mark, path: UnsafeRawBufferPointer) {
        open()
        add(CatalogField.path, text: path)
        add(Field.status, mark.rawValue)
        close()
    }
}
