internal import POSIX
internal import SQLite

/// Reads the segments ahead on a thread of its own: sorting and joining takes as long as making the records.
final class DatabaseReader {
    /// What is handed to the thread: an empty batch to fill, or the word to end.
    private enum Order {
        case fill(RowBatch)
        case stop
    }

    /// What comes back: a batch with rows, or the end, with a reason where it is not that of the rows.
    private enum Report {
        case rows(RowBatch)
        case end(DatabaseError?)
    }

    private static let batches = 4
    private static let rowsInBatch = 256

    private let rows: SegmentRows
    private let orders = Mailbox<Order>()
    private let reports = Mailbox<Report>()
    private var thread: WorkerThread?
    /// What has come and is not yet read, the next one last.
    private var waiting: [Report] = []

    init(_ rows: SegmentRows) { self.rows = rows }

    deinit { stop() }

    /// The next rows; nil at their end. The batch that was returned before is filled again.
    ///
    /// - Parameter beforeWaiting: called where none has come yet.
    func next(
        after last: RowBatch?, _ beforeWaiting: () throws(CatalogError) -> Void
    ) throws(CatalogError) -> Result<RowBatch?, DatabaseError> {
        if let last { orders.put(.fill(last)) }
        if thread == nil { start() }
        if waiting.isEmpty { waiting = reports.takeIfAny().reversed() }
        if waiting.isEmpty {
            try beforeWaiting()
            waiting = reports.take().reversed()
        }
        switch waiting.popLast() {
        case .rows(let batch): return .success(batch)
        case .end(let error?): return .failure(error)
        case .end(nil), nil:
            waiting = [.end(nil)]
            return .success(nil)
        }
    }

    /// Ends the thread: from now on the database is the caller's.
    func stop() {
        orders.put(.stop)
        thread?.join()
        thread = nil
        waiting = [.end(nil)]
    }

    private func start() {
        for _ in 0..<Self.batches { orders.put(.fill(RowBatch(columns: rows.columns))) }
        let (rows, orders, reports) = (rows, orders, reports)
        thread = WorkerThread {
            while true {
                for order in orders.take() {
                    guard case .fill(let batch) = order, Self.fill(batch, rows, reports) else { return }
                }
            }
        }
    }

    /// False at the end of the rows.
    private static func fill(_ batch: RowBatch, _ rows: SegmentRows, _ reports: Mailbox<Report>) -> Bool {
        do throws(DatabaseError) {
            let goesOn = try rows.read(into: batch, count: rowsInBatch)
            if batch.rows > 0 { reports.put(.rows(batch)) }
            if !goesOn { reports.put(.end(nil)) }
            return goesOn
        } catch {
            reports.put(.end(error))
            return false
        }
    }
}

/// The segments with the titles of their courses and channels. It belongs to the thread that reads.
final class SegmentRows: @unchecked Sendable {
    private let segments: Statement
    private let selected: Int
    /// The titles that are looked up: by the cell of which id, and how.
    private let titles: [(id: Int32, lookUp: Statement)]

    /// The cells of a row: what the tables select, then the titles.
    var columns: Int { selected + titles.count }

    init(_ tables: CatalogTables, _ courses: Set<Int64>) throws(DatabaseError) {
        segments = try tables.segments(of: courses)
        selected = tables.selected.count
        var titles: [(Int32, Statement)] = []
        for title in tables.lookedUp {
            let id = tables.selected.firstIndex(of: title == .courseTitle ? .courseID : .channelID)!
            titles.append((Int32(id), try tables.titles(title)))
        }
        self.titles = titles
    }

    /// Fills a batch. False at the end of the rows.
    func read(into batch: RowBatch, count: Int) throws(DatabaseError) -> Bool {
        batch.removeAll()
        while batch.rows < count {
            guard try segments.step() else { return false }
            for column in 0..<Int32(selected) { batch.append(segments, column) }
            for title in titles { try appendTitle(title.lookUp, title.id, to: batch) }
        }
        return true
    }

    /// Rows of one course follow each other, and a title that is looked up need not go through the sorting.
    private func appendTitle(_ lookUp: Statement, _ id: Int32, to batch: RowBatch) throws(DatabaseError) {
        // By patterns: `==` of another room's type is called through its witness table, twice for each row.
        guard case .integer = segments.kind(id) else { return batch.appendNull() }
        let (row, column) = (batch.lastRow, Int(id))
        let value = segments.integer(id)
        if row > 0, case .integer = batch.kind(row - 1, column), batch.integer(row - 1, column) == value {
            return batch.repeatCell()
        }
        lookUp.reset()
        try lookUp.bind(1, value)
        if try lookUp.step() { batch.append(lookUp, 0) } else { batch.appendNull() }
    }
}

/// Rows copied out of a statement, so that they can go to another thread. It belongs to one thread at a time, which its
/// user sees to.
final class RowBatch: @unchecked Sendable {
    private struct Cell {
        var kind: Statement.Kind
        /// An integer, the bits of a real, or where a text ends.
        var value: Int64
        /// Where a text begins.
        var start = 0
    }

    /// A longer one is not a text for people: as much of it as shows that.
    private static let longestBlob = 4096

    private var cells: [Cell] = []
    private var text: [UInt8] = []
    private let columns: Int
    var rows: Int { cells.count / columns }

    /// The number of the row that is being filled.
    var lastRow: Int { (cells.count + columns - 1) / columns - 1 }

    init(columns: Int) { self.columns = columns }

    func removeAll() {
        cells.removeAll(keepingCapacity: true)
        text.removeAll(keepingCapacity: true)
    }

    // MARK: Filling, cell by cell

    func append(_ statement: Statement, _ column: Int32) {
        let kind = statement.kind(column)
        switch kind {
        case .integer: cells.append(Cell(kind: kind, value: statement.integer(column)))
        case .real:
            guard case .real(let value) = statement[column] else { return appendNull() }
            cells.append(Cell(kind: kind, value: Int64(bitPattern: value.bitPattern)))
        case .text:
            let start = text.count
            statement.append(column, to: &text)
            cells.append(Cell(kind: kind, value: Int64(text.count), start: start))
        case .blob:
            let start = text.count
            statement.appendBlob(column, to: &text, atMost: Self.longestBlob)
            cells.append(Cell(kind: kind, value: Int64(text.count), start: start))
        case .null: cells.append(Cell(kind: kind, value: 0))
        }
    }

    func appendNull() { cells.append(Cell(kind: .null, value: 0)) }

    /// The cell above once more.
    func repeatCell() { cells.append(cells[cells.count - columns]) }

    // MARK: ReadOptions

    func kind(_ row: Int, _ column: Int) -> Statement.Kind { cells[row * columns + column].kind }

    func integer(_ row: Int, _ column: Int) -> Int64 { cells[row * columns + column].value }

    func real(_ row: Int, _ column: Int) -> Double {
        Double(bitPattern: UInt64(bitPattern: cells[row * columns + column].value))
    }

    /// The bytes of a text, which may not be UTF-8, or of a blob, as long as `body` runs.
    func withText<Result, Failure: Error>(
        _ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let cell = cells[row * columns + column]
        return try text.withUnsafeBufferPointer { text throws(Failure) in
            try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text[cell.start..<Int(cell.value)])))
        }
    }
}
