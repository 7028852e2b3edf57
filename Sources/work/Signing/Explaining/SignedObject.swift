package import NDJSON
internal import Records

/// A signed URL read back: what it opens, by whose key, and for how long. It has no printable form of its own.
package struct SignedObject {
    /// The object's URL, without any parameter that signs.
    package var url: String { grant.url }
    package let grant: any SignedGrant
    /// Unix seconds; nil where it is good at once.
    package var notBefore: Int64? { grant.notBefore }
    package var expires: Int64 { grant.expires }

    /// Each scheme that can be read back.
    private static let schemes: [any SignedGrant.Type] = [CloudFrontGrant.self, S3Grant.self]

    package init(_ text: some Sequence<UInt8>) throws(UnreadableURLError) {
        let url: ResourceURL
        do throws(ResourceURLError) { url = try ResourceURL(reading: text) } catch {
            throw UnreadableURLError("\(error)")
        }
        for scheme in Self.schemes {
            guard let grant = try scheme.init(reading: url) else { continue }
            self.grant = grant
            return
        }
        guard SignedQuery(url).signature != nil else {
            throw UnreadableURLError("it carries no signature of CloudFront or S3")
        }
        throw UnreadableURLError(
            "it has no Key-Pair-Id, which CloudFront answers with MissingKey, and none of S3's X-Amz-… either")
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
}

/// What a signed URL of one scheme says for itself.
package protocol SignedGrant: Sendable {
    /// Nil where the URL has nothing of this scheme.
    init?(reading url: ResourceURL) throws(UnreadableURLError)

    /// The object's URL, without any parameter that signs.
    var url: String { get }
    /// Unix seconds; nil where it is good at once.
    var notBefore: Int64? { get }
    var expires: Int64 { get }
    /// For people: names and their values.
    var rows: [(name: String, text: String)] { get }
    /// The same, of what limits its use besides the time.
    var limits: [(name: String, text: String)] { get }

    /// Adds its fields as JSON.
    func write(to line: inout LineBuffer)
}

extension ResourceURL {
    /// What may be shown of it: with this query instead of its own, and without any parameter that signs, as a signature
    /// of another scheme is a key too.
    func shown(query: String?) -> String {
        let path = String(decoding: bytes[..<pathEnd], as: UTF8.self)
        guard let query else { return path }
        let shown = query.split(separator: "&", omittingEmptySubsequences: false).filter {
            !SigningParameters.contains($0.utf8.prefix { $0 != UInt8(ascii: "=") })
        }
        return shown.isEmpty ? path : "\(path)?\(shown.joined(separator: "&"))"
    }
}

/// Why a URL cannot be explained: in the words of what the store would answer, where it would.
package struct UnreadableURLError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
