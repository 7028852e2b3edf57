internal import Curl
internal import NDJSON
internal import Records
internal import Store

/// Which version of an object a file is from, as far as the origin said so.
package struct ObjectVersion: Equatable, Sendable {
    /// As it was in the header, or without its quotes.
    package var etag: String?
    /// Unix seconds.
    package var modified: Int64?

    /// Adds it to a result's line.
    func write(into buffer: inout LineBuffer) {
        if let etag { buffer.add(Self.etagLabel, etag) }
        if let modified { buffer.add(Self.modifiedLabel, modified) }
    }

    private static let etagLabel = FieldLabel(Field.etag)
    private static let modifiedLabel = FieldLabel(Field.modified)
}

/// A file that is there, and the question whether its object is still the same (RFC 9110, section 13.1): an answer 304
/// says so, and brings no body.
struct RefreshCondition: Sendable {
    /// Where the file was found.
    let file: RelativePath
    let bytes: Int64
    let version: ObjectVersion
    /// As it is asked with; nil where the time has to do.
    private let etag: String?
    /// When the object was changed last, else when the file was, in Unix seconds.
    private let time: Int64

    /// - Parameter version: what the record knows.
    init(_ file: ExistingFile, _ version: ObjectVersion?) {
        (self.file, bytes) = (file.path, file.size)
        self.version = version ?? ObjectVersion()
        etag = version?.etag.flatMap(Self.entityTag)
        time = version?.modified ?? file.modified
    }

    /// A server that knows ETags looks at no time where there is one, so only one of the two is sent.
    var header: String {
        etag.map { "If-None-Match: \($0)" } ?? "If-Modified-Since: \(HTTPDate.text(time))"
    }

    /// What speaks against an answer 304: it is of another version than the one that was asked about. Tags are compared
    /// weakly, as the origin does it (RFC 9110, section 13.1.2).
    func contradiction(_ answer: AnswerHead) -> TryError? {
        var expected = ExpectedFile()
        expected.etag = etag
        guard answer.etag != nil, !expected.matches(etag: answer.etag) else { return nil }
        return TryError(
            .badAnswer, "the origin answered 304 with another ETag than it was asked about", owner: .host)
    }

    /// What holds now: the answer tells it once more, or need not.
    func version(by answer: AnswerHead) -> ObjectVersion {
        ObjectVersion(
            etag: version.etag ?? answer.etag,
            modified: answer.lastModified.flatMap(HTTPDate.parse) ?? version.modified)
    }

    /// A tag that can be sent (RFC 9110, section 8.8.3): records often have it without its quotes.
    private static func entityTag(_ text: String) -> String? {
        let isWeak = text.utf8.starts(with: "W/".utf8)
        var opaque = isWeak ? text.utf8.dropFirst(2) : text.utf8[...]
        let quote = UInt8(ascii: "\"")
        let isQuoted = opaque.count >= 2 && opaque.first == quote && opaque.last == quote
        if isQuoted { opaque = opaque.dropFirst().dropLast() }
        let isSendable = opaque.allSatisfy { $0 == 0x21 || (0x23...0x7E).contains($0) || $0 >= 0x80 }
        guard isSendable, !opaque.isEmpty, opaque.count <= longestTag else { return nil }
        return isQuoted ? text : (isWeak ? "W/" : "") + "\"\(Substring(opaque))\""
    }

    private static let longestTag = 1024
}

extension FileTransfer {
    /// Of a record whose object has not changed.
    var unchangedResult: FetchResult {
        guard let condition else { preconditionFailure("no file was there") }
        return record.result(
            .unchanged(
                FetchOutcome.Unchanged(
                    found: condition.file, bytes: condition.bytes, attempt: record.attempt > 0 ? record.attempt : nil,
                    version: condition.version(by: answer))))
    }
}
