package import OpenSSL

/// What a URL of CloudFront says for itself.
package struct CloudFrontGrant: Equatable, Sendable {
    package let keyPairID: String
    package let digest: Digest
    package let isCanned: Bool
    package let policy: Policy
    /// Whether the policy's pattern matches the URL that carries it.
    package let coversURL: Bool
    let signature: [UInt8]
    let signedText: [UInt8]

    /// - Parameter url: as it was before it was signed.
    init(_ query: SignedQuery, of url: String) throws(UnreadableURLError) {
        guard let keyPairID = query.keyPairID else {
            throw UnreadableURLError("it has no Key-Pair-Id: CloudFront answers MissingKey")
        }
        guard let digest = query.digest, let signature = query.signature.flatMap({ CloudFrontBase64.decoded($0) })
        else {
            throw UnreadableURLError(
                "its Signature or Hash-Algorithm is not of CloudFront's form: it answers MalformedSignature")
        }
        (policy, signedText) = try Self.policy(query, url)
        (self.keyPairID, self.digest, self.signature) = (keyPairID, digest, signature)
        isCanned = query.policy == nil
        coversURL = policy.covers(url)
    }

    private static func policy(
        _ query: SignedQuery, _ url: String
    ) throws(UnreadableURLError) -> (Policy, [UInt8]) {
        if let encoded = query.policy {
            guard let text = CloudFrontBase64.decoded(encoded), let policy = Policy(json: text) else {
                throw UnreadableURLError("its Policy cannot be read: CloudFront answers MalformedPolicy")
            }
            return (policy, text)
        }
        guard let expires = query.expires.flatMap({ Int64($0) }), (0...Policy.latestTime).contains(expires) else {
            throw UnreadableURLError("its Expires is not a time in seconds: CloudFront answers MalformedPolicy")
        }
        return (Policy(expires: expires), PolicyText.canned(url.utf8, until: expires))
    }

    func isSigned(by key: PublicKey) -> Bool { key.verifies(signature, of: signedText, by: digest) }
}

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
