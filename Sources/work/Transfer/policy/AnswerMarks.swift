/// What an answer's fields tell of who gave it. An origin and its cache mark their answers; what a portal or a proxy on
/// the way says in their place has other marks, or none.
package struct AnswerMarks: Equatable, Sendable {
    /// The start of `Server`: `AmazonS3`, `CloudFront`, `nginx`. Empty where there is none.
    package var server = ""
    /// Whether a cache or proxy has passed it on (`Via`; RFC 9110, section 7.6.3).
    package var hasVia = false
    /// Whether there are fields of Amazon's: `x-amz-request-id`, `x-amz-cf-id`, …
    package var hasAmazonFields = false
    /// `X-Cache`, as CloudFront and Fastly give it.
    package var hasCache = false
    package var contentType = ContentType.none
    /// Where S3 keeps the bucket.
    package var bucketRegion: String?

    package enum ContentType: Sendable {
        case none, html, multipart, other
    }

    /// So much of a value as Swift keeps without allocating: each answer has these fields.
    private static let longestStart = 15

    package init() {}

    /// Whether there is nothing that an origin or its cache would sign with.
    package var isEmpty: Bool { server.isEmpty && !hasVia && !hasAmazonFields && !hasCache }

    /// Whether who gave the other answer may have given this one: a later answer of the same origin has the same
    /// `Server`, and Amazon's fields where the other had them. An error may come from the cache instead of the store.
    package func mayBe(ofSameOriginAs other: AnswerMarks) -> Bool {
        if other.isEmpty { return true }
        if other.hasAmazonFields || other.hasCache { return hasAmazonFields || hasCache }
        return server == other.server
    }

    mutating func note(_ field: HeaderField, _ value: Slice<UnsafeRawBufferPointer>) {
        switch field {
        case .server:
            let name = value.prefix { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
            server = String(decoding: name.prefix(Self.longestStart), as: UTF8.self)
        case .via: hasVia = true
        case .contentType: contentType = Self.contentType(value)
        case .bucketRegion: (bucketRegion, hasAmazonFields) = (String(decoding: value, as: UTF8.self), true)
        default: break
        }
    }

    /// Notes a field that nothing else is decided by.
    mutating func note(otherField name: Slice<UnsafeRawBufferPointer>) {
        guard name.count >= 6, name[name.startIndex] | 0x20 == UInt8(ascii: "x") else { return }
        if name.isField("x-amz-", orBeginsSo: true) { hasAmazonFields = true }
        if name.isField("x-cache") { hasCache = true }
    }

    private static func contentType(_ value: Slice<UnsafeRawBufferPointer>) -> ContentType {
        if value.isField("text/html", orBeginsSo: true) { return .html }
        if value.isField("application/xhtml", orBeginsSo: true) { return .html }
        return value.isField("multipart/", orBeginsSo: true) ? .multipart : .other
    }
}
