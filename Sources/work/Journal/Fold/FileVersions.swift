package import NDJSON
package import POSIX
internal import Records

/// What the results say of the objects that files are from, by path: the version, what its bytes hash to, and when the
/// origin last said that it has no other. A second look at a journal, for those who ask for more than what became of a
/// file.
package struct FileVersions: ~Copyable {
    /// What is known of one file.
    package struct Version: Sendable {
        /// Of the object, as the origin said it.
        package fileprivate(set) var etag: String?
        /// Unix seconds.
        package fileprivate(set) var modified: Int64?
        /// Of the file's bytes, in hexadecimal digits.
        package fileprivate(set) var md5, sha256: String?
        /// When the origin said so last, in Unix seconds; 0: it never did.
        package fileprivate(set) var confirmedAt = 0.0
        /// The last try that failed since then.
        fileprivate(set) var failure: Failure?

        // Of the lines that the above is from, in milliseconds since 1970.
        fileprivate var fetchedTime: UInt64 = 0
        fileprivate var toldTime: UInt64 = 0
        fileprivate var failedTime: UInt64 = 0
        fileprivate var markedTime: UInt64 = 0
    }

    struct Failure: Sendable {
        /// Unix seconds.
        var time: Double
        var retryAt: Double?
        var isRetryable: Bool
        var error: String
        var attempt: Int64
    }

    private var paths = PathTable()
    private var versions: [Version] = []
    private let line = LineScanner<Field>()

    package init() {}

    /// Reads results to the end of the input.
    package mutating func read(_ results: inout LineFile) throws(SystemError) {
        while let raw = try results.next() {
            guard line.accepts(raw), let path = line.text(ifAny: .path),
                let status = line.text(ifAny: .status).flatMap({ Status(utf8: $0) })
            else { continue }
            let number = paths.insert(path)
            if number == versions.count { versions.append(Version()) }
            versions[number].take(line, status)
        }
    }

    /// What is known of a file; nil where no result says that it is there.
    package subscript(path: UnsafeRawBufferPointer) -> Version? {
        guard let number = paths.number(of: path) else { return nil }
        return versions[number].current
    }
}

extension FileVersions.Version {
    fileprivate mutating func take(_ line: LineScanner<Field>, _ status: Status) {
        let finishedAt = Self.seconds(line, .finishedAt)
        let time = Outcome.time(finishedAt: finishedAt, knownAt: Self.seconds(line, .knownAt)).0
        switch status {
        case .success:
            takeTold(line, time, finishedAt)
            takeHashes(line, time)
        case .skipped:
            if (try? line.boolean(.unchanged)) == .some(true) {
                takeTold(line, time, finishedAt)
            } else if line.has(.movedFrom) {
                // It says what the line of the file's fetch said; the origin was not asked.
                takeTold(line, time, nil)
                takeHashes(line, time)
            }
        case .failed: takeFailure(line, time, finishedAt)
        case .queued: markedTime = max(markedTime, time)
        case .dropped: break
        }
    }

    private mutating func takeTold(_ line: LineScanner<Field>, _ time: UInt64, _ finishedAt: Double?) {
        guard time >= toldTime else { return }
        toldTime = time
        (etag, modified) = (line.string(ifAny: .etag), line.integer(ifAny: .modified))
        confirmedAt = finishedAt ?? 0
    }

    private mutating func takeHashes(_ line: LineScanner<Field>, _ time: UInt64) {
        guard time >= fetchedTime else { return }
        fetchedTime = time
        (md5, sha256) = (line.string(ifAny: .md5), line.string(ifAny: .sha256))
    }

    private mutating func takeFailure(_ line: LineScanner<Field>, _ time: UInt64, _ finishedAt: Double?) {
        guard time >= failedTime else { return }
        failedTime = time
        failure = FileVersions.Failure(
            time: finishedAt ?? 0, retryAt: Self.seconds(line, .retryAt),
            isRetryable: (try? line.boolean(.retryable)).flatMap(\.self) ?? false,
            error: line.string(ifAny: .error) ?? "", attempt: max(0, line.integer(ifAny: .attempt) ?? 0))
    }

    /// What still holds: a file that was queued again has to come again first, and what failed before it came is over.
    fileprivate var current: Self {
        var version = self
        if markedTime > fetchedTime { (version.md5, version.sha256) = (nil, nil) }
        if markedTime > toldTime { (version.etag, version.modified, version.confirmedAt) = (nil, nil, 0) }
        if failedTime <= toldTime { version.failure = nil }
        return version
    }

    private static func seconds(_ line: LineScanner<Field>, _ field: Field) -> Double? {
        guard let value = line.number(ifAny: field), value >= 0, value < 253_402_300_800 else { return nil }
        return value
    }
}
