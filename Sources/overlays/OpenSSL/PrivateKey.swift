internal import COpenSSL

/// A private key that signs. Owns OpenSSL's handles; has no printable form.
@safe package final class PrivateKey {
    package enum Kind: Equatable, Sendable {
        case rsa(bits: Int)
        case p256
    }

    package let kind: Kind
    private let key: KeyHandle
    private let digest: Digest
    private let context: OpaquePointer
    private let hasher: MessageHasher
    private var hash = MessageHasher.room
    private var signature: [UInt8]

    /// Reads a key in PEM: PKCS#1, PKCS#8 or SEC1; an encrypted one with its passphrase.
    package convenience init(pem: [UInt8], passphrase: [UInt8]? = nil, digest: Digest) throws(PrivateKeyError) {
        let key = try unsafe KeyHandle(PEMText.privateKey(in: pem, passphrase: passphrase))
        try self.init(key, unsafe Self.kind(of: key.key), digest)
        let trial: ArraySlice<UInt8>
        do throws(OpenSSLError) { trial = try sign([]) } catch { throw .cannotSign(error) }
        // The numbers of a damaged RSA key do not fit together, and OpenSSL signs with them all the same.
        guard unsafe PublicKey.verify(Array(trial), of: [], by: digest, key.key) else { throw .damaged }
    }

    private init(_ key: KeyHandle, _ kind: Kind, _ digest: Digest) throws(PrivateKeyError) {
        guard let context = unsafe EVP_PKEY_CTX_new(key.key, nil) else {
            fatalError("no memory for a signing context")
        }
        (self.key, self.kind, self.digest) = (key, kind, digest)
        unsafe self.context = context
        hasher = MessageHasher(digest)
        signature = unsafe [UInt8](repeating: 0, count: Int(EVP_PKEY_get_size(key.key)))
        do throws(OpenSSLError) { try prepare(digest) } catch { throw .cannotSign(error) }
    }

    deinit { unsafe EVP_PKEY_CTX_free(context) }

    /// Makes others that sign alike, each for a thread of its own.
    package var maker: @Sendable () -> PrivateKey {
        let (key, kind, digest) = (key, kind, digest)
        return {
            do throws(PrivateKeyError) { return try PrivateKey(key, kind, digest) } catch {
                fatalError("a key that could sign cannot sign again: \(error)")
            }
        }
    }

    /// The signature of a message: RSA by PKCS #1 v1.5, ECDSA as DER.
    package func sign(_ message: [UInt8]) throws(OpenSSLError) -> ArraySlice<UInt8> {
        let hashLength = hasher.hash(message, into: &hash)
        var length = signature.count
        guard unsafe EVP_PKEY_sign(context, &signature, &length, hash, hashLength) == 1 else { throw .taken() }
        return signature[..<length]
    }

    /// Sets the context up once: one context signs any number of hashes, and setting up costs as much as hashing.
    private func prepare(_ digest: Digest) throws(OpenSSLError) {
        guard unsafe EVP_PKEY_sign_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_signature_md(context, digest.method) == 1
        else { throw .taken() }
        guard case .rsa = kind else { return }
        guard unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 else { throw .taken() }
    }

    private static func kind(of key: OpaquePointer) throws(PrivateKeyError) -> Kind {
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
}

/// Owns a key of OpenSSL's. Sendable because signing only reads it, or locks it, and each thread has a context of its
/// own (openssl-threads(7)).
@safe private final class KeyHandle: @unchecked Sendable {
    let key: OpaquePointer

    init(_ key: OpaquePointer) { unsafe self.key = key }

    deinit { unsafe EVP_PKEY_free(key) }
}

/// Why a PEM text gives no key to sign with.
package enum PrivateKeyError: Error, Equatable {
    case notAKey
    /// Encrypted, and no passphrase was given.
    case encrypted
    case wrongPassphrase
    /// Encrypted with a cipher that this build of OpenSSL no longer has: DES or RC2.
    case legacyEncryption
    /// A key, but neither RSA nor on the curve P-256.
    case wrongKind(String)
    /// A trial signature is not good by the key's own public half.
    case damaged
    /// A trial signature failed: some builds refuse SHA-1, and some keys are too short.
    case cannotSign(OpenSSLError)
}
