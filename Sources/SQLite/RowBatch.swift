/// Rows copied out of a statement, so that they can go to another thread. It belongs to one thread at a time, which its
/// user sees to.
package final class RowBatch: @unchecked Sendable {
    private struct Cell {
        var kind: Statement.Kind
        /// An integer, the bits of a real, or where a text ends.
        var value: Int64
        /// Where a text begins.
        var start = 0
    }

    private var cells: [Cell] = []
    private var text: [UInt8] = []
    private let columns: Int
    package var rows: Int { cells.count / columns }

    /// The number of the row that is being filled.
    package var lastRow: Int { (cells.count + columns - 1) / columns - 1 }

    package init(columns: Int) { self.columns = columns }

    package func removeAll() {
        cells.removeAll(keepingCapacity: true)
        text.removeAll(keepingCapacity: true)
    }

    // MARK: Filling, cell by cell

    package func append(_ statement: Statement, _ column: Int32) {
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

    package func appendNull() { cells.append(Cell(kind: .null, value: 0)) }

    /// The cell above once more.
    package func repeatCell() { cells.append(cells[cells.count - columns]) }

    // MARK: Reading

    package func kind(_ row: Int, _ column: Int) -> Statement.Kind { cells[row * columns + column].kind }

    package func integer(_ row: Int, _ column: Int) -> Int64 { cells[row * columns + column].value }

    package func real(_ row: Int, _ column: Int) -> Double {
        Double(bitPattern: UInt64(bitPattern: cells[row * columns + column].value))
    }

    /// Puts the bytes of a text, which may not be UTF-8, behind what stands in `target`.
    package func append(_ row: Int, _ column: Int, to target: inout [UInt8]) {
        let cell = cells[row * columns + column]
        target.append(contentsOf: text[cell.start..<Int(cell.value)])
    }
}
