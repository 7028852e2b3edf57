internal import NDJSON
internal import POSIX
internal import Records
internal import Store

/// A record's result on its way to its line: what the record said, and what became of it.
package struct FetchResult: Sendable {
    /// The line's number in the input, written where the line itself is bad.
    let number: Int
    /// A line that has been begun with the fields that pass through.
    let echo: [UInt8]
    /// What a line that is refreshed said of its file's object: its result says it again, or what holds now.
    var version: ObjectVersion?
    var outcome: FetchOutcome

    func write(into buffer: inout LineBuffer, now: Double) {
        buffer.append(json: echo)
        switch outcome {
        case .handedOn:
            buffer.append("\n")
            return
        case .success(let fetched): write(fetched, into: &buffer)
        case .skipped(let found, let bytes, let attempt):
            buffer.add(Field.status, Status.skipped.rawValue)
            buffer.add(Field.bytes, bytes)
            buffer.add(Field.found, found.text)
            if let attempt { buffer.add(Field.attempt, attempt) }
            version?.write(into: &buffer)
        case .unchanged(let file): write(file, into: &buffer)
        case .failed(let failed):
            write(failed, into: &buffer)
            version?.write(into: &buffer)
        }
        buffer.add(Label.finishedAt, milliseconds: now)
        buffer.close()
    }

    private func write(_ fetched: FetchOutcome.Fetched, into buffer: inout LineBuffer) {
        buffer.add(Label.status, Status.success.rawValue)
        buffer.add(Label.httpStatus, Int64(fetched.httpStatus))
        buffer.add(Label.bytes, fetched.bytes)
        buffer.add(Label.seconds, milliseconds: fetched.seconds)
        if let offset = fetched.resumedFrom { buffer.add(Field.resumedFrom, offset) }
        buffer.add(Label.attempt, fetched.attempt)
        fetched.version.write(into: &buffer)
        if let hash = fetched.hash { buffer.add(hash.field, Hexadecimal.text(hash.value)) }
        if fetched.isChange { buffer.add(Field.changed, true) }
        if let kept = fetched.kept { buffer.add(Field.kept, kept) }
    }

    private func write(_ file: FetchOutcome.Unchanged, into buffer: inout LineBuffer) {
        buffer.add(Field.status, Status.skipped.rawValue)
        buffer.add(Field.httpStatus, AnswerHead.notModified)
        buffer.add(Field.bytes, file.bytes)
        buffer.add(Field.found, file.found.text)
        if let attempt = file.attempt { buffer.add(Field.attempt, attempt) }
        file.version.write(into: &buffer)
        buffer.add(Field.unchanged, true)
    }

    private func write(_ failed: FetchOutcome.Failed, into buffer: inout LineBuffer) {
        let error = failed.error
        if error.code == .badRecord || error.code == .unsafePath { buffer.add(Field.line, number) }
        buffer.add(Field.status, Status.failed.rawValue)
        buffer.add(Field.stage, Stage.fetch.rawValue)
        buffer.add(Field.error, error.code.rawValue)
        let words = failed.kept.map { "; the old file is kept as '\($0)' below the folder of --keep-old" }
        buffer.add(Field.message, error.message + (words ?? ""))
        buffer.add(Field.owner, error.owner.rawValue)
        if let evidence = failed.evidence { buffer.add(Field.evidence, evidence) }
        buffer.add(Field.retryable, failed.isRetryable)
        if let time = failed.retryAt { buffer.add(Field.retryAt, milliseconds: time) }
        if let status = failed.httpStatus { buffer.add(Field.httpStatus, status) }
        if let bytes = failed.bytes { buffer.add(Field.bytes, bytes) }
        if let seconds = failed.seconds { buffer.add(Field.seconds, milliseconds: seconds) }
        if let offset = failed.resumedFrom { buffer.add(Field.resumedFrom, offset) }
        if let attempt = failed.attempt { buffer.add(Field.attempt, attempt) }
        if let kept = failed.kept {
            buffer.add(Field.kept, kept)
        } else if let found = failed.found {
            buffer.add(Field.found, found.text)
        }
    }
}

/// The fields of each success, as they are written.
private enum Label {
    static let status = FieldLabel(Field.status)
    static let httpStatus = FieldLabel(Field.httpStatus)
    static let bytes = FieldLabel(Field.bytes)
    static let seconds = FieldLabel(Field.seconds)
    static let attempt = FieldLabel(Field.attempt)
    static let finishedAt = FieldLabel(Field.finishedAt)
}

/// What became of a line.
enum FetchOutcome: Sendable {
    case success(Fetched)
    /// The file was there, under this path. `attempt`: tries so far, if any.
    case skipped(found: RelativePath, bytes: Int64, attempt: Int64?)
    /// The file was there, and the origin still has the object that it is from.
    case unchanged(Unchanged)
    case failed(Failed)
    /// It failed in an earlier tool, and goes on as it came.
    case handedOn

    var isSkipped: Bool {
        guard case .skipped = self else { return false }
        return true
    }

    /// Where the file is now that was replaced, or was to be, below the folder of old files.
    var kept: String? {
        get {
            switch self {
            case .success(let fetched): fetched.kept
            case .failed(let failed): failed.kept
            default: nil
            }
        }
        set {
            switch self {
            case .success(var fetched):
                fetched.kept = newValue
                self = .success(fetched)
            case .failed(var failed):
                failed.kept = newValue
                self = .failed(failed)
            default: break
            }
        }
    }

    struct Fetched: Sendable {
        var httpStatus: Int
        var bytes: Int64
        var seconds: Double
        var resumedFrom: Int64?
        var attempt: Int64
        /// What the origin said, and the record did not.
        var version: ObjectVersion
        /// Whether the origin was asked for what had changed, and a file has been replaced.
        var isChange: Bool
        /// Where the file that it has replaced is now, below the folder of old files.
        var kept: String?
        /// What the bytes hash to.
        var hash: (field: Field, value: [UInt8])?
    }

    struct Unchanged: Sendable {
        var found: RelativePath
        var bytes: Int64
        /// Tries that failed before, if any.
        var attempt: Int64?
        var version: ObjectVersion
    }

    struct Failed: Sendable {
        var error: TryError
        /// Why it is its owner's fault, in a few words.
        var evidence: String?
        var isRetryable: Bool
        /// Unix seconds; nil where it is not to be tried again.
        var retryAt: Double?
        var httpStatus: Int?
        var bytes: Int64?
        var seconds: Double?
        var resumedFrom: Int64?
        /// Nil where no try has counted yet.
        var attempt: Int64?
        /// The file that was to be refreshed: it stays.
        var found: RelativePath?
        /// It has been moved, and could not be put back, or the new one may not last.
        var kept: String?

        init(_ error: TryError, isRetryable: Bool) {
            self.error = error
            self.isRetryable = isRetryable
        }

        /// - Parameter attempt: tries that have counted so far.
        init(_ error: TryError, attempt: Int64, retry: RetryPolicy, now: Double) {
            self.error = error
            self.attempt = attempt > 0 ? attempt : nil
            isRetryable = retry.isRetryable(after: error, attempt: attempt)
            retryAt = isRetryable ? retry.retryAt(after: error, attempt: attempt, now: now) : nil
        }
    }
}

extension FetchRecord {
    func result(_ outcome: FetchOutcome) -> FetchResult {
        FetchResult(number: number, echo: echo, version: version, outcome: outcome)
    }

    func skipped(_ file: ExistingFile) -> FetchResult {
        result(.skipped(found: file.path, bytes: file.size, attempt: attempt > 0 ? attempt : nil))
    }

    /// It failed before the origin was asked.
    func failed(by error: TryError, retry: RetryPolicy, now: Double) -> FetchResult {
        result(.failed(FetchOutcome.Failed(error, attempt: attempt, retry: retry, now: now)))
    }
}

/// What is known of a transfer at the moment when it ended: enough to say what became of its record, on any thread.
final class EndedTransfer: Sendable {
    private let httpStatus: Int
    private let length: Int64
    private let received: Int64
    private let seconds: Double
    private let resumedFrom: Int64?
    private let priorAttempts: Int64
    private let version: ObjectVersion
    private let refreshed: RelativePath?
    private let hash: (field: Field, value: [UInt8])?
    private let hasProgress: Bool
    private let retry: RetryPolicy
    private let now: Double

    init(_ transfer: FileTransfer, retry: RetryPolicy, _ clock: any Clock) {
        httpStatus = transfer.answer.status
        length = transfer.part.length
        received = transfer.received
        seconds = clock.monotonic - transfer.startedAt
        resumedFrom = transfer.resumedFrom > 0 ? transfer.resumedFrom : nil
        priorAttempts = transfer.record.attempt
        hasProgress = transfer.hasProgress
        let told = transfer.record.told
        version = ObjectVersion(
            etag: told.contains(.etag) ? nil : transfer.etag,
            modified: told.contains(.modified) ? nil : transfer.modified)
        refreshed = transfer.condition?.file
        hash = transfer.recordedHash
        self.retry = retry
        now = clock.now
    }

    var success: FetchOutcome {
        .success(
            FetchOutcome.Fetched(
                httpStatus: httpStatus, bytes: length, seconds: seconds, resumedFrom: resumedFrom,
                attempt: priorAttempts + 1, version: version, isChange: refreshed != nil, hash: hash))
    }

    /// A try that brought bytes which the next one can build on does not count.
    func failed(by error: TryError, evidence: String? = nil) -> FetchOutcome {
        let counts = error.countsAsAttempt && error.owner == .record && (!hasProgress || error.startsOver)
        let attempt = priorAttempts + (counts ? 1 : 0)
        var failed = FetchOutcome.Failed(error, attempt: attempt, retry: retry, now: now)
        failed.evidence = evidence
        failed.httpStatus = httpStatus > 0 ? httpStatus : nil
        failed.bytes = received
        failed.seconds = seconds
        failed.resumedFrom = resumedFrom
        failed.found = refreshed
        return .failed(failed)
    }
}
