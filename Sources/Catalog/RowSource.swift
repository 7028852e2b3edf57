package import NDJSON

/// Where a catalogue's rows come from, one after the other. All that it tells is about the row at hand.
///
/// A new kind of source is one more type that conforms to this, and one more case in `CatalogInput`.
package protocol RowSource: AnyObject {
    /// What messages call the source: a file's name, or `standard input`.
    var name: String { get }
    /// What messages call the row: `line 3`, `segment 17`.
    var rowName: String { get }

    /// Moves to the next row. False at the end.
    ///
    /// - Parameter beforeReading: called before each read, which may block.
    func advance(beforeReading: () throws(CatalogFailure) -> Void) throws(CatalogFailure) -> Bool

    /// Checks the row as a whole; it has to be called before the others. It may be called again.
    func check() throws(RowProblem)

    func integer(_ column: Column) throws(RowProblem) -> Int64?
    func text(_ column: Column) throws(RowProblem) -> String?

    /// The path of a row that is a record already, and goes out as it came; nil of one that has to be made a record.
    func finishedPath() throws(RowProblem) -> UnsafeRawBufferPointer?
    /// Writes a row that is a record already.
    func copyLine(to output: inout LineBuffer)
    /// Writes a column as a field of a record; nothing where it has no value.
    func copy(_ column: Column, to output: inout LineBuffer) throws(RowProblem)
    /// Writes the fields that the catalogue does not know.
    func copyUnknown(to output: inout LineBuffer)

    /// All courses of the source that can have rows, those without any segment included; nil where the rows are all
    /// that there is.
    func courses() throws(CatalogFailure) -> [Course]?
    /// Whether no two rows can have the same `segment_id`.
    var hasUniqueSegmentIDs: Bool { get }
    /// The same rows once more from the start; nil where what was read is gone.
    func again() throws(CatalogFailure) -> (any RowSource)?
}

package struct Course: Equatable {
    package let id: Int64
    package let title: String?
}

/// Why a row gives no record. The others go on.
package struct RowProblem: Error, Equatable {
    package let message: String

    package init(_ message: String) { self.message = message }
}

/// Why a catalogue cannot be read, or not any further.
package struct CatalogFailure: Error, Equatable {
    package let message: String

    package init(_ message: String) { self.message = message }
}
