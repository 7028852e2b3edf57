internal import Records

/// Where a video is fetched from. It may carry a signature, so its printed form has lost its query.
package struct VideoURL: CustomStringConvertible, Sendable {
    let bytes: [UInt8]
    /// Scheme, host and port, as far as they stand in the URL.
    let origin: String
    let isSigned: Bool

    /// Nil for what is not http or https.
    init?(_ text: UnsafeRawBufferPointer) {
        guard !text.contains(0), let scheme = Self.scheme(of: text) else { return nil }
        bytes = Array(text)
        let host = bytes.dropFirst(scheme).prefix { !"/?#".utf8.contains($0) }
        guard !host.isEmpty else { return nil }
        // A user name and password are a secret too.
        let visible = host.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).last ?? host
        origin = String(decoding: bytes.prefix(scheme) + visible, as: UTF8.self)
        isSigned = SigningParameters.first(in: bytes) != nil || visible.count != host.count
    }

    package var description: String {
        let path = bytes.dropFirst(8).drop { !"/?#".utf8.contains($0) }.prefix { !"?#".utf8.contains($0) }
        return origin + String(decoding: path, as: UTF8.self)
    }

    private static func scheme(of text: UnsafeRawBufferPointer) -> Int? {
        for scheme in ["https://", "http://"] where text.count > scheme.utf8.count {
            if zip(text, scheme.utf8).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) { return scheme.utf8.count }
        }
        return nil
    }
}
