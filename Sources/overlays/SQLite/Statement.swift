internal import CSQLite
internal import Glibc

/// A prepared statement that finalizes itself. Its columns tell of the row that the last `step` came to.
@safe package final class Statement {
    private let handle: OpaquePointer
    /// Keeps the database open for as long as its statement lives.
    private let database: Database

    init(owning handle: OpaquePointer, of database: Database) {
        unsafe self.handle = handle
        self.database = database
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Moves to the next row. False when there is none.
    package func step() throws(DatabaseError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw database.error(code)
        }
    }

    /// Makes the statement ready to run again.
    package func reset() { unsafe sqlite3_reset(handle) }

    /// Sets a parameter, counted from 1.
    package func bind(_ index: Int32, _ value: Int64) throws(DatabaseError) {
        try check(unsafe sqlite3_bind_int64(handle, index, value))
    }

    package func bind(_ index: Int32, _ value: Value) throws(DatabaseError) {
        switch value {
        case .null: try check(unsafe sqlite3_bind_null(handle, index))
        case .integer(let integer): try bind(index, integer)
        case .real(let real): try check(unsafe sqlite3_bind_double(handle, index, real))
        case .text(let text): try bindText(index, Array(text.utf8))
        case .invalidText(let bytes): try bindText(index, bytes)
        case .blob(let bytes):
            try check(unsafe sqlite3_bind_blob(handle, index, bytes, Int32(bytes.count), tf_sqlite_transient()))
        }
    }

    /// The value of a column, counted from 0.
    package subscript(column: Int32) -> Value {
        switch unsafe sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: return .real(unsafe sqlite3_column_double(handle, column))
        case SQLITE_TEXT: return text(column)
        case SQLITE_BLOB: return .blob(blob(column))
        default: return .null
        }
    }

    /// The kind of a column's value, without reading it.
    package func kind(_ column: Int32) -> Kind {
        switch unsafe sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .real
        case SQLITE_TEXT: .text
        case SQLITE_BLOB: .blob
        default: .null
        }
    }

    /// The value of a column whose kind is `integer`.
    package func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    /// Puts the bytes of a column whose kind is `text` after what is in `bytes`. They may not be UTF-8.
    package func append(_ column: Int32, to bytes: inout [UInt8]) {
        guard let start = unsafe sqlite3_column_text(handle, column) else { return }
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
    }

    /// Puts the first bytes of a column whose kind is `blob` after what is in `bytes`.
    package func appendBlob(_ column: Int32, to bytes: inout [UInt8], atMost limit: Int) {
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return }
        let count = min(Int(unsafe sqlite3_column_bytes(handle, column)), limit)
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
    }

    private func text(_ column: Int32) -> Value {
        // The order matters: the length is that of the text as the call before has made it.
        guard let start = unsafe sqlite3_column_text(handle, column) else { return .text("") }
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
        return unsafe String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .invalidText(Array(bytes))
    }

    private func blob(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    private func bindText(_ index: Int32, _ bytes: [UInt8]) throws(DatabaseError) {
        // A terminating zero, since of no bytes there is no address, which SQLite would take for NULL.
        let code = unsafe (bytes + [0]).withUnsafeBytes { buffer in
            unsafe sqlite3_bind_text(
                handle, index, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count),
                tf_sqlite_transient())
        }
        try check(code)
    }

    private func check(_ code: CInt) throws(DatabaseError) {
        guard code == SQLITE_OK else { throw database.error(code) }
    }
}

extension Statement {
    /// SQLite's storage classes (sqlite.org/datatype3.html).
    package enum Kind: Sendable {
        case null, integer, real, text, blob
    }

    /// What is in a column. SQLite lets any kind be in any column.
    package enum Value: Equatable, Sendable {
        case null
        case integer(Int64)
        case real(Double)
        case text(String)
        /// A text whose bytes are not UTF-8.
        case invalidText([UInt8])
        case blob([UInt8])
    }
}
