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
        ERR_clear_error()
        guard answer.wasAsked else { throw .notAKey }
        throw passphrase == nil ? .encrypted : .wrongPassphrase
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
