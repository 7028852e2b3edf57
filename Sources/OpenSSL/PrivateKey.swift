internal import COpenSSL

/// A private key that signs. Owns OpenSSL's handles; has no printable form.
@safe package final class PrivateKey {
    package enum Kind: Equatable, Sendable {
        case rsa(bits: Int)
        case p256
    }

    /// Why a PEM text gives no key to sign with.
    package enum LoadError: Error, Equatable {
        case notAKey
        case encrypted
        /// A key, but neither RSA nor on the curve P-256.
        case wrongKind(String)
        /// A trial signature failed, in OpenSSL's own words: some builds refuse SHA-1, and some keys are too short.
        case cannotSign(String)
    }

    /// OpenSSL refused to sign; its own words.
    package struct SigningError: Error, Equatable {
        package let reason: String
    }

    package enum Hash: String, CaseIterable, Sendable {
        case sha1, sha256
    }

    package let kind: Kind
    private let key: OpaquePointer
    private let context: OpaquePointer
    private let digest: OpaquePointer
    private var signature: [UInt8]

    /// Reads a key in PEM: PKCS#1, PKCS#8 or SEC1.
    package init(pem: [UInt8], hash: Hash) throws(LoadError) {
        unsafe key = try Self.load(pem)
        do throws(LoadError) { kind = try unsafe Self.kind(of: key) } catch {
            unsafe EVP_PKEY_free(key)
            throw error
        }
        unsafe digest = hash == .sha1 ? EVP_sha1() : EVP_sha256()
        guard let context = unsafe EVP_PKEY_CTX_new(key, nil) else { fatalError("no memory for a signing context") }
        unsafe self.context = context
        signature = unsafe [UInt8](repeating: 0, count: Int(EVP_PKEY_get_size(key)))
        do throws(SigningError) {
            try prepare()
            _ = try sign([])
        } catch {
            throw .cannotSign(error.reason)
        }
    }

    deinit {
        unsafe EVP_PKEY_CTX_free(context)
        unsafe EVP_PKEY_free(key)
    }

    /// The signature of a message: RSA by PKCS #1 v1.5, ECDSA as DER.
    package func sign(_ message: [UInt8]) throws(SigningError) -> ArraySlice<UInt8> {
        var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var hashLength: UInt32 = 0
        guard unsafe EVP_Digest(message, message.count, &hash, &hashLength, digest, nil) == 1 else {
            throw Self.lastError()
        }
        var length = signature.count
        guard unsafe EVP_PKEY_sign(context, &signature, &length, hash, Int(hashLength)) == 1 else {
            throw Self.lastError()
        }
        return signature[..<length]
    }

    /// Sets the context up once: one context signs any number of hashes, and setting up costs as much as hashing.
    private func prepare() throws(SigningError) {
        guard unsafe EVP_PKEY_sign_init(context) == 1, unsafe EVP_PKEY_CTX_set_signature_md(context, digest) == 1 else {
            throw Self.lastError()
        }
        guard case .rsa = kind else { return }
        guard unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 else { throw Self.lastError() }
    }

    private static func load(_ pem: [UInt8]) throws(LoadError) -> OpaquePointer {
        ERR_clear_error()
        guard let bio = unsafe BIO_new_mem_buf(pem, Int32(pem.count)) else { fatalError("no memory for a key") }
        defer { unsafe BIO_free(bio) }
        var wasAsked = false
        // Without a callback OpenSSL would ask for the passphrase on the terminal by itself.
        let key = unsafe withUnsafeMutablePointer(to: &wasAsked) { flag in
            unsafe PEM_read_bio_PrivateKey(
                bio, nil,
                { _, _, _, flag in
                    unsafe flag?.assumingMemoryBound(to: Bool.self).pointee = true
                    return -1
                }, flag)
        }
        if let key = unsafe key { return unsafe key }
        ERR_clear_error()
        throw wasAsked ? .encrypted : .notAKey
    }

    private static func kind(of key: OpaquePointer) throws(LoadError) -> Kind {
        switch unsafe EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA:
            return .rsa(bits: unsafe Int(EVP_PKEY_get_bits(key)))
        case EVP_PKEY_EC:
            var name = [CChar](repeating: 0, count: 64)
            var length = 0
            guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1 else {
                throw .wrongKind("an elliptic curve key on a curve without a name")
            }
            let curve = String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard curve == "prime256v1" else { throw .wrongKind("an elliptic curve key on \(curve)") }
            return .p256
        default:
            let name = unsafe EVP_PKEY_get0_type_name(key).map { unsafe String(cString: $0) } ?? "unknown"
            throw .wrongKind("a key of type \(name)")
        }
    }

    private static func lastError() -> SigningError {
        var text = [CChar](repeating: 0, count: 256)
        unsafe ERR_error_string_n(ERR_get_error(), &text, text.count)
        ERR_clear_error()
        let end = text.firstIndex(of: 0) ?? text.count
        return SigningError(reason: String(decoding: text[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}
