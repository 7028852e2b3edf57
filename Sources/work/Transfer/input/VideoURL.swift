internal import Glibc
internal import Records

/// Where a video is fetched from. It may carry a signature, so its printed form has lost its query.
package struct VideoURL: CustomStringConvertible, Sendable {
    let bytes: [UInt8]
    /// Scheme, host and port, as far as they are in the URL, in lower case.
    let origin: String
    let isEncrypted: Bool
    let isSigned: Bool
    /// Where the host begins and ends in the origin.
    private let hostStart: Int
    /// Where the origin ends in the bytes.
    private let originEnd: Int

    /// Nil for what is not http or https.
    ///
    /// - Parameter other: one that probably has the same origin, whose text is shared then.
    init?(_ text: some Collection<UInt8>, near other: VideoURL? = nil) {
        bytes = Array(text)
        guard !bytes.contains(0), let scheme = Self.scheme(of: bytes) else { return nil }
        let authority = bytes[scheme...].prefix { !Self.endsAuthority($0) }
        guard !authority.isEmpty else { return nil }
        // A user name and password are a secret too.
        let user = authority.lastIndex(of: UInt8(ascii: "@"))
        let visible =
            if let user { bytes[..<scheme] + authority[(user + 1)...] } else { bytes[..<authority.endIndex] }
        originEnd = authority.endIndex
        if user == nil, let other, Self.beginAlike(bytes, other.bytes, originEnd), other.originEnd == originEnd {
            origin = other.origin
        } else {
            origin = String(decoding: visible, as: UTF8.self).lowercased()
        }
        isEncrypted = scheme == "https://".utf8.count
        hostStart = scheme
        isSigned = SigningParameters.first(in: bytes) != nil || user != nil
    }

    /// The host's name or address, in lower case, without the port.
    var host: Substring {
        let authority = origin.dropFirst(hostStart)
        // The colons of an IPv6 address are in brackets.
        guard let end = authority.lastIndex(of: ":"), !authority[end...].contains("]") else { return authority }
        return authority[..<end]
    }

    package var description: String {
        let path = bytes.dropFirst(8).drop { !Self.endsAuthority($0) }.prefix { !Self.endsPath($0) }
        return origin + String(decoding: path, as: UTF8.self)
    }

    /// The paths that a cookie for this URL may have, longest first (RFC 6265, section 5.1.4).
    var pathsOfCookies: [String] {
        var path = bytes[originEnd...].prefix { !Self.endsPath($0) }
        if path.isEmpty { return ["/"] }
        var paths = [String(decoding: path, as: UTF8.self)]
        while let slash = path.lastIndex(of: UInt8(ascii: "/")) {
            for length in [slash + 1, slash] where length < path.endIndex && length > path.startIndex {
                paths.append(String(decoding: path[..<length], as: UTF8.self))
            }
            path = path[..<slash]
        }
        return paths
    }

    private static func beginAlike(_ one: [UInt8], _ other: [UInt8], _ count: Int) -> Bool {
        guard min(one.count, other.count) >= count else { return false }
        return one.withUnsafeBytes { one in
            other.withUnsafeBytes { other in unsafe memcmp(one.baseAddress!, other.baseAddress!, count) == 0 }
        }
    }

    private static func endsPath(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") }

    private static func endsAuthority(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || endsPath(byte) }

    /// The `Key-Pair-Id` of a URL signed for CloudFront: it names the key, and opens nothing.
    var keyPairID: String? { parameter("Key-Pair-Id=") }

    /// The access key's ID of a URL signed for S3, the start of its `X-Amz-Credential`.
    var accessKeyID: String? { parameter("X-Amz-Credential=") }

    /// The letters and digits of a parameter's value, up to its first slash.
    private func parameter(_ name: String) -> String? {
        let parameters = bytes.drop { $0 != UInt8(ascii: "?") }.dropFirst().split(separator: UInt8(ascii: "&"))
        guard let value = parameters.last(where: { $0.starts(with: name.utf8) })?.dropFirst(name.utf8.count) else {
            return nil
        }
        let letters = value.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "%") }.prefix(40).filter {
            ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || (0x30...0x39).contains($0)
        }
        return letters.isEmpty ? nil : String(decoding: letters, as: UTF8.self)
    }

    private static func scheme(of url: [UInt8]) -> Int? {
        url.withUnsafeBytes { url in
            ["https://", "http://"].first { url.count > $0.utf8.count && url[...].isField($0, orBeginsSo: true) }
        }?.utf8.count
    }
}
