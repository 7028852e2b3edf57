internal import Records

/// The URL below which the objects lie: scheme, host and perhaps a folder; no query.
package struct BaseURL: Sendable {
    /// Ends in a slash.
    private let bytes: [UInt8]
    private let authority: Range<Int>

    package init(_ text: String) throws(ResourceURL.Refusal) {
        let url = try ResourceURL(onTheWire: text.utf8)
        guard !url.hasQuery else { throw .query }
        authority = url.authority
        bytes = url.bytes.reversed().drop { $0 == UInt8(ascii: "/") }.reversed() + [UInt8(ascii: "/")]
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The URL of an object: its key percent-encoded, with only the unreserved characters and `/` kept as they are.
    package func url(key: UnsafeRawBufferPointer) throws(ResourceURL.Refusal) -> ResourceURL {
        guard !key.isEmpty else { throw .emptyKey }
        var encoded = bytes
        encoded.reserveCapacity(bytes.count + key.count + 16)
        PercentEncoding.append(path: key, to: &encoded)
        return ResourceURL(encoded: encoded, authority: authority, libraryEnd: bytes.count)
    }
}
