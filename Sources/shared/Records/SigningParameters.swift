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
        // The compiler makes no version of a generic function for what other rooms give it: each byte would be a call.
        first(in: Array(url))
    }

    /// Whether this is the name of one of them, as it is in a query.
    package static func contains(_ written: some Sequence<UInt8>) -> Bool { names.contains(name(written)) }

    private static func name(_ written: some Sequence<UInt8>) -> String {
        String(decoding: Array(PercentDecoded(written)), as: UTF8.self).lowercased()
    }

    package static func first(in url: [UInt8]) -> String? {
        guard let mark = url.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        var query = url[(mark + 1)...].prefix { $0 != UInt8(ascii: "#") }
        while !query.isEmpty {
            let parameter = query.prefix { $0 != UInt8(ascii: "&") }
            let written = parameter.prefix { $0 != UInt8(ascii: "=") }
            let name = name(written)
            if names.contains(name) { return name }
            query = query.dropFirst(parameter.count + 1)
        }
        return nil
    }
}
