internal import CSQLite

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
