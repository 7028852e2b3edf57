internal import COpenSSL

/// A public key, RSA or ECDSA, that checks signatures.
///
/// Sendable because OpenSSL only reads a key that it verifies with; each check has a context of its own.
@safe package final class PublicKey: @unchecked Sendable {
    private let key: OpaquePointer

    /// Reads a key in PEM (`BEGIN PUBLIC KEY`).
    package init(pem: [UInt8]) throws(OpenSSLError) {
        guard let source = unsafe BIO_new_mem_buf(pem, CInt(clamping: pem.count)) else { throw .taken() }
        defer { unsafe BIO_free(source) }
        guard let key = unsafe PEM_read_bio_PUBKEY(source, nil, nil, nil) else { throw .taken() }
        unsafe self.key = key
    }

    /// The public half of a private key in PEM.
    package init(ofPrivate pem: [UInt8], passphrase: [UInt8]?) throws(PrivateKeyError) {
        unsafe key = try PEMText.privateKey(in: pem, passphrase: passphrase)
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// Whether the signature (RSA by PKCS #1 v1.5, or ECDSA in DER) is this key's over the message.
    /// False for what is not a signature at all.
    package func verifies(_ signature: [UInt8], of message: [UInt8], by digest: Digest) -> Bool {
        unsafe Self.verify(signature, of: message, by: digest, key)
    }

    static func verify(_ signature: [UInt8], of message: [UInt8], by digest: Digest, _ key: OpaquePointer) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer {
            unsafe EVP_MD_CTX_free(context)
            // A signature that is not good leaves its reason in the queue, for whoever looks there next.
            ERR_clear_error()
        }
        guard unsafe EVP_DigestVerifyInit(context, nil, digest.method, nil, key) == 1 else { return false }
        return unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
