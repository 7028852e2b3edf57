package import OpenSSL
internal import Signing

/// Opens the vault to those who bring a CloudFront signature, as an edge of CloudFront does.
package struct SignatureCheck: Sendable {
    private let key: PublicKey
    private let keyPairID: String
    private let resourceBase: String?

    /// - Parameter resourceBase: what signed URLs begin with, up to the path; nil for `http://` and the `Host` that
    ///   the client named.
    package init(key: PublicKey, keyPairID: String, resourceBase: String? = nil) {
        (self.key, self.keyPairID) = (key, keyPairID)
        self.resourceBase = resourceBase.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    }

    /// CloudFront's refusal, or nil where the request may pass.
    func refusal(of request: OriginRequest, at now: Double) -> OriginAnswer? {
        var query = SignedQuery(request.query)
        // A URL that is signed counts alone (Developer Guide, "Use signed cookies").
        if query.keyPairID == nil, query.signature == nil, let cookies = request.cookies {
            query = SignedQuery(cookies: cookies, own: request.query)
        }
        guard let id = query.keyPairID else { return .missingKey }
        guard id == keyPairID else { return .unknownKey }
        guard let signature = query.signature.flatMap({ CloudFrontBase64.decoded($0) }), let digest = query.digest
        else {
            return .malformedSignature
        }
        let url = url(of: request, own: query.own)
        guard let (policy, signed) = policy(in: query, url: url) else { return .malformedPolicy }
        guard key.verifies(signature, of: signed, by: digest),
            policy.grants(url, at: now, from: request.client)
        else { return .accessDeniedByEdge }
        return nil
    }

    /// The policy of a URL, and the text that its signature has to be over.
    private func policy(in query: SignedQuery, url: String) -> (Policy, signed: [UInt8])? {
        if let encoded = query.policy {
            guard let text = CloudFrontBase64.decoded(encoded), let policy = Policy(json: text) else { return nil }
            return (policy, text)
        }
        guard let expires = query.expires.flatMap({ Int64($0) }), (0...Policy.latestTime).contains(expires) else {
            return nil
        }
        return (Policy(expires: expires), PolicyText.canned(url.utf8, until: expires))
    }

    /// The URL as it was on the wire, without what the signer added.
    private func url(of request: OriginRequest, own: String?) -> String {
        let base = resourceBase ?? "http://\(request.host ?? "")"
        return base + request.rawPath + (own.map { "?\($0)" } ?? "")
    }
}
