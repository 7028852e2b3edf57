/// What a record tells of the signature that its URL carries, for explaining a refusal. None of it opens anything.
package struct UsedSignature: Sendable {
    /// Unix seconds.
    let expiresAt: Double?
    private let url: VideoURL?

    package init(expiresAt: Double? = nil, url: VideoURL? = nil) {
        self.expiresAt = expiresAt
        self.url = url
    }

    /// The name of CloudFront's key.
    var keyPairID: String? { url?.keyPairID }
}
