internal import COpenSSL

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
