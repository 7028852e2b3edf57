package import OpenSSL

/// A query string taken apart: CloudFront's own parameters, and those that are the object's.
package struct SignedQuery {
    package private(set) var keyPairID: String?
    package private(set) var expires: String?
    package private(set) var policy: String?
    package private(set) var signature: String?
    package private(set) var hashAlgorithm: String?
    /// What is left without CloudFront's parameters, in its order, and perhaps empty; nil where nothing is.
    package let own: String?

    package init(_ query: String?) {
        var others: [Substring] = []
        for parameter in query?.split(separator: "&", omittingEmptySubsequences: false) ?? [] {
            let value = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
                .first
            switch parameter.prefix(while: { $0 != "=" }) {
            case "Key-Pair-Id": keyPairID = value.map(String.init)
            case "Expires": expires = value.map(String.init)
            case "Policy": policy = value.map(String.init)
            case "Signature": signature = value.map(String.init)
            case "Hash-Algorithm": hashAlgorithm = value.map(String.init)
            default: others.append(parameter)
            }
        }
        own = others.isEmpty ? nil : others.joined(separator: "&")
    }

    /// SHA-1 unless the URL names another; nil where CloudFront knows no such hash.
    package var digest: Digest? {
        switch hashAlgorithm {
        case nil, "SHA1": .sha1
        case "SHA256": .sha256
        default: nil
        }
    }
}
