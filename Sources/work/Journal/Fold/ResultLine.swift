internal import Glibc
internal import NDJSON
internal import Records

/// The fields of a result line that statistics and the queue are made of.
enum ResultField: UInt8, FieldName {
    case path, status, stage, error, retryable, retryAt, bytes, seconds, attempt, finishedAt, courseID, courseTitle,
        resumedFrom, owner

    static let names: [String] = allCases.map { field in
        let known: Field =
            switch field {
            case .path: .path
            case .status: .status
            case .stage: .stage
            case .error: .error
            case .retryable: .retryable
            case .retryAt: .retryAt
            case .bytes: .bytes
            case .seconds: .seconds
            case .attempt: .attempt
            case .finishedAt: .finishedAt
            case .courseID: .courseID
            case .courseTitle: .courseTitle
            case .resumedFrom: .resumedFrom
            case .owner: .owner
            }
        return known.name
    }
}

/// A result, read from its line. Fields that only add to it, and are not of their type, count as absent: a result whose
/// `bytes` is a string is still a result.
struct ResultLine {
    let status: Status
    private(set) var outcome = Outcome()
    /// How long the try took.
    private(set) var seconds = 0.0
    private(set) var finishedAt: Double?
    /// Bytes that came in this try.
    private(set) var received: Int64 = 0
    /// The last try ended before it could say anything about the file: stopped, in another process's hands, or never
    /// signed.
    private(set) var isUnfinishedTry = false

    /// Nil where the line has no known status.
    init?(_ line: FieldScanner) {
        guard let text = line.text(.status), let status = Status(utf8: text) else { return nil }
        self.status = status
        outcome.status = status
        finishedAt = line.time(.finishedAt)
        guard status != .queued && status != .dropped else { return }
        outcome.bytes = max(0, line.integer(.bytes))
        received = max(0, outcome.bytes - max(0, line.integer(.resumedFrom)))
        seconds = line.duration(.seconds)
        outcome.attempt = UInt16(clamping: line.integer(.attempt))
        if status == .failed { takeFailure(line) }
    }

    /// Nothing that would take a success away.
    var saysNothingNew: Bool { status == .skipped || isUnfinishedTry }

    mutating func setCourse(_ course: Courses.Number) { outcome.course = course }

    /// The error's number, which a journal gives it: a try that was stopped, or found the file in another process's hands,
    /// was none.
    mutating func setError(_ error: ErrorCodes.Number) {
        outcome.error = error
        if error.isUnfinishedTry { isUnfinishedTry = true }
        // Whatever an older version says: the settings can be mended, and then the record can be signed.
        if error == .unsigned { (outcome.isRetryable, outcome.isForeignFault) = (true, true) }
    }

    private mutating func takeFailure(_ line: FieldScanner) {
        outcome.isRetryable = line.boolean(.retryable)
        if let owner = line.text(.owner).flatMap(FaultOwner.init(utf8:)), owner != .record {
            outcome.isForeignFault = true
            // A folder or name that refuses does so until somebody mends it, which the result knows.
            if owner != .folder { outcome.isRetryable = true }
        }
        // Whole seconds, never too early, are a quarter less to keep for each path.
        outcome.retryAt = UInt32(min(line.time(.retryAt) ?? 0, Double(UInt32.max)).rounded(.up))
        if let finishedAt { outcome.wait = Wait(Double(outcome.retryAt) - finishedAt) }
        isUnfinishedTry = line.text(.stage).isText(Stage.sign.rawValue)
    }
}
