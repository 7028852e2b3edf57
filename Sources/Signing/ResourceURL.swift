internal import Records

/// The URL of an object as it stands on the wire, fit to be signed: absolute, http or https, percent-encoded, and free
/// of everything that would break out of a policy's JSON or change between signing and sending.
package struct ResourceURL: Equatable, Sendable {
    package let bytes: [UInt8]
    package let hasQuery: Bool

    /// Why a URL is not signed.
    package enum Refusal: Error, Equatable, CustomStringConvertible {
        case notHTTP
        case noHost
        case userInfo
        case fragment
        /// A byte that has no place in a URL on the wire, in hexadecimal.
        case badByte(String)
        case alreadySigned(String)
        case emptyKey
        /// Of a base URL.
        case query

        package var description: String {
            switch self {
            case .notHTTP: "the URL is not an absolute http or https URL"
            case .noHost: "the URL has no host"
            case .userInfo: "the URL carries a user name or password"
            case .fragment: "the URL has a fragment, which is never sent"
            case .badByte(let byte): "the URL holds the byte 0x\(byte), which has to be percent-encoded"
            case .alreadySigned(let name): "the URL carries the signing parameter '\(name)' already"
            case .emptyKey: "'key' is empty"
            case .query: "it has a query, which would come before the key"
            }
        }
    }

    /// Takes a URL as it stands: nothing is decoded, encoded or resolved.
    package init(onTheWire text: some Sequence<UInt8>) throws(Refusal) {
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
        if let name = SigningParameters.first(in: bytes) { throw .alreadySigned(name) }
        hasQuery = rest.contains(UInt8(ascii: "?"))
    }

    /// What `BaseURL` has put together holds only what may stand in a URL.
    fileprivate init(encoded bytes: [UInt8]) {
        self.bytes = bytes
        hasQuery = false
    }

    private static func schemeLength(_ bytes: [UInt8]) -> Int? {
        for scheme in ["https://", "http://"] where bytes.count >= scheme.utf8.count {
            let found = bytes.prefix(scheme.utf8.count).lazy.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
            if found.elementsEqual(scheme.utf8) { return scheme.utf8.count }
        }
        return nil
    }
}

/// The URL below which the objects lie: scheme, host and perhaps a folder; no query.
package struct BaseURL: Sendable {
    private let bytes: [UInt8]

    package init(_ text: String) throws(ResourceURL.Refusal) {
        let url = try ResourceURL(onTheWire: text.utf8)
        guard !url.hasQuery else { throw .query }
        bytes = Array(url.bytes.reversed().drop { $0 == UInt8(ascii: "/") }.reversed())
    }

    /// The URL of an object: its key percent-encoded, with only the unreserved characters (RFC 3986, section 2.3) and
    /// `/` kept as they are.
    package func url(key: UnsafeRawBufferPointer) throws(ResourceURL.Refusal) -> ResourceURL {
        guard !key.isEmpty else { throw .emptyKey }
        var encoded = bytes
        encoded.reserveCapacity(bytes.count + 1 + key.count + 16)
        encoded.append(UInt8(ascii: "/"))
        PercentEncoding.append(key, to: &encoded)
        return ResourceURL(encoded: encoded)
    }
}
