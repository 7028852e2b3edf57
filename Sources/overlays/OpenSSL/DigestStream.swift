internal import COpenSSL

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
