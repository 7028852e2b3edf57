internal import COpenSSL

/// The hashes that a signature may be made over.
package enum Digest: String, CaseIterable, Sendable {
    case sha1, sha256

    /// OpenSSL's own table for the hash: static, never freed.
    var method: OpaquePointer {
        switch self {
        case .sha1: unsafe EVP_sha1()
        case .sha256: unsafe EVP_sha256()
        }
    }
}
