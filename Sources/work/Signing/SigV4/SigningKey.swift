internal import OpenSSL

/// The key of a day, a region and S3, drawn from a secret access key (AWS General Reference, "Create a signed AWS API
/// request", step 4).
struct SigningKey {
    /// `20130524/us-east-1/s3/aws4_request`.
    let scope: String
    private let code: MessageCode

    /// - Parameter day: as in `20130524`.
    init(secret: String, day: Substring, region: Region) {
        scope = "\(day)/\(region.name)/s3/aws4_request"
        let key = scope.split(separator: "/").reduce(Array("AWS4\(secret)".utf8)) { key, part in
            MessageCode(key: key).authenticate(Array(part.utf8))
        }
        code = MessageCode(key: key)
    }

    /// The text that is signed, up to the hash of the canonical request.
    ///
    /// - Parameter moment: as in `20130524T000000Z`.
    func textStart(at moment: String) -> [UInt8] { Array("AWS4-HMAC-SHA256\n\(moment)\n\(scope)\n".utf8) }

    /// Puts the signature's 32 bytes into the first of `signature`.
    func sign(_ text: [UInt8], into signature: inout [UInt8]) { code.authenticate(text, into: &signature) }
}
