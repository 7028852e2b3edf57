internal import COpenSSL

/// Message authentication codes by HMAC with SHA-256 (RFC 2104), all with one key. The key is the context's, and has no
/// printable form.
@safe package final class MessageCode {
    package static let length = 32

    private let context: OpaquePointer

    package init(key: [UInt8]) {
        guard let method = unsafe EVP_MAC_fetch(nil, "HMAC", nil) else { fatalError("OpenSSL has no HMAC") }
        defer { unsafe EVP_MAC_free(method) }
        guard let context = unsafe EVP_MAC_CTX_new(method), unsafe tf_hmac_sha256_init(context, key, key.count) == 1
        else { fatalError("no memory for an HMAC") }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MAC_CTX_free(context) }

    /// Puts the code of the message into the first bytes of `code`, which has room for `length`.
    package func authenticate(_ message: [UInt8], into code: inout [UInt8]) {
        precondition(code.count >= Self.length)
        var length = 0
        // Without a key the context keeps the one it has, already worked into its state.
        guard unsafe EVP_MAC_init(context, nil, 0, nil) == 1,
            unsafe EVP_MAC_update(context, message, message.count) == 1,
            unsafe EVP_MAC_final(context, &code, &length, code.count) == 1
        else { fatalError("no memory for an HMAC") }
    }

    package func authenticate(_ message: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: Self.length)
        authenticate(message, into: &code)
        return code
    }
}
