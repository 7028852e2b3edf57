internal import COpenSSL

/// Keys read from PEM. What is handed out is the caller's to free.
enum PEMText {
    /// What the passphrase callback finds, and what it leaves.
    private struct Passphrase {
        let bytes: [UInt8]?
        var wasAsked = false
    }

    static func privateKey(in pem: [UInt8], passphrase: [UInt8]?) throws(PrivateKeyError) -> OpaquePointer {
        ERR_clear_error()
        guard let source = unsafe BIO_new_mem_buf(pem, CInt(clamping: pem.count)) else { throw .notAKey }
        defer { unsafe BIO_free(source) }
        var answer = Passphrase(bytes: passphrase)
        // Without a callback OpenSSL would ask for the passphrase on the terminal by itself.
        let key = unsafe withUnsafeMutablePointer(to: &answer) { answer in
            unsafe PEM_read_bio_PrivateKey(
                source, nil,
                { room, size, _, answer in
                    unsafe PEMText.answer(into: room, size, answer?.assumingMemoryBound(to: Passphrase.self))
                }, answer)
        }
        if let key = unsafe key { return unsafe key }
        let isUnsupported = cipherIsUnsupported()
        guard answer.wasAsked else { throw .notAKey }
        guard passphrase != nil else { throw .encrypted }
        throw isUnsupported ? .legacyEncryption : .wrongPassphrase
    }

    /// Whether the error queue, which is left empty, says that this build has no such cipher: OpenSSL 3 leaves DES and
    /// RC2, with which older versions encrypted keys, to a provider that is not loaded.
    private static func cipherIsUnsupported() -> Bool {
        var isUnsupported = false
        while case let error = ERR_get_error(), error != 0 {
            if ERR_GET_LIB(error) == ERR_LIB_EVP, ERR_GET_REASON(error) == ERR_R_UNSUPPORTED { isUnsupported = true }
        }
        return isUnsupported
    }

    /// A passphrase that does not fit is a wrong one: OpenSSL takes 1,024 bytes at most.
    private static func answer(
        into room: UnsafeMutablePointer<CChar>?, _ size: CInt, _ answer: UnsafeMutablePointer<Passphrase>?
    ) -> CInt {
        unsafe answer?.pointee.wasAsked = true
        guard let room = unsafe room, let bytes = unsafe answer?.pointee.bytes, bytes.count <= Int(size) else {
            return -1
        }
        for (index, byte) in bytes.enumerated() { unsafe room[index] = CChar(bitPattern: byte) }
        return CInt(bytes.count)
    }
}

/// What binary bytes (DER, X.690) hold, by OpenSSL's own decoders.
package enum DERContent: CaseIterable, Sendable {
    case encryptedKey, publicKey, certificate, certificateRequest, revocationList, pkcs12, pkcs7, privateKey

    /// Nil for what none of the decoders takes.
    package init?(of bytes: [UInt8]) {
        // All of them are sequences. Each start of `tf-sign` asks about the name of the key's file, and to hear from all
        // decoders that it is not theirs was a third of the start.
        guard bytes.first == 0x30 else { return nil }
        switch unsafe tf_der_content(bytes, CLong(bytes.count)) {
        case TF_DER_ENCRYPTED_KEY: self = .encryptedKey
        case TF_DER_PUBLIC_KEY: self = .publicKey
        case TF_DER_CERTIFICATE: self = .certificate
        case TF_DER_REQUEST: self = .certificateRequest
        case TF_DER_REVOCATION_LIST: self = .revocationList
        case TF_DER_PKCS12: self = .pkcs12
        case TF_DER_PKCS7: self = .pkcs7
        case TF_DER_PRIVATE_KEY: self = .privateKey
        default: return nil
        }
    }
}

/// Base64 as RFC 4648 has it, padded.
package enum Base64 {
    /// Nil for what is not of this form.
    package static func decoded(_ text: String) -> [UInt8]? {
        let symbols = Array(text.utf8)
        let padding = symbols.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        // OpenSSL takes white space for nothing, and pads with zeros what it counts as bytes.
        guard !symbols.isEmpty, symbols.count % 4 == 0, padding <= 2, symbols.allSatisfy({ $0 > 0x20 }) else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: symbols.count / 4 * 3)
        guard unsafe EVP_DecodeBlock(&bytes, symbols, CInt(clamping: symbols.count)) == CInt(clamping: bytes.count)
        else {
            return nil
        }
        return Array(bytes.dropLast(padding))
    }
}
