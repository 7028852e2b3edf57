package import AWS
package import Curl
internal import POSIX
internal import Records
package import Signing

/// A bucket of S3, or of a store like it, whose objects are listed, and how it is asked.
package struct BucketListing: Sendable {
    /// As messages show it: `s3://bucket/prefix`.
    let name: String
    fileprivate let prefix: String
    fileprivate let bucket: Bucket
    fileprivate let region: Region
    fileprivate let chain: CredentialChain
    fileprivate let first: Credentials
    fileprivate let trust: TrustSettings
    let limits: PageLimits

    /// Whether a text is meant for a bucket: it begins like one.
    package static func isMeant(by text: String) -> Bool { text.lowercased().hasPrefix(scheme) }

    /// What is between `s3://` and the next slash, and what is behind that.
    package static func parts(of text: String) -> (bucket: String, prefix: String) {
        let parts = text.dropFirst(scheme.count).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
    }

    private static let scheme = "s3://"

    /// Looks for the credentials at once.
    ///
    /// - Parameter source: of which the bucket and the prefix are parts.
    package init(
        _ source: String, _ bucket: Bucket, region: Region, chain: CredentialChain,
        trust: TrustSettings = TrustSettings(), limits: PageLimits = PageLimits()
    ) throws(CredentialError) {
        (name, self.bucket, self.region, self.chain) = (source, bucket, region, chain)
        (self.trust, self.limits) = (trust, limits)
        prefix = Self.parts(of: source).prefix
        first = try chain.load()
    }
}

/// Asks a bucket for one page of its listing after the other (Amazon S3 API Reference, `ListObjectsV2`). A request is
/// signed as the URLs of `tf-sign` are, for a few minutes, and goes into no message.
final class BucketClient {
    private let listing: BucketListing
    private let client: WebClient
    private let clock = SystemClock()
    private let signer: S3Signer

    /// Seconds for which a request is good: it is sent at once, but clocks differ.
    private static let lifetime = 900.0

    init(_ listing: BucketListing) throws(CatalogError) {
        self.listing = listing
        client = WebClient(listing.limits.settings(trust: listing.trust))
        let credentials: RefreshingCredentials
        do throws(CredentialError) {
            credentials = try RefreshingCredentials(
                now: clock.now, first: listing.first, load: listing.chain.load)
        } catch {
            throw CatalogError("\(listing.name): \(error)")
        }
        signer = S3Signer(
            credentials: credentials, region: listing.region, lifetime: .after(Seconds(Self.lifetime)))
    }

    /// A page, asked for again while that can help.
    ///
    /// - Parameter token: which the page before has given.
    func page(_ token: String?) throws(CatalogError) -> BucketPage {
        var count = 0
        while true {
            count += 1
            let answer = client.ask(TransferRequest(url: try signedURL(token)), limit: listing.limits.bytes)
            if answer.isGood, let page = BucketPage(answer.body) { return page }
            // What is not a whole page was cut off where nobody noticed.
            guard count < listing.limits.tries, answer.isGood || answer.mayPass else { throw refusal(answer) }
            listing.limits.wait(after: answer, count)
        }
    }

    private func signedURL(_ token: String?) throws(CatalogError) -> [UInt8] {
        // In the order in which they are signed.
        let parameters: KeyValuePairs =
            token.map {
                ["continuation-token": $0, "encoding-type": "url", "list-type": "2", "prefix": listing.prefix]
            } ?? ["encoding-type": "url", "list-type": "2", "prefix": listing.prefix]
        let now = clock.now
        do {
            if signer.needsRenewal(at: now) { try signer.renew(at: now) }
            let url = try ResourceURL(
                onTheWire: Array("\(listing.bucket.baseURL.text)?\(Parameters.text(parameters))".utf8))
            var signed = SignedURL()
            try signer.sign(SigningObject(url: url), at: now, into: &signed)
            return signed.bytes
        } catch let error as SigningStoppedError {
            throw CatalogError("\(listing.name): \(error.reason)")
        } catch {
            throw CatalogError("\(listing.name): \(error)")
        }
    }

    private func refusal(_ answer: WebAnswer) -> CatalogError {
        let texts = XMLTexts(answer.body)
        let status = [String(answer.status), texts.errorCode ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        let reason =
            switch (answer.failure, answer.status) {
            case (let failure?, _): failure.phrase
            case (nil, 200): "the store does not answer with a listing: check --endpoint"
            case (nil, _) where otherRegion(answer, texts) != nil:
                "the bucket is in '\(otherRegion(answer, texts) ?? "")': give this --region"
            case (nil, 403) where texts.errorCode == "AccessDenied":
                "the store refuses (\(status)): the credentials have to allow s3:ListBucket"
            case (nil, 401), (nil, 403): "the store refuses (\(status)): check the credentials, and the clock"
            case (nil, 404): "the store has no such bucket (\(status))"
            case (nil, _): "the store answers \(status)"
            }
        return CatalogError("\(listing.name): \(reason)")
    }

    /// The region that the bucket is in, where the store says that it is not the one that was signed for.
    private func otherRegion(_ answer: WebAnswer, _ texts: XMLTexts) -> String? {
        let named = answer.headers["x-amz-bucket-region"] ?? texts["Error", "Region"]
        guard let named, let region = try? Region(named), region.name != listing.region.name else { return nil }
        return region.name
    }
}
