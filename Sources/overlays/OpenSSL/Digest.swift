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
