internal import AWS
internal import OpenSSL
internal import Records

/// What a presigned URL of S3 signs (Amazon S3 API Reference, "Authenticating requests: using query parameters"): a GET
/// of a path with a query, with no header but `Host`, and whatever body.
enum CanonicalRequest {
    /// - Parameter query: canonical, as `CanonicalQuery` makes it.
    static func write(_ url: ResourceURL, query: some Sequence<UInt8>, into text: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: "GET\n".utf8)
        // The store encodes the path again before it checks: `(` and `%28` are the same to it.
        PercentEncoding.append(canonical: url.path, to: &text)
        if url.path.isEmpty { text.append(UInt8(ascii: "/")) }
        text.append(UInt8(ascii: "\n"))
        text.append(contentsOf: query)
        text.append(contentsOf: "\nhost:".utf8)
        text.append(contentsOf: url.host)
        text.append(contentsOf: "\n\nhost\nUNSIGNED-PAYLOAD".utf8)
    }
}

/// The parameters of a query, encoded in one way and sorted by name, then value.
struct CanonicalQuery {
    private var parameters: [(name: [UInt8], value: [UInt8])] = []

    /// Takes a query as it is on the wire, without a parameter of this name.
    init(_ query: ArraySlice<UInt8>, without name: String? = nil) {
        for parameter in query.split(separator: UInt8(ascii: "&")) {
            let parts = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = Self.encoded(parts[0])
            guard name.map({ !decoded.elementsEqual($0.utf8) }) ?? true else { continue }
            parameters.append((decoded, parts.count == 2 ? Self.encoded(parts[1]) : []))
        }
    }

    /// Takes parameters that are canonical, from a query of them.
    mutating func add(canonical query: some Collection<UInt8>) {
        for parameter in query.split(separator: UInt8(ascii: "&")) {
            let parts = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            parameters.append((Array(parts[0]), Array(parts[1])))
        }
    }

    var text: [UInt8] {
        let sorted = parameters.sorted {
            if $0.name != $1.name { return $0.name.lexicographicallyPrecedes($1.name) }
            return $0.value.lexicographicallyPrecedes($1.value)
        }
        return Array(sorted.map { $0.name + "=".utf8 + $0.value }.joined(separator: "&".utf8))
    }

    /// A `+` in a query is a space to every store.
    private static func encoded(_ text: some Sequence<UInt8>) -> [UInt8] {
        var encoded: [UInt8] = []
        let spaced = text.lazy.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        PercentEncoding.append(Array(PercentDecoded(spaced))[...], to: &encoded)
        return encoded
    }
}
