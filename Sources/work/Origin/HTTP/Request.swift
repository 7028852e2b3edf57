/// What a client asks for, as far as an answer depends on it.
package struct Request: Equatable, Sendable {
    package enum Method: Equatable, Sendable {
        case get, head
        case other(String)
    }

    package var method: Method
    /// The path as it was sent, percent-encoded, without the query.
    package var rawPath: String
    /// The path with its escapes resolved: the object's name, with a slash in front.
    package var path: String
    /// The query as it was sent; nil where there is none, not even an empty one.
    package var query: String?
    package var host: String?
    package var range: ByteRange?
    package var ifRange: String?
    /// The client's address, as text.
    package var client: String

    /// Takes a request line's target apart, whether it names the server or only the path.
    /// Returns nil where it is neither, or its escapes do not make a name.
    init?(method: Method, target: String, client: String) {
        guard let start = Self.startOfPath(target) else { return nil }
        let parts = target[start...].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = Self.decoded(parts[0]) else { return nil }
        self.method = method
        self.path = path
        rawPath = String(parts[0])
        query = parts.count == 2 ? String(parts[1]) : nil
        self.client = client
    }

    private static func startOfPath(_ target: String) -> String.Index? {
        if target.hasPrefix("/") { return target.startIndex }
        guard target.lowercased().hasPrefix("http://") else { return nil }
        return target.dropFirst("http://".count).firstIndex(of: "/")
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigit, let low = rest.popFirst()?.hexDigit else { return nil }
            bytes.append(high << 4 | low)
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
