package import NDJSON
internal import Records

/// Where a catalogue's rows come from, one after the other. All that it says is about the current row.
///
/// A new kind of source is one more type that conforms to this, and one more case in `CatalogInput`.
package protocol RowSource: AnyObject {
    /// What messages call the source: a file's name, or `standard input`.
    var name: String { get }
    /// What messages call the row: `line 3`, `segment 17`.
    var rowName: String { get }

    /// What the source seems to be, where none of its rows is a record.
    var looksLike: String { get }

    /// What it was taken for, and which of its columns tell what, for `--debug`.
    var explanation: [String] { get }

    /// Moves to the next row. False at the end.
    ///
    /// - Parameter beforeReading: called before each read, which may block.
    func advance(beforeReading: () throws(CatalogError) -> Void) throws(CatalogError) -> Bool

    /// Checks the row as a whole; it has to be called before the others. It may be called again.
    func check() throws(RecordError)

    /// Whether the row is a record already, with a path, and goes out as it came.
    var isRecord: Bool { get }

    /// Nil where the row has none. What is not an integer, or not for certain, is an error.
    func integer(_ column: Column) throws(RecordError) -> Int64?
    /// Puts the text of a column after what is in `text`. False where the row has none.
    func append(_ column: Column, to text: inout [UInt8]) throws(RecordError) -> Bool

    /// Writes a column as a field of a record; nothing where it has no value.
    func copy(_ column: Column, to output: inout LineBuffer) throws(RecordError)
    /// Writes the fields that the catalogue does not know.
    func copyUnknown(to output: inout LineBuffer, _ messages: inout RowMessages)
    /// Writes a row that is a record.
    ///
    /// - Parameter object: what the store says of it, which replaces what the record says.
    func copyRecord(
        _ object: ListedObject?, to output: inout LineBuffer, _ messages: inout RowMessages
    ) throws(RecordError)

    /// All courses of the source that can have rows, those without any segment included; nil where the rows are all
    /// that there is.
    func courses() throws(CatalogError) -> [Course]?
    /// Whether no two rows can have the same `segment_id`.
    var hasUniqueSegmentIDs: Bool { get }
    /// The same rows once more from the start; nil where what was read is gone.
    func again() throws(CatalogError) -> (any RowSource)?
}

extension RowSource {
    package var isRecord: Bool { false }
    package func copyUnknown(to output: inout LineBuffer, _ messages: inout RowMessages) {}
    package func copyRecord(
        _ object: ListedObject?, to output: inout LineBuffer, _ messages: inout RowMessages
    ) throws(RecordError) {}
    package func courses() throws(CatalogError) -> [Course]? { nil }
    package var hasUniqueSegmentIDs: Bool { false }

    func has(_ column: Column) throws(RecordError) -> Bool { try string(column) != nil }

    /// Whether the row is an entry of a listing that means a folder. Scripts write the word in their own ways.
    func isFolder() throws(RecordError) -> Bool {
        guard let word = try string(.isFolder) else { return false }
        return ["true", "1", "t", "yes", "y"].contains(word.trimmed.lowercased())
    }

    func string(_ column: Column) throws(RecordError) -> String? {
        var text: [UInt8] = []
        return try append(column, to: &text) ? String(decoding: text, as: UTF8.self) : nil
    }
}

/// A course by itself, as the source describes it.
package struct Course: Equatable {
    package let id: Int64
    package let title: String?
}

/// Why a row gives no record, or a record lacks a field. The other rows go on.
package struct RecordError: Error, Equatable {
    /// The column that is at fault; nil: the row as a whole.
    let column: Column?
    /// `is a blob, not a text`, of a column; else a sentence.
    let reason: String

    package var message: String { column.map { "'\($0.name)' \(reason)" } ?? reason }

    init(_ reason: String) { (column, self.reason) = (nil, reason) }

    init(_ column: Column, _ reason: String) { (self.column, self.reason) = (column, reason) }
}

/// Why a catalogue cannot be read, or not any further.
package struct CatalogError: Error, Equatable {
    package let message: String

    package init(_ message: String) { self.message = message }
}
