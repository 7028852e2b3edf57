internal import Curl
internal import Glibc
package import Store

/// The head of an HTTP answer, gathered line by line: what the decisions need of it.
package struct AnswerHead: Equatable, Sendable {
    package var status = 0
    package var contentLength: Int64?
    package var contentRange: ContentRange?
    /// Whether a `Content-Range` came that cannot be read, or two that differ.
    package var hasBadContentRange = false
    /// Whether the origin says that it gives ranges of bytes (RFC 9110, section 14.3).
    package var acceptsRanges = false
    /// As it is in the header, quotes included.
    package var etag: String?
    package var lastModified: String?
    package var retryAfter: String?
    package var date: String?
    /// Seconds that a cache has kept the answer; at most `longestAge`.
    package var age: Int64?
    /// Whether it tells where to go on. The place itself may carry a signature, and is libcurl's to keep.
    package var hasLocation = false
    /// Who gave the answer, as far as its fields tell.
    package var marks = AnswerMarks()
    /// What the whole object hashes to, as the store or its uploader says.
    package var checksums: [Checksum] = []
    /// The start of an error's body: S3 and CloudFront say in XML what is wrong.
    package var errorBody: [UInt8] = []

    /// The object is the one that a condition named (RFC 9110, section 15.4.5).
    static let notModified = 304
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

    /// Whether the body is a web page: what portals and proxies answer with.
    package var isHTML: Bool { marks.contentType == .html }

    /// Whether it redirects, and is not certainly a store's own answer: a server of the same name may be anywhere on the
    /// way.
    package var mayBeAnybodysRedirect: Bool { (300..<400).contains(status) && !marks.hasAmazonFields }

    /// Takes one header line. A status line begins a new answer: what came before was an interim one.
    package mutating func receive(header: UnsafeRawBufferPointer) {
        guard let first = header.first else { return }
        if first | 0x20 == UInt8(ascii: "h"), header[...].isField("http/", orBeginsSo: true) {
            self = AnswerHead()
            let code = header.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix(3)
            status = Int(String(decoding: code, as: UTF8.self)) ?? 0
            return
        }
        guard let colon = header.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = header[..<colon]
        // Fields that nothing is decided by cost no string, and those of which the start decides a short one.
        guard let field = HeaderField(name) else { return marks.note(otherField: name) }
        let value = Self.trimmed(header[(colon + 1)...])
        switch field {
        case .location: hasLocation = true
        case .acceptRanges: acceptsRanges = value.isField("bytes")
        case .server, .via, .contentType, .bucketRegion: marks.note(field, value)
        default: set(field, String(decoding: value, as: UTF8.self))
        }
    }

    private mutating func set(_ field: HeaderField, _ value: String) {
        switch field {
        case .contentLength: contentLength = Int64(value)
        case .contentRange: setContentRange(ContentRange(value))
        case .etag: etag = value
        case .lastModified: lastModified = value
        case .retryAfter: retryAfter = value
        case .date: date = value
        case .age: age = Int64(value).map { min(max($0, 0), Self.longestAge) }
        case .crc32, .sha1, .sha256, .md5: addChecksum(field, value)
        case .location, .acceptRanges, .server, .via, .contentType, .bucketRegion: break
        }
    }

    private mutating func setContentRange(_ range: ContentRange?) {
        if range == nil || contentRange != nil && contentRange != range { hasBadContentRange = true }
        contentRange = range
    }

    private mutating func addChecksum(_ field: HeaderField, _ value: String) {
        marks.hasAmazonFields = true
        // With a range S3 tells the checksum of a part of the upload; what the uploader noted is always the object's.
        guard status == 200 || field == .md5, let algorithm = field.algorithm,
            let checksum = Checksum(algorithm, base64: value, source: "the answer's '\(field.rawValue)'")
        else { return }
        checksums.append(checksum)
    }

    package mutating func append(errorBody bytes: some Collection<UInt8>) {
        errorBody.append(contentsOf: bytes.prefix(Self.longestErrorBody - errorBody.count))
    }

    /// The start of the error's body, as a text.
    package var errorPage: String { String(decoding: errorBody, as: UTF8.self) }

    /// The text of an element of the error's body, such as `Code`: `<Code>SlowDown</Code>`.
    package func errorElement(_ name: String) -> String? {
        guard !errorBody.isEmpty else { return nil }
        let body = errorPage
        guard let start = body.firstRange(of: "<\(name)>"),
            let end = body[start.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        return String(body[start.upperBound..<end.lowerBound])
    }

    private static func trimmed(_ value: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var (start, end) = (value.startIndex, value.endIndex)
        while start < end && isSpace(value[start]) { start += 1 }
        while start < end && isSpace(value[end - 1]) { end -= 1 }
        return value[start..<end]
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
}

/// The header fields that decisions are made on.
enum HeaderField: String, CaseIterable {
    case acceptRanges = "accept-ranges"
    case contentLength = "content-length"
    case contentRange = "content-range"
    case contentType = "content-type"
    case etag
    case lastModified = "last-modified"
    case retryAfter = "retry-after"
    case date
    case age
    case location
    case server
    case via
    /// Where S3 keeps the bucket, whatever region was asked.
    case bucketRegion = "x-amz-bucket-region"
    case crc32 = "x-amz-checksum-crc32"
    case sha1 = "x-amz-checksum-sha1"
    case sha256 = "x-amz-checksum-sha256"
    /// What rclone notes of a file that it uploads in parts.
    case md5 = "x-amz-meta-md5chksum"

    /// Nil for all other fields.
    init?(_ name: Slice<UnsafeRawBufferPointer>) {
        guard let field = Self.candidate(name), name.isField(field.rawValue) else { return nil }
        self = field
    }

    /// The only one that it can be. An answer has a dozen fields, and a run a hundred thousand answers: the length and
    /// the first letter rule out most names.
    private static func candidate(_ name: Slice<UnsafeRawBufferPointer>) -> HeaderField? {
        guard let first = name.first else { return nil }
        switch (name.count, first | 0x20) {
        case (3, UInt8(ascii: "a")): return .age
        case (3, UInt8(ascii: "v")): return .via
        case (4, UInt8(ascii: "d")): return .date
        case (4, UInt8(ascii: "e")): return .etag
        case (6, UInt8(ascii: "s")): return .server
        case (8, UInt8(ascii: "l")): return .location
        case (11, UInt8(ascii: "r")): return .retryAfter
        case (12, UInt8(ascii: "c")): return .contentType
        case (13, UInt8(ascii: "a")): return .acceptRanges
        case (13, UInt8(ascii: "c")): return .contentRange
        case (13, UInt8(ascii: "l")): return .lastModified
        case (14, UInt8(ascii: "c")): return .contentLength
        case (19, UInt8(ascii: "x")): return name.isField(Self.sha1.rawValue) ? .sha1 : .bucketRegion
        case (20, UInt8(ascii: "x")): return name.isField(Self.crc32.rawValue) ? .crc32 : .md5
        case (21, UInt8(ascii: "x")): return .sha256
        default: return nil
        }
    }

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

extension Slice<UnsafeRawBufferPointer> {
    /// Whether a field's name or value is this one, which is given in lower case; or begins with it.
    func isField(_ name: String, orBeginsSo prefix: Bool = false) -> Bool {
        guard prefix ? count >= name.utf8.count : count == name.utf8.count else { return false }
        // Byte by byte takes six times as long.
        return name.utf8.withContiguousStorageIfAvailable { name in
            guard let own = base.baseAddress, let wanted = name.baseAddress else { return name.isEmpty }
            return strncasecmp(
                (own + startIndex).assumingMemoryBound(to: CChar.self),
                UnsafeRawPointer(wanted).assumingMemoryBound(to: CChar.self), name.count) == 0
        } ?? false
    }
}
