internal import SQLite

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

    // The checks for overlapping accesses cost as much as the accesses, and nothing here calls back.
    @exclusivity(unchecked) private var cells: [Cell] = []
    @exclusivity(unchecked) private var text: [UInt8] = []
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
        case .null, .blob: cells.append(Cell(kind: kind, value: 0))
        }
    }

    func appendNull() { cells.append(Cell(kind: .null, value: 0)) }

    /// The cell above once more.
    func repeatCell() { cells.append(cells[cells.count - columns]) }

    // MARK: Reading

    func kind(_ row: Int, _ column: Int) -> Statement.Kind { cells[row * columns + column].kind }

    func integer(_ row: Int, _ column: Int) -> Int64 { cells[row * columns + column].value }

    func real(_ row: Int, _ column: Int) -> Double {
        Double(bitPattern: UInt64(bitPattern: cells[row * columns + column].value))
    }

    /// Puts the bytes of a text, which may not be UTF-8, behind what stands in `target`.
    func append(_ row: Int, _ column: Int, to target: inout [UInt8]) {
        let cell = cells[row * columns + column]
        target.append(contentsOf: text[cell.start..<Int(cell.value)])
    }
}
