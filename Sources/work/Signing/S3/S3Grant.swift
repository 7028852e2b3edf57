package import AWS
package import NDJSON
internal import OpenSSL
internal import POSIX
internal import Records

/// The parameters of Signature Version 4 in a URL, without their percent-encoding.
struct S3Parameters {
    /// By name.
    private var values: [String: String] = [:]
    /// The object's own part of the query, as it is; nil where there is none.
    let own: String?

    private static let prefix = "X-Amz-"

    /// Nil where the URL has none of them.
    init?(_ url: ResourceURL) {
        var others: [Substring] = []
        for parameter in String(decoding: url.query, as: UTF8.self).split(
            separator: "&", omittingEmptySubsequences: false)
        {
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decoded(parts[0])
            if name.hasPrefix(Self.prefix) {
                values[name] = parts.count == 2 ? Self.decoded(parts[1]) : ""
            } else {
                others.append(parameter)
            }
        }
        guard !values.isEmpty else { return nil }
        own = others.isEmpty ? nil : others.joined(separator: "&")
    }

    /// - Parameter name: without `X-Amz-`.
    subscript(name: String) -> String? { values[Self.prefix + name] }

    private static func decoded(_ text: Substring) -> String {
        String(decoding: Array(PercentDecoded(text.utf8)), as: UTF8.self)
    }
}

/// What a presigned URL of S3 says for itself.
package struct S3Grant: SignedGrant, Equatable {
    package let url: String
    package let accessKeyID: String
    package let region: String
    /// Unix seconds.
    package let signedAt: Int64
    /// Seconds.
    package let lifetime: Int64
    /// Whether temporary credentials made it: it expires when they do.
    package let isTemporary: Bool
    /// The names of the headers that a request must have besides `Host`.
    package let headers: [String]
    private let moment: String
    private let signature: String
    private let canonicalRequest: [UInt8]

    package var notBefore: Int64? { signedAt }
    package var expires: Int64 { signedAt + lifetime }

    package init?(reading url: ResourceURL) throws(UnreadableURLError) {
        guard let parameters = S3Parameters(url) else { return nil }
        guard parameters["Algorithm"] == "AWS4-HMAC-SHA256", let moment = parameters["Date"],
            let signedAt = CalendarTime.unixSeconds(basic: moment),
            let lifetime = parameters["Expires"].flatMap({ Int64($0) }),
            (1...Int64(S3Signer.longestLifetime)).contains(lifetime), let signature = parameters["Signature"],
            let headers = parameters["SignedHeaders"]?.split(separator: ";"), headers.contains("host"),
            // A key's name may hold slashes; the scope after it has four parts.
            let scope = parameters["Credential"]?.split(separator: "/"), scope.count >= 5,
            scope.suffix(2) == ["s3", "aws4_request"]
        else {
            throw UnreadableURLError(
                "its X-Amz-… parameters are not complete: S3 answers AuthorizationQueryParametersError")
        }
        self.url = url.shown(query: parameters.own)
        accessKeyID = scope.dropLast(4).joined(separator: "/")
        region = String(scope[scope.count - 3])
        (self.signedAt, self.lifetime, self.moment, self.signature) = (signedAt, lifetime, moment, signature)
        isTemporary = parameters["Security-Token"] != nil
        self.headers = headers.filter { $0 != "host" }.map(String.init)
        var request: [UInt8] = []
        CanonicalRequest.write(url, query: CanonicalQuery(url.query, without: "X-Amz-Signature").text, into: &request)
        canonicalRequest = request
    }

    /// Whether these credentials made the signature; nil where it signs more of a request than the URL shows.
    package func isSigned(by credentials: Credentials) -> Bool? {
        guard headers.isEmpty else { return nil }
        guard credentials.accessKeyID == accessKeyID, let region = try? Region(region) else { return false }
        let key = SigningKey(secret: credentials.secretAccessKey, day: moment.prefix(8), region: region.name)
        var hash = MessageHasher.room
        let length = MessageHasher(.sha256).hash(canonicalRequest, into: &hash)
        var text = key.textStart(at: moment)
        Hexadecimal.append(hash[..<length], to: &text)
        key.sign(text, into: &hash)
        var made: [UInt8] = []
        Hexadecimal.append(hash[..<MessageCode.length], to: &made)
        return made.elementsEqual(signature.utf8)
    }
}

// MARK: - What is told of it

extension S3Grant {
    package var rows: [(name: String, text: String)] {
        let headers = headers.isEmpty ? [] : [("headers", headers.joined(separator: ", "))]
        return [
            ("scheme", "S3, Signature Version 4"),
            ("access key", accessKeyID + (isTemporary ? ", temporary: it expires with its session" : "")),
            ("region", region),
        ] + headers
    }

    package var limits: [(name: String, text: String)] { [] }

    private enum Name: UInt8, FieldName {
        case scheme, accessKeyID, region, isTemporary, headers, hash

        static let names = ["scheme", "access_key_id", "region", "temporary", "headers", "hash"]
    }

    package func write(to line: inout LineBuffer) {
        line.add(Name.scheme, "s3")
        line.add(Name.accessKeyID, accessKeyID)
        line.add(Name.region, region)
        line.add(Name.isTemporary, isTemporary)
        if !headers.isEmpty { line.add(Name.headers, headers) }
        line.add(Name.hash, "sha256")
    }
}
