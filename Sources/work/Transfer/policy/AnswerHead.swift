internal import Curl
package import Store

/// The head of an HTTP answer, gathered line by line: what the decisions need of it.
package struct AnswerHead: Equatable, Sendable {
    package var status = 0
    package var contentLength: Int64?
    package var contentRange: ContentRange?
    /// As it stands in the header, quotes included.
    package var etag: String?
    package var lastModified: String?
    package var retryAfter: String?
    package var date: String?
    /// Seconds that a cache has kept the answer; at most `longestAge`.
    package var age: Int64?
    /// What the whole object hashes to, as the store or its uploader says.
    package var checksums: [Checksum] = []
    /// The start of an error's body: S3 and CloudFront say in XML what is wrong.
    package var errorBody: [UInt8] = []

    /// No more of an error page is kept.
    static let longestErrorBody = 4096
    /// What is longer counts as this (RFC 9111, section 1.2.2): a clock that is reckoned from it cannot overflow.
    static let longestAge: Int64 = 1 << 31

    package init() {}

    /// Whether the ETag can be used with `If-Range`: a strong one (RFC 9110, section 13.1.5).
    package var strongETag: String? {
        guard let etag, etag.hasPrefix("\""), etag.utf8.count >= 2, etag.hasSuffix("\"") else { return nil }
        return etag
    }

    /// When the answer left the origin's edge, by its own clock, in Unix seconds: a cache keeps the `Date` of what it
    /// keeps, and tells its age (RFC 9111, section 5.1).
    package var generatedAt: Double? {
        guard let date = date.flatMap(HTTPDate.parse) else { return nil }
        return Double(date) + Double(age ?? 0)
    }

    /// Whether the body is the video, or a part of it.
    package var isVideo: Bool { status == 200 || status == 206 }

    /// Takes one header line. A status line begins a new answer: what came before was an interim one.
    package mutating func receive(header: UnsafeRawBufferPointer) {
        if header.starts(with: "HTTP/".utf8) {
            self = AnswerHead()
            let code = header.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix(3)
            status = Int(String(decoding: code, as: UTF8.self)) ?? 0
            return
        }
        guard let colon = header.firstIndex(of: UInt8(ascii: ":")) else { return }
        // Fields that nothing is decided by cost no string.
        guard let field = HeaderField(header[..<colon]) else { return }
        let value = Self.trimmed(header[(colon + 1)...])
        switch field {
        case .contentLength: contentLength = Int64(value)
        case .contentRange: contentRange = ContentRange(value)
        case .etag: etag = value
        case .lastModified: lastModified = value
        case .retryAfter: retryAfter = value
        case .date: date = value
        case .age: age = Int64(value).map { min(max($0, 0), Self.longestAge) }
        case .crc32, .sha1, .sha256, .md5: addChecksum(field, value)
        }
    }

    private mutating func addChecksum(_ field: HeaderField, _ value: String) {
        // With a range S3 tells the checksum of a part of the upload; what the uploader noted is always the object's.
        guard status == 200 || field == .md5, let algorithm = field.algorithm,
            let checksum = Checksum(algorithm, base64: value, source: "the answer's '\(field.rawValue)'")
        else { return }
        checksums.append(checksum)
    }

    package mutating func append(errorBody bytes: some Collection<UInt8>) {
        errorBody.append(contentsOf: bytes.prefix(Self.longestErrorBody - errorBody.count))
    }

    /// The text of an element of the error's body, such as `Code`: `<Code>SlowDown</Code>`.
    package func errorElement(_ name: String) -> String? {
        let body = String(decoding: errorBody, as: UTF8.self)
        guard let start = body.firstRange(of: "<\(name)>"),
            let end = body[start.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        return String(body[start.upperBound..<end.lowerBound])
    }

    private static func trimmed(_ value: Slice<UnsafeRawBufferPointer>) -> String {
        var (start, end) = (value.startIndex, value.endIndex)
        while start < end && isSpace(value[start]) { start += 1 }
        while start < end && isSpace(value[end - 1]) { end -= 1 }
        return String(decoding: value[start..<end], as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
}

/// The header fields that decisions are made on.
private enum HeaderField: String, CaseIterable {
    case contentLength = "content-length"
    case contentRange = "content-range"
    case etag
    case lastModified = "last-modified"
    case retryAfter = "retry-after"
    case date
    case age
    case crc32 = "x-amz-checksum-crc32"
    case sha1 = "x-amz-checksum-sha1"
    case sha256 = "x-amz-checksum-sha256"
    /// What rclone notes of a file that it uploads in parts.
    case md5 = "x-amz-meta-md5chksum"

    init?(_ name: Slice<UnsafeRawBufferPointer>) {
        let found = Self.allCases.first { field in
            let wanted = field.rawValue.utf8
            return wanted.count == name.count && zip(name, wanted).allSatisfy { Self.lowercased($0) == $1 }
        }
        guard let found else { return nil }
        self = found
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    var algorithm: Checksum.Algorithm? {
        switch self {
        case .crc32: .crc32
        case .sha1: .sha1
        case .sha256: .sha256
        case .md5: .md5
        default: nil
        }
    }
}

/// Which part of the whole an answer brings (RFC 9110, section 14.4): `bytes 5-99/100`, `bytes */100`.
package struct ContentRange: Equatable, Sendable {
    /// Nil in the answer 416.
    package let first: Int64?
    package let last: Int64?
    /// Nil where the origin does not know.
    package let total: Int64?

    package init?(_ text: String) {
        guard text.lowercased().hasPrefix("bytes ") else { return nil }
        let halves = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        total = Int64(halves[1])
        guard total != nil || halves[1] == "*" else { return nil }
        if halves[0] == "*" {
            (first, last) = (nil, nil)
            return
        }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]), first >= 0, last >= first,
            total.map({ last < $0 }) ?? true
        else { return nil }
        (self.first, self.last) = (first, last)
    }
}
