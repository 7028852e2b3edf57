package import NDJSON
package import Records
package import Store

/// A line that can be fetched, parsed once. It passes through many hands, so it is one object.
package final class FetchRecord: Sendable {
    /// The line's number in the input.
    package let number: Int
    package let path: RelativePath
    package let aliases: [RelativePath]
    package let url: VideoURL
    /// Unix seconds.
    package let expiresAt: Double?
    package let expected: ExpectedFile
    /// What is known of the object that the file is from; nil where a file that is there is not asked for again.
    let version: ObjectVersion?
    /// Tries before this one, over all runs.
    package let attempt: Int64
    /// Which of the fields that a result can add are there: what the line has stays as it is.
    package let told: NameSet<Field>
    /// The fields that pass through, as a line that has been begun: `{"course_id":12,…`.
    package let echo: [UInt8]

    var signature: UsedSignature { UsedSignature(expiresAt: expiresAt, url: url) }

    /// More tries than anybody makes: counting on from it cannot overflow.
    private static let mostAttempts: Int64 = 1 << 32

    /// What a result says again, and what opens the vault.
    static let replaced: NameSet<Field> = NameSet.lastTry.union(.signature).union([.attempt])

    /// - Parameters:
    ///   - last: the record before.
    ///   - isRefreshed: whether `etag` and `modified` tell of the file that is there, and not of the one to fetch.
    package init(
        _ line: LineScanner<Field>, number: Int, after last: FetchRecord? = nil, isRefreshed: Bool = false
    ) throws(RecordError) {
        self.number = number
        path = try Self.path(line)
        aliases = try Self.aliases(line)
        let used = try Self.url(line, near: last?.url)
        url = used.url
        do throws(LineError) {
            expiresAt = try line.number(.expiresAt)
            attempt = min(max(0, try line.integer(.attempt) ?? 0), Self.mostAttempts)
            var expected = try ExpectedFile(line)
            version = isRefreshed ? ObjectVersion(etag: expected.etag, modified: line.integer(ifAny: .modified)) : nil
            if isRefreshed { expected.etag = nil }
            self.expected = expected
        } catch { throw RecordError(error) }
        let lasting: [Field] = isRefreshed ? [.md5, .sha256] : [.md5, .sha256, .etag, .modified]
        told = lasting.reduce(into: []) { if line.has($1) { $0 = $0.union([$1]) } }
        let replaced = isRefreshed ? Self.replaced.union([.etag, .modified]) : Self.replaced
        var buffer = LineBuffer()
        buffer.open(
            copying: line, without: Self.hasSecretURL(line, used: used) ? replaced.union([.url]) : replaced)
        echo = buffer.bytes
    }

    /// Whether `url` itself is a key to the video, or is there more than once: then one that was not read may be.
    ///
    /// - Parameter used: what is fetched, and the field that it came from.
    private static func hasSecretURL(_ line: LineScanner<Field>, used: (url: VideoURL, field: Field)) -> Bool {
        guard line.has(.url) || line.occurrences(of: .url) > 1 else { return false }
        guard line.occurrences(of: .url) == 1 else { return true }
        if used.field == .url { return used.url.isSigned }
        guard let text = try? line.text(.url), let url = VideoURL(text) else { return true }
        return url.isSigned
    }

    private static func path(_ line: LineScanner<Field>) throws(RecordError) -> RelativePath {
        let text: String?
        do throws(LineError) { text = try line.string(.path) } catch { throw RecordError(error) }
        guard let text else { throw RecordError(.missing(name: "path")) }
        do throws(PathError) { return try RelativePath(text) } catch {
            throw RecordError(.unsafePath, error.description)
        }
    }

    /// An alias that is not safe is not a reason to leave the file out: it only cannot be found there.
    private static func aliases(_ line: LineScanner<Field>) throws(RecordError) -> [RelativePath] {
        do throws(LineError) { return try line.strings(.aliases)?.compactMap { try? RelativePath($0) } ?? [] } catch {
            throw RecordError(error)
        }
    }

    private static func url(
        _ line: LineScanner<Field>, near other: VideoURL?
    ) throws(RecordError) -> (url: VideoURL, field: Field) {
        for field in [Field.signedURL, .url] {
            let text: UnsafeRawBufferPointer?
            do throws(LineError) { text = try line.text(field) } catch { throw RecordError(error) }
            guard let text else { continue }
            guard let url = VideoURL(text, near: other) else {
                throw RecordError(.badRecord, "'\(field.name)' is not an http or https URL")
            }
            return (url, field)
        }
        throw RecordError(.missing(name: Field.signedURL.name))
    }
}

/// Why this record cannot be fetched at all.
package struct RecordError: Error {
    package let code: ErrorCode
    package let message: String

    init(_ code: ErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: LineError) { self.init(.badRecord, error.description) }
}
