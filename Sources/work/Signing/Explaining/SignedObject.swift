package import OpenSSL
internal import Records

/// A signed URL read back: what it opens, by whose key, and for how long. It has no printable form of its own.
package struct SignedObject {
    package enum Scheme: Equatable, Sendable {
        case cloudFront(CloudFrontGrant)
        case s3(S3Grant)
    }

    /// The object's URL, without any parameter that signs.
    package let url: String
    package let scheme: Scheme
    /// Unix seconds; nil where it is good at once.
    package let notBefore: Int64?
    package let expires: Int64

    package init(_ text: some Sequence<UInt8>) throws(UnreadableURLError) {
        let url: ResourceURL
        do throws(ResourceURLError) { url = try ResourceURL(reading: text) } catch {
            throw UnreadableURLError("\(error)")
        }
        let query = SignedQuery(url.hasQuery ? String(decoding: url.query, as: UTF8.self) : nil)
        if query.keyPairID != nil || query.policy != nil {
            try self.init(cloudFront: query, of: url)
        } else if let parameters = S3Parameters(url) {
            try self.init(s3: parameters, of: url)
        } else if query.signature != nil {
            throw UnreadableURLError(
                "it has no Key-Pair-Id, which CloudFront answers with MissingKey, and none of S3's X-Amz-… either")
        } else {
            throw UnreadableURLError("it carries no signature of CloudFront or S3")
        }
    }

    package enum State: String, Sendable {
        case notYet = "not_yet"
        case good
        case expired = "over"
    }

    package func state(at now: Double) -> State {
        if now >= Double(expires) { return .expired }
        return notBefore.map { now <= Double($0) } ?? false ? .notYet : .good
    }

    /// Whether the key's private half made the signature; nil for a URL of S3.
    package func isSigned(by key: PublicKey) -> Bool? {
        guard case .cloudFront(let grant) = scheme else { return nil }
        return grant.isSigned(by: key)
    }

    /// Whether these credentials made the signature; nil for a URL of CloudFront, and for one that signs more of a
    /// request than a URL shows.
    package func isSigned(by credentials: Credentials) -> Bool? {
        guard case .s3(let grant) = scheme, grant.signsURLAlone else { return nil }
        return grant.isSigned(by: credentials)
    }
}

// MARK: - The two schemes

extension SignedObject {
    private init(cloudFront query: SignedQuery, of url: ResourceURL) throws(UnreadableURLError) {
        let own = Self.text(of: url, query: query.own)
        let grant = try CloudFrontGrant(query, of: own)
        scheme = .cloudFront(grant)
        (self.url, notBefore, expires) = (Self.unsigned(own), grant.policy.after, grant.policy.before)
    }

    private init(s3 parameters: S3Parameters, of url: ResourceURL) throws(UnreadableURLError) {
        guard let grant = S3Grant(parameters, of: url) else {
            throw UnreadableURLError(
                "its X-Amz-… parameters are not complete: S3 answers AuthorizationQueryParametersError")
        }
        scheme = .s3(grant)
        self.url = Self.unsigned(Self.text(of: url, query: parameters.own))
        (notBefore, expires) = (grant.signedAt, grant.signedAt + grant.lifetime)
    }

    /// What a URL shows of itself: a signature of another scheme, which is not part of this one's, is a key too.
    private static func unsigned(_ url: String) -> String {
        let parts = url.split(separator: "?", maxSplits: 1)
        guard parts.count == 2 else { return url }
        let shown = parts[1].split(separator: "&", omittingEmptySubsequences: false).filter {
            !SigningParameters.contains($0.utf8.prefix { $0 != UInt8(ascii: "=") })
        }
        return shown.isEmpty ? String(parts[0]) : "\(parts[0])?\(shown.joined(separator: "&"))"
    }

    private static func text(of url: ResourceURL, query: String?) -> String {
        String(decoding: url.bytes[..<url.pathEnd], as: UTF8.self) + (query.map { "?\($0)" } ?? "")
    }
}

/// Why a URL cannot be explained: in the words of what the store would answer, where it would.
package struct UnreadableURLError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
