/// Signs each URL for CloudFront by itself: with a canned policy, or a custom one where there are conditions.
package struct CloudFrontSigner: LifetimeSigner {
    private let key: CloudFrontKey
    let lifetime: Lifetime
    private let conditions: PolicyConditions

    package init(key: CloudFrontKey, lifetime: Lifetime, conditions: PolicyConditions = PolicyConditions()) {
        (self.key, self.lifetime, self.conditions) = (key, lifetime, conditions)
    }

    package func sign(
        _ object: SigningObject, at now: Double, into signed: inout SignedURL
    ) throws(SigningFailure) {
        let (url, end) = (object.url, lifetime.end(from: now))
        signed.expires = end
        signed.begin(with: url)
        if conditions == PolicyConditions() {
            try key.appendQuery(canned: PolicyText.canned(url.bytes, until: end), until: end, to: &signed.bytes)
        } else {
            guard !url.bytes.contains(UInt8(ascii: "*")) else {
                throw .coversMore("the URL holds a '*', which opens other objects too in a policy with conditions")
            }
            try key.appendQuery(custom: PolicyText.custom(url.bytes, until: end, conditions), to: &signed.bytes)
        }
        guard signed.bytes.count <= CloudFrontKey.longestURL else { throw .tooLong(signed.bytes.count) }
    }
}
