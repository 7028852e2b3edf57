internal import CSQLite
internal import Glibc

/// An open database that closes itself, for one thread.
@safe package final class Database {
    package enum Access: Sendable {
        /// The database is not changed. Other processes may read and write it meanwhile.
        case reading
        /// As it is in its file: no lock, and no write-ahead log is read. Only where no one writes.
        case readingUnlocked
        /// Made where it is not there.
        case writing
    }

    private let handle: OpaquePointer

    /// - Parameter patience: for how many milliseconds a lock of another process is waited for.
    package init(path: String, _ access: Access = .reading, patience: Int32 = 5000) throws(DatabaseError) {
        var opened: OpaquePointer?
        let mode = access == .writing ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
        let flags = mode | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(Self.uri(path, access), &opened, flags, nil)
        guard code == SQLITE_OK, let handle = unsafe opened else {
            let message = unsafe opened.map { unsafe Self.message($0) } ?? "no memory"
            unsafe sqlite3_close_v2(opened)
            throw DatabaseError(code: code, message: message)
        }
        unsafe self.handle = handle
        unsafe sqlite3_busy_timeout(handle, patience)
    }

    deinit { unsafe sqlite3_close_v2(handle) }

    /// Compiles the first statement of a text.
    package func prepare(_ sql: String) throws(DatabaseError) -> Statement {
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v2(handle, sql, -1, &prepared, nil)
        guard code == SQLITE_OK, let statement = unsafe prepared else { throw error(code) }
        return unsafe Statement(owning: statement, of: self)
    }

    /// Runs statements whose rows are not wanted.
    package func execute(_ sql: String) throws(DatabaseError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// Makes a function of one argument known to statements, though not to views and triggers of the database: of an
    /// integer it is the integer, and of NULL it is NULL.
    ///
    /// - Parameter function: of any other value; always the same for the same value; nil is NULL. It runs on the thread
    ///   of the statement.
    package func define(
        integer name: String, _ function: @escaping @Sendable (Statement.Value) -> Int64?
    ) throws(DatabaseError) {
        let box = unsafe Unmanaged.passRetained(ScalarFunction(function)).toOpaque()
        let code = unsafe sqlite3_create_function_v2(
            handle, name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, box,
            { context, _, arguments in
                guard let context = unsafe context, let value = unsafe arguments?[0] else { return }
                // Nearly all values are integers: they are their own answer, and need no closure.
                switch unsafe sqlite3_value_type(value) {
                case SQLITE_INTEGER, SQLITE_NULL: return unsafe sqlite3_result_value(context, value)
                default: break
                }
                let box = unsafe Unmanaged<ScalarFunction>.fromOpaque(sqlite3_user_data(context))
                if let result = unsafe box.takeUnretainedValue().body(Statement.Value(value)) {
                    unsafe sqlite3_result_int64(context, result)
                } else {
                    unsafe sqlite3_result_null(context)
                }
            }, nil, nil,
            // Called where the function could not be made, too.
            { box in unsafe Unmanaged<ScalarFunction>.fromOpaque(box!).release() })
        guard code == SQLITE_OK else { throw error(code) }
    }

    func error(_ code: CInt) -> DatabaseError { DatabaseError(code: code, message: unsafe Self.message(handle)) }

    private static func message(_ handle: OpaquePointer) -> String {
        unsafe sqlite3_errmsg(handle).map { unsafe String(cString: $0) } ?? "unknown error"
    }

    /// The path as a `file:` URI (sqlite.org/uri.html), so that no character of it is taken for an option.
    private static func uri(_ path: String, _ access: Access) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-".utf8)
        var uri = "file:"
        // An empty authority keeps `//` at the start of a path from being read as one.
        if path.hasPrefix("/") { uri += "//" }
        for byte in path.utf8 {
            if plain.contains(byte) {
                uri.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                uri += byte < 16 ? "%0" : "%"
                uri += String(byte, radix: 16)
            }
        }
        switch access {
        case .reading: return uri + "?mode=ro"
        case .readingUnlocked: return uri + "?mode=ro&immutable=1"
        case .writing: return uri
        }
    }
}

/// Keeps a closure for SQLite.
private final class ScalarFunction {
    let body: @Sendable (Statement.Value) -> Int64?

    init(_ body: @escaping @Sendable (Statement.Value) -> Int64?) { self.body = body }
}

extension Statement.Value {
    /// A function's argument.
    fileprivate init(_ value: OpaquePointer) {
        switch unsafe sqlite3_value_type(value) {
        case SQLITE_INTEGER: self = .integer(unsafe sqlite3_value_int64(value))
        case SQLITE_FLOAT: self = .real(unsafe sqlite3_value_double(value))
        case SQLITE_TEXT:
            guard let start = unsafe sqlite3_value_text(value) else {
                self = .text("")
                return
            }
            let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
            self = unsafe String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .invalidText(Array(bytes))
        case SQLITE_BLOB:
            let start = unsafe sqlite3_value_blob(value)
            self = unsafe .blob(Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))))
        default: self = .null
        }
    }
}

/// What SQLite refused to do: its code and its words.
package struct DatabaseError: Error, Equatable, CustomStringConvertible {
    /// What a caller can react to.
    package enum Kind: Sendable {
        case busy, cannotOpen, readOnly, notADatabase, corrupt, other
    }

    package let kind: Kind
    /// SQLite's words: `no such table: courses`.
    package let message: String

    package var description: String { message }

    /// - Parameter code: a result code, extended or not.
    init(code: CInt, message: String) {
        kind =
            switch code & 0xFF {
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_CANTOPEN: .cannotOpen
            case SQLITE_READONLY: .readOnly
            case SQLITE_NOTADB: .notADatabase
            case SQLITE_CORRUPT: .corrupt
            default: .other
            }
        self.message = message
    }
}
