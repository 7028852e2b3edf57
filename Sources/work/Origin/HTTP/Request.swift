/// What a client asks for, as far as an answer depends on it.
package struct OriginRequest: Equatable, Sendable {
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
    package var cookies: String?
    package var ifNoneMatch: String?
    package var ifModifiedSince: String?
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

/// The one range that a request asks for (RFC 9110, 14.1.2).
package enum ByteRange: Equatable, Sendable {
    /// `bytes=10-19`, or `bytes=10-` where the last byte is nil.
    case from(Int64, through: Int64?)
    /// `bytes=-500`: that many bytes at the end.
    case last(Int64)

    /// Returns nil for what is to be ignored: another unit, several ranges, or no range at all.
    init?(_ field: String) {
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
        let ends = parts[1].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        switch (Self.number(ends[0]), Self.number(ends[1])) {
        case (let first?, let last?) where first <= last: self = .from(first, through: last)
        case (let first?, nil) where ends[1].isEmpty: self = .from(first, through: nil)
        case (nil, let count?) where ends[0].isEmpty: self = .last(count)
        default: return nil
        }
    }

    /// The bytes of an object of that size; nil where none of them is in the range.
    func resolved(size: Int64) -> Range<Int64>? {
        switch self {
        case .from(let first, let last):
            guard first < size else { return nil }
            return first..<min(last ?? .max, size - 1) + 1
        case .last(let count):
            guard count > 0, size > 0 else { return nil }
            return max(0, size - count)..<size
        }
    }

    /// Digits and nothing else; a number beyond 64 bits counts as the greatest.
    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text) ?? .max
    }
}
