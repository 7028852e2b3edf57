internal import COpenSSL

/// The hashes that signatures are made over and files are checked by.
package enum Digest: String, CaseIterable, Sendable {
    case md5, sha1, sha256

    /// OpenSSL's own table for the hash: static, never freed.
    var method: OpaquePointer {
        switch self {
        case .md5: unsafe EVP_md5()
        case .sha1: unsafe EVP_sha1()
        case .sha256: unsafe EVP_sha256()
        }
    }
}

/// Hashes one message after the other with one context: setting one up takes longer than hashing a short message.
@safe package final class MessageHasher {
    private let context: OpaquePointer

    package init(_ digest: Digest) {
        guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex2(context, digest.method, nil) == 1 else {
            fatalError("no memory for a hash")
        }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Puts the hash of the message into the first bytes of `hash`, and tells how many they are.
    @discardableResult
    package func hash(_ message: [UInt8], into hash: inout [UInt8]) -> Int {
        precondition(hash.count >= Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        // Without a method the context keeps the one it has.
        guard unsafe EVP_DigestInit_ex2(context, nil, nil) == 1,
            unsafe EVP_DigestUpdate(context, message, message.count) == 1,
            unsafe EVP_DigestFinal_ex(context, &hash, &length) == 1
        else { fatalError("no memory for a hash") }
        return Int(length)
    }

    /// Room for the longest hash.
    package static var room: [UInt8] { [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE)) }
}

/// A hash over bytes that come in pieces. Owns OpenSSL's context.
@safe package final class DigestStream {
    private let context: OpaquePointer
    private let length: Int

    /// Throws where this build of OpenSSL does not give the hash, as those for FIPS do with MD5.
    package init(_ digest: Digest) throws(OpenSSLError) {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .taken() }
        unsafe self.context = context
        length = unsafe Int(EVP_MD_get_size(digest.method))
        guard unsafe EVP_DigestInit_ex(context, digest.method, nil) == 1 else { throw .taken() }
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        // It can only fail after the end, which no caller reaches.
        guard unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else {
            fatalError("hash is finished")
        }
    }

    /// The hash of all bytes. Nothing can be added any more.
    package consuming func finish() -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: length)
        guard unsafe EVP_DigestFinal_ex(context, &hash, nil) == 1 else { fatalError("hash is finished") }
        return hash
    }
}

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
