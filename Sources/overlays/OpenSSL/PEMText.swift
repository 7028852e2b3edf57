internal import COpenSSL

/// Keys read from PEM. What is handed out is the caller's to free.
enum PEMText {
    /// What the passphrase callback finds, and what it leaves.
    private struct Passphrase {
        let bytes: [UInt8]?
        var wasAsked = false
    }

    static func privateKey(in pem: [UInt8], passphrase: [UInt8]?) throws(PrivateKey.LoadError) -> OpaquePointer {
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
