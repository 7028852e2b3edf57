internal import OpenSSL
package import POSIX
internal import Records

/// The key of a day, a region and a service, drawn from a secret access key (AWS General Reference, "Create a signed AWS
/// API request", step 4).
package struct SigningKey {
    /// `20130524/us-east-1/s3/aws4_request`.
    package let scope: String
    private let code: MessageCode

    /// - Parameters:
    ///   - day: as in `20130524`.
    ///   - service: as in `s3`.
    package init(secret: String, day: Substring, region: String, service: String = "s3") {
        scope = "\(day)/\(region)/\(service)/aws4_request"
        let key = scope.split(separator: "/").reduce(Array("AWS4\(secret)".utf8)) { key, part in
            MessageCode(key: key).authenticate(Array(part.utf8))
        }
        code = MessageCode(key: key)
    }

    /// The text that is signed, up to the hash of the canonical request.
    ///
    /// - Parameter moment: as in `20130524T000000Z`.
    package func textStart(at moment: String) -> [UInt8] { Array("AWS4-HMAC-SHA256\n\(moment)\n\(scope)\n".utf8) }

    /// Puts the signature's 32 bytes into the first of `signature`.
    package func sign(_ text: [UInt8], into signature: inout [UInt8]) { code.authenticate(text, into: &signature) }
}

/// Signature Version 4 in the headers of a request to one of AWS's services (the same reference).
package struct RequestSignature {
    private let service: String
    private let region: String
    /// As in `20130524T000000Z`.
    private let moment: String

    package init(service: String, region: String, moment: CalendarTime) {
        (self.service, self.region, self.moment) = (service, region, moment.basic)
    }

    /// The header lines that the request needs.
    ///
    /// - Parameter url: without a query, and with no character in its path that has to be encoded.
    package func headers(ofPost url: [UInt8], body: [UInt8], by keys: Credentials) -> [String] {
        let (host, path) = Self.parts(of: url)
        var signed = [("host", host), ("x-amz-date", moment)]
        if let token = keys.sessionToken { signed.append(("x-amz-security-token", token)) }
        let names = signed.map(\.0).joined(separator: ";")
        let lines = signed.map { "\($0):\($1)\n" }.joined()
        let request = "POST\n\(path)\n\n\(lines)\n\(names)\n\(Self.hash(body))"
        let key = SigningKey(
            secret: keys.secretAccessKey, day: moment.prefix(8), region: region, service: service)
        var signature = [UInt8](repeating: 0, count: MessageCode.length)
        key.sign(key.textStart(at: moment) + Array(Self.hash(Array(request.utf8)).utf8), into: &signature)
        let credential = "\(keys.accessKeyID)/\(key.scope)"
        return signed.dropFirst().map { "\($0): \($1)" } + [
            "Authorization: AWS4-HMAC-SHA256 Credential=\(credential), SignedHeaders=\(names), "
                + "Signature=\(Hexadecimal.text(signature))"
        ]
    }

    private static func parts(of url: [UInt8]) -> (host: String, path: String) {
        let behindScheme = String(decoding: url, as: UTF8.self).split(separator: "://", maxSplits: 1).last ?? ""
        let host = behindScheme.prefix { $0 != "/" }
        return (String(host), String(behindScheme.dropFirst(host.count)))
    }

    private static func hash(_ bytes: [UInt8]) -> String {
        var hash = MessageHasher.room
        let length = MessageHasher(.sha256).hash(bytes, into: &hash)
        return Hexadecimal.text(Array(hash.prefix(length)))
    }
}
