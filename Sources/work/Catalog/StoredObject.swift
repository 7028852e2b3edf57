internal import NDJSON

/// What a store's listing says of an object.
package struct StoredObject: Equatable {
    package let size: Int64?
    /// As the store answers it, with its quotation marks.
    package let etag: [UInt8]?

    /// The columns that it replaces, a bit for each.
    var replaced: UInt64 {
        (size == nil ? 0 : 1 << UInt64(Column.size.rawValue)) | (etag == nil ? 0 : 1 << UInt64(Column.etag.rawValue))
    }

    func write(to output: inout LineBuffer) {
        if let size { output.add(Column.size.label, size) }
        if let etag { output.add(Column.etag.label, utf8: etag) }
    }
}
