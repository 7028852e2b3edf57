internal import Records

/// The URL of an object as it is on the wire, fit to be signed: absolute, http or https, percent-encoded, and free
/// of everything that would break out of a policy's JSON or change between signing and sending.
package struct ResourceURL: Equatable, Sendable {
    package let bytes: [UInt8]
    /// Host and port.
    let authority: Range<Int>
    /// Where the query's `?` is; the end where there is none.
    let pathEnd: Int
    /// After the slash below which the library is: as far as is known, all its objects begin like this.
    let libraryEnd: Int

    package var hasQuery: Bool { pathEnd < bytes.count }
    var path: ArraySlice<UInt8> { bytes[authority.upperBound..<pathEnd] }
    var query: ArraySlice<UInt8> { bytes[min(pathEnd + 1, bytes.count)...] }

    /// The `Host` that clients send: without the port that the scheme implies.
    var host: ArraySlice<UInt8> {
        let host = bytes[authority]
        let isTLS = bytes[4] | 0x20 == UInt8(ascii: "s")
        let port = isTLS ? ":443" : ":80"
        return host.suffix(port.utf8.count).elementsEqual(port.utf8) ? host.dropLast(port.utf8.count) : host
    }

    /// Takes a URL as it is: nothing is decoded, encoded or resolved.
    package init(onTheWire text: some Sequence<UInt8>) throws(ResourceURLError) {
        try self.init(reading: text)
        if let name = SigningParameters.first(in: bytes) { throw .alreadySigned(name) }
    }

    /// The same, for a URL that may carry a signature.
    init(reading text: some Sequence<UInt8>) throws(ResourceURLError) {
        bytes = Array(text)
        guard let schemeEnd = Self.schemeLength(bytes) else { throw .notHTTP }
        for byte in bytes {
            if byte == UInt8(ascii: "#") { throw .fragment }
            if byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                throw .badByte(String(byte, radix: 16))
            }
        }
        let rest = bytes[schemeEnd...]
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard let first = authority.first, first != UInt8(ascii: ":") else { throw .noHost }
        if authority.contains(UInt8(ascii: "@")) { throw .userInfo }
        guard Self.hasGoodPort(authority) else { throw .port }
        self.authority = authority.indices
        pathEnd = rest.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
        libraryEnd = min(authority.endIndex + 1, pathEnd)
    }

    /// What `BaseURL` has put together has only what may be in a URL.
    init(encoded bytes: [UInt8], authority: Range<Int>, libraryEnd: Int) {
        (self.bytes, self.authority, pathEnd, self.libraryEnd) = (bytes, authority, bytes.count, libraryEnd)
    }

    /// Whether what is after a host's colon, if there is one, is a port. The colons of IPv6 are in brackets.
    private static func hasGoodPort(_ authority: ArraySlice<UInt8>) -> Bool {
        guard let colon = authority.lastIndex(of: UInt8(ascii: ":")), authority.last != UInt8(ascii: "]") else {
            return true
        }
        let digits = authority[(colon + 1)...]
        // None after the colon means the scheme's own (RFC 3986, section 3.2.3).
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return false }
        return digits.isEmpty || UInt16(String(decoding: digits, as: UTF8.self)) ?? 0 > 0
    }

    private static func schemeLength(_ bytes: [UInt8]) -> Int? {
        for scheme in ["https://", "http://"] where bytes.count >= scheme.utf8.count {
            let found = bytes.prefix(scheme.utf8.count).lazy.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
            if found.elementsEqual(scheme.utf8) { return scheme.utf8.count }
        }
        return nil
    }
}

/// The URL below which the objects are: scheme, host and perhaps a folder; no query.
package struct BaseURL: Sendable {
    /// Ends in a slash.
    private let bytes: [UInt8]
    private let authority: Range<Int>

    package init(_ text: String) throws(ResourceURLError) {
        let url = try ResourceURL(onTheWire: text.utf8)
        guard !url.hasQuery else { throw .query }
        authority = url.authority
        bytes = url.bytes.reversed().drop { $0 == UInt8(ascii: "/") }.reversed() + [UInt8(ascii: "/")]
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The URL of an object: its key percent-encoded, with only the unreserved characters and `/` kept as they are.
    package func url(key: UnsafeRawBufferPointer) throws(ResourceURLError) -> ResourceURL {
        guard !key.isEmpty else { throw .emptyKey }
        var encoded = bytes
        encoded.reserveCapacity(bytes.count + key.count + 16)
        PercentEncoding.append(path: key, to: &encoded)
        return ResourceURL(encoded: encoded, authority: authority, libraryEnd: bytes.count)
    }
}

/// Why a URL is not signed.
package enum ResourceURLError: Error, Equatable, CustomStringConvertible {
    case notHTTP
    case noHost
    case userInfo
    case fragment
    /// A byte that has no place in a URL on the wire, in hexadecimal.
    case badByte(String)
    case alreadySigned(String)
    case emptyKey
    case port
    /// Of a base URL.
    case query

    package var description: String {
        switch self {
        case .notHTTP: "the URL is not an absolute http or https URL"
        case .noHost: "the URL has no host"
        case .userInfo: "the URL carries a user name or password"
        case .fragment: "the URL has a fragment, which is never sent"
        case .badByte(let byte): "the URL has the byte 0x\(byte), which has to be percent-encoded"
        case .alreadySigned(let name): "the URL carries the signing parameter '\(name)' already"
        case .emptyKey: "'key' is empty"
        case .port: "after the host's ':' there must be a port, a number of up to 65535"
        case .query: "it has a query, which would come before the key"
        }
    }
}
