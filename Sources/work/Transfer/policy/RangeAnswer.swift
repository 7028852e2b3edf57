/// What a request asked for, as far as its answer is judged by it.
package struct AskedRange: Equatable, Sendable {
    /// The first byte; 0 where the whole was asked for.
    package var offset: Int64
    /// The strong ETag that went with it as `If-Range`.
    package var validator: String?
    /// The bytes of the whole, as an earlier answer gave them; nil where none did.
    package var total: Int64?

    package init(from offset: Int64 = 0, validator: String? = nil, total: Int64? = nil) {
        (self.offset, self.validator, self.total) = (offset, validator, total)
    }
}

/// Which part of the whole an answer brings (RFC 9110, section 14.4): `bytes 5-99/100`, `bytes 5-99/*`, `bytes */100`.
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
        total = Self.number(halves[1])
        guard total != nil || halves[1] == "*" else { return nil }
        if halves[0] == "*" {
            (first, last) = (nil, nil)
            return
        }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]), last >= first,
            last < total ?? .max
        else { return nil }
        (self.first, self.last) = (first, last)
    }

    /// Digits alone: Swift would take a sign too.
    private static func number(_ text: Substring) -> Int64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
    }
}

/// Why the bytes of an answer must not get into the part (RFC 9110, sections 14.4, 14.6, 15.3.7). Whatever is not here
/// is allowed, and completes the file, with more requests if need be: the rest up to the end; a piece of it, which may
/// end before the end; a total that is not given (`bytes 5-99/*`); no `Content-Length`; the whole, as 200; and 416
/// where nothing is left.
enum RangeFault: String, CaseIterable {
    /// A range, where none was asked for.
    case unasked = "206 unasked"
    /// No `Content-Range` says where the bytes belong.
    case noRange = "206 without a range"
    /// `Content-Range` is not what RFC 9110 writes, counts in other units, contradicts itself, or comes twice.
    case unreadable = "206 with a range that cannot be read"
    /// Several parts with their own heads, which only a request for several ranges may get.
    case multipart = "206 in several parts"
    /// The bytes begin elsewhere. Earlier, they would be twice in the file; later, some would be missing.
    case otherStart = "206 with another range"
    /// `Content-Length` is not that of the range.
    case otherLength = "206 with another length than its range has"
    /// The whole is of another size than an earlier answer said, under the same ETag.
    case otherTotal = "206 with another total than before"
    /// The ETag is not the one that `If-Range` named: another object should have been answered with 200.
    case otherVersion = "206 of another version"
    /// A piece of the whole that is called the whole.
    case pieceAsWhole = "200 with a part of the file"

    /// What is wrong with an answer 200 or 206; nil: its bytes belong where the request asked from, or at the start.
    init?(_ answer: AnswerHead, to asked: AskedRange) {
        guard let fault = answer.status == 206 ? Self.ofPart(answer, asked) : Self.ofWhole(answer) else { return nil }
        self = fault
    }

    private static func ofWhole(_ answer: AnswerHead) -> RangeFault? {
        // It has no meaning here; but where it says that something is missing, something is.
        guard let range = answer.contentRange, let first = range.first, let last = range.last else { return nil }
        return first > 0 || last + 1 < range.total ?? 0 ? .pieceAsWhole : nil
    }

    private static func ofPart(_ answer: AnswerHead, _ asked: AskedRange) -> RangeFault? {
        if asked.offset == 0 { return .unasked }
        if answer.marks.contentType == .multipart { return .multipart }
        if answer.hasBadContentRange { return .unreadable }
        guard let range = answer.contentRange else { return .noRange }
        guard let first = range.first, let last = range.last else { return .unreadable }
        if first != asked.offset { return .otherStart }
        if let length = answer.contentLength, length != last - first + 1 { return .otherLength }
        if let known = asked.total, last >= known || range.total ?? known != known { return .otherTotal }
        if let etag = answer.etag, let validator = asked.validator, etag != validator { return .otherVersion }
        return nil
    }
}

extension AnswerHead {
    /// Where in the file the body's last byte has to be, plus one; nil where the head does not say.
    var bodyEnd: Int64? {
        status == 206 ? contentRange?.last.map { $0 + 1 } : contentLength
    }

    /// How many bytes the whole has, by an answer that may tell it (RFC 9110, section 14.4). S3 says it in the body of
    /// a 416, too.
    var total: Int64? {
        switch status {
        case 200: contentLength
        case 206: contentRange?.total
        case 416: contentRange?.total ?? errorElement("ActualObjectSize").flatMap { Int64($0) }
        default: nil
        }
    }

    /// Whether this is a 416 that means that a part of this many bytes is the whole: there is nothing after its end.
    /// Another object would have been answered with 200, as `If-Range` has it; an error need not give an ETag, nor the
    /// total (RFC 9110, section 15.5.17).
    ///
    /// - Parameter size: the record's, if it has one.
    func saysComplete(_ length: Int64, askedFor asked: AskedRange, size: Int64?) -> Bool {
        status == 416 && asked.offset > 0 && !hasBadContentRange && total ?? asked.total ?? size == length
            && (etag == nil || strongETag == asked.validator)
    }
}
