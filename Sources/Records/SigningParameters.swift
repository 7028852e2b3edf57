/// The query parameters by which a URL carries its own signature: a URL that has one of them is a key to the video.
package enum SigningParameters {
    /// Lower case. CloudFront's (Developer Guide, "Create a signed URL using a canned policy"), and those of S3's
    /// Signature Version 4 and 2.
    private static let names: [String] = [
        "signature", "policy", "key-pair-id", "hash-algorithm", "expires", "x-amz-signature", "x-amz-credential",
        "x-amz-security-token", "x-amz-algorithm", "x-amz-date", "x-amz-expires", "x-amz-signedheaders",
        "awsaccesskeyid",
    ]

    /// The first of them in a URL's query, in lower case; nil where there is none. Servers read a name without its
    /// percent-encoding, so `%53ignature` is one too.
    package static func first(in url: some Collection<UInt8>) -> String? {
        guard let mark = url.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        let query = url[url.index(after: mark)...].prefix { $0 != UInt8(ascii: "#") }
        for parameter in query.split(separator: UInt8(ascii: "&")) {
            let written = parameter.prefix { $0 != UInt8(ascii: "=") }
            let name = String(decoding: Array(PercentDecoded(written)), as: UTF8.self).lowercased()
            if names.contains(name) { return name }
        }
        return nil
    }
}
