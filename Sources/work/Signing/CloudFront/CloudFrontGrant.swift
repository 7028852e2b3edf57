package import NDJSON
package import OpenSSL
internal import Records

/// What a URL of CloudFront says for itself.
package struct CloudFrontGrant: SignedGrant, Equatable {
    package let url: String
    package let keyPairID: String
    package let digest: Digest
    package let isCanned: Bool
    package let policy: Policy
    /// Whether the policy's pattern matches the URL that carries it.
    package let coversURL: Bool
    let signature: [UInt8]
    let signedText: [UInt8]

    package var notBefore: Int64? { policy.after }
    package var expires: Int64 { policy.before }

    package init?(reading url: ResourceURL) throws(UnreadableURLError) {
        let query = SignedQuery(url)
        guard query.keyPairID != nil || query.policy != nil else { return nil }
        guard let keyPairID = query.keyPairID else {
            throw UnreadableURLError("it has no Key-Pair-Id: CloudFront answers MissingKey")
        }
        guard let digest = query.digest, let signature = query.signature.flatMap({ CloudFrontBase64.decoded($0) })
        else {
            throw UnreadableURLError(
                "its Signature or Hash-Algorithm is not of CloudFront's form: it answers MalformedSignature")
        }
        // As it was before it was signed.
        let unsigned = String(decoding: url.bytes[..<url.pathEnd], as: UTF8.self) + (query.own.map { "?\($0)" } ?? "")
        (policy, signedText) = try Self.policy(query, unsigned)
        (self.keyPairID, self.digest, self.signature) = (keyPairID, digest, signature)
        isCanned = query.policy == nil
        coversURL = policy.covers(unsigned)
        self.url = url.shown(query: query.own)
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

    /// Whether the key's private half made the signature.
    package func isSigned(by key: PublicKey) -> Bool { key.verifies(signature, of: signedText, by: digest) }
}

// MARK: - What is told of it

extension CloudFrontGrant {
    package var rows: [(name: String, text: String)] {
        let pattern = policy.resource ?? (isCanned ? "this URL alone" : "everything: the policy names no resource")
        return [
            ("scheme", "CloudFront, \(isCanned ? "canned" : "custom") policy"),
            ("resource", pattern + (coversURL ? "" : ", which is not this URL: CloudFront answers AccessDenied")),
            ("key pair", keyPairID), ("hash", digest.rawValue),
        ]
    }

    package var limits: [(name: String, text: String)] { [("addresses", policy.addresses?.text ?? "any")] }

    private enum Name: UInt8, FieldName {
        case scheme, policy, resource, coversURL, keyPairID, hash, addresses

        static let names = ["scheme", "policy", "resource", "covers_url", "key_pair_id", "hash", "addresses"]
    }

    package func write(to line: inout LineBuffer) {
        line.add(Name.scheme, "cloudfront")
        line.add(Name.policy, isCanned ? "canned" : "custom")
        if let pattern = policy.resource ?? (isCanned ? url : nil) { line.add(Name.resource, pattern) }
        line.add(Name.coversURL, coversURL)
        line.add(Name.keyPairID, keyPairID)
        line.add(Name.hash, digest.rawValue)
        if let addresses = policy.addresses { line.add(Name.addresses, addresses.text) }
    }
}

/// A query string taken apart: CloudFront's own parameters, and those that are the object's.
package struct SignedQuery {
    package private(set) var keyPairID: String?
    package private(set) var expires: String?
    package private(set) var policy: String?
    package private(set) var signature: String?
    package private(set) var hashAlgorithm: String?
    /// What is left without CloudFront's parameters, in its order, and perhaps empty; nil where nothing is.
    package private(set) var own: String?

    init(_ url: ResourceURL) { self.init(url.hasQuery ? String(decoding: url.query, as: UTF8.self) : nil) }

    /// What the cookies of a request say, for one whose query says nothing; it stays the object's own.
    package init(cookies: String, own query: String?) {
        for cookie in cookies.split(separator: ";") {
            let parts = cookie.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].hasPrefix(Self.prefix) else { continue }
            set(parts[0].dropFirst(Self.prefix.count), String(parts[1]))
        }
        own = query
    }

    private static let prefix = "CloudFront-"

    package init(_ query: String?) {
        var others: [Substring] = []
        for parameter in query?.split(separator: "&", omittingEmptySubsequences: false) ?? [] {
            let value = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
                .first
            if !set(parameter.prefix { $0 != "=" }, value.map(String.init)) { others.append(parameter) }
        }
        own = others.isEmpty ? nil : others.joined(separator: "&")
    }

    /// False where CloudFront has no such name.
    @discardableResult
    private mutating func set(_ name: Substring, _ value: String?) -> Bool {
        switch name {
        case "Key-Pair-Id": keyPairID = value
        case "Expires": expires = value
        case "Policy": policy = value
        case "Signature": signature = value
        case "Hash-Algorithm": hashAlgorithm = value
        default: return false
        }
        return true
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
