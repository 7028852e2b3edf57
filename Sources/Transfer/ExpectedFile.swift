internal import NDJSON
internal import Records

/// What the record knows about the file.
package struct ExpectedFile: Equatable, Sendable {
    /// In bytes.
    package var size: Int64?

    /// A file below this is no video, whatever its bytes are.
    package static let smallest: Int64 = 1024

    package init(size: Int64? = nil) { self.size = size }

    init(_ line: LineScanner<Field>) throws(LineError) {
        size = try line.integer(.size)
        if let size, size < 0 { throw .wrongType(name: Field.size.name, found: .number, wanted: "a number of bytes") }
    }
}
