internal import COpenSSL

/// What OpenSSL said when it refused: the first entry of its error queue, taken at once, and the queue left empty.
package struct OpenSSLError: Error, Equatable, CustomStringConvertible {
    /// OpenSSL's own words: `no start line`.
    package let reason: String

    package var description: String { reason }

    /// Takes what is in the queue of this thread.
    static func taken() -> OpenSSLError {
        defer { ERR_clear_error() }
        let reason = unsafe ERR_reason_error_string(ERR_peek_error()).map { unsafe String(cString: $0) }
        return OpenSSLError(reason: reason ?? "unknown error")
    }
}
