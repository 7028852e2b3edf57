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

    /// Whether the row is a record already, with a path, and goes out as it came.
    var isRecord: Bool { get }

    func integer(_ column: Column) throws(RowProblem) -> Int64?
    /// Puts the text of a column behind what stands in `text`. False where the row has none.
    func append(_ column: Column, to text: inout [UInt8]) throws(RowProblem) -> Bool

    /// Writes a column as a field of a record; nothing where it has no value.
    func copy(_ column: Column, to output: inout LineBuffer) throws(RowProblem)
    /// Writes the fields that the catalogue does not know.
    func copyUnknown(to output: inout LineBuffer)
    /// Writes a row that is a record.
    ///
    /// - Parameter object: what the store says of it, which replaces what the record says.
    func copyRecord(_ object: StoredObject?, to output: inout LineBuffer)

    /// All courses of the source that can have rows, those without any segment included; nil where the rows are all
    /// that there is.
    func courses() throws(CatalogFailure) -> [Course]?
    /// Whether no two rows can have the same `segment_id`.
    var hasUniqueSegmentIDs: Bool { get }
    /// The same rows once more from the start; nil where what was read is gone.
    func again() throws(CatalogFailure) -> (any RowSource)?
}

extension RowSource {
    package var isRecord: Bool { false }
    package func copyUnknown(to output: inout LineBuffer) {}
    package func copyRecord(_ object: StoredObject?, to output: inout LineBuffer) {}
    package func courses() throws(CatalogFailure) -> [Course]? { nil }
    package var hasUniqueSegmentIDs: Bool { false }

    func has(_ column: Column) throws(RowProblem) -> Bool { try string(column) != nil }

    func string(_ column: Column) throws(RowProblem) -> String? {
        var text: [UInt8] = []
        return try append(column, to: &text) ? String(decoding: text, as: UTF8.self) : nil
    }
}

/// A course by itself, as the source tells of it.
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

/// What is said about rows that give no record: each of the first few, then how many more.
struct Complaints {
    private static let listed = 20

    private let source: String
    private let say: (String) -> Void
    private(set) var count = 0

    init(_ source: String, _ say: @escaping (String) -> Void) {
        self.source = source
        self.say = say
    }

    /// Whether the next one will be told in full.
    var isListing: Bool { count < Self.listed }

    mutating func add(_ row: String, _ problem: String) {
        if isListing { tell("\(row): \(problem)") }
        count += 1
    }

    /// Says something about the source as a whole.
    func tell(_ message: String) { say("\(source): \(message)") }

    func finish() {
        if count > Self.listed { tell("\(counted(count - Self.listed, "more bad row")), not listed") }
    }
}
