package import Records

/// The state of a file of the catalogue.
package enum FileState: String, CaseIterable, Sendable {
    /// Never tried, or all tries forgotten.
    case queued
    /// Failed, and another try can help.
    case delayed
    /// Failed for good: another try cannot help, or there were too many.
    case failed
    case success
    /// There already.
    case skipped
    /// Left out until it is queued again.
    case dropped

    /// After how many tries a file has failed for good, unless the user says otherwise.
    package static var usualTries: Int { 5 }

    /// Whether something can still be done about it.
    package var isLeft: Bool { self == .queued || self == .delayed }

    /// Whether the file is on the disk.
    package var isThere: Bool { self == .success || self == .skipped }
}

/// What the results say about one file, as far as it counts. One is in memory for every path of a journal, so its
/// fields are as small as they can be, and 0 means not known.
package struct Outcome: BitwiseCopyable, Sendable {
    /// Size of the file; failed: bytes received.
    package internal(set) var bytes: Int64 = 0
    /// Unix seconds before which it is not to be tried again, by the clock that the result was written by.
    package internal(set) var retryAt: UInt32 = 0
    package internal(set) var course: Courses.Number = .none
    /// Tries so far.
    package internal(set) var attempt: UInt16 = 0
    /// How long before `retryAt` the result was written.
    var wait: Wait = .unknown
    package internal(set) var error: ErrorCodes.Number = .none
    package internal(set) var status: Status = .queued
    private var flags: UInt8 = 0

    /// What is known of a file that no result names.
    package static let untried = Outcome()

    private static var retryableFlag: UInt8 { 1 }
    private static var listedFlag: UInt8 { 2 }
    private static var foreignFaultFlag: UInt8 { 4 }

    /// Whether the last result says that another try can help. A result that does not say so has failed for good.
    package internal(set) var isRetryable: Bool {
        get { flags & Self.retryableFlag != 0 }
        set { set(Self.retryableFlag, newValue) }
    }

    /// Whether the last failure was not the record's own fault: then no number of tries is too large.
    package internal(set) var isForeignFault: Bool {
        get { flags & Self.foreignFaultFlag != 0 }
        set { set(Self.foreignFaultFlag, newValue) }
    }

    /// Whose fault the last failure was; nil where the result does not say.
    package internal(set) var owner: FaultOwner? {
        get {
            let number = Int(flags >> Self.ownerShift)
            return number == 0 ? nil : FaultOwner.allCases[number - 1]
        }
        set {
            let number = newValue.flatMap { FaultOwner.allCases.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
            flags = flags & (1 << Self.ownerShift - 1) | UInt8(number) << Self.ownerShift
        }
    }

    /// Three bits from here on: seven owners, and none.
    private static var ownerShift: UInt8 { 5 }

    /// Whether the path is in the catalogue.
    package internal(set) var isListed: Bool {
        get { flags & Self.listedFlag != 0 }
        set { set(Self.listedFlag, newValue) }
    }

    private mutating func set(_ flag: UInt8, _ isOn: Bool) { flags = isOn ? flags | flag : flags & ~flag }

    package func state(tries: Int) -> FileState {
        switch status {
        case .success: .success
        case .skipped: .skipped
        case .queued: .queued
        case .dropped: .dropped
        case .failed: isRetryable && (attempt < tries || isForeignFault) ? .delayed : .failed
        }
    }
}

// MARK: - When it is due

extension Outcome {
    /// Unix seconds from which on it may be tried again.
    ///
    /// A result that was written later than now was written by a clock that was ahead, or the clock now is behind: its
    /// wait means nothing, and the record is due at once. Where nothing tells when it was written, its time is
    /// believed.
    package func dueAt(now: Double) -> Double {
        let time = Double(retryAt)
        guard let wait = wait.seconds else { return time }
        return time - wait > now ? now : time
    }

    /// The same in a run that began at a certain time. What could not be signed since then cannot be signed by the
    /// settings of this run: nil. What an earlier run could not sign is due at once, as they may have been corrected.
    func dueAt(now: Double, inRunSince began: Double?) -> Double? {
        guard let began, error == .unsigned else { return dueAt(now: now) }
        guard let wait = wait.seconds else { return now }
        let writtenAt = Double(retryAt) - wait
        return began <= writtenAt && writtenAt <= now ? nil : now
    }
}

/// A length of time in two bytes: in seconds up to nine hours, beyond in steps of eighteen hours, rounded up.
struct Wait: BitwiseCopyable, Sendable {
    private let code: UInt16

    static let unknown = Wait(code: .max)
    private static let longFlag: UInt16 = 0x8000
    private static let longStep = 65536.0

    private init(code: UInt16) { self.code = code }

    init(_ seconds: Double) {
        let seconds = max(0, seconds.rounded(.up))
        guard seconds >= Double(Self.longFlag) else {
            code = UInt16(seconds)
            return
        }
        let steps = UInt16(min((seconds / Self.longStep).rounded(.up), Double(Self.longFlag) - 2))
        code = Self.longFlag | steps
    }

    /// Nil where it is unknown.
    var seconds: Double? {
        if code == .max { return nil }
        return code & Self.longFlag == 0 ? Double(code) : Double(code & ~Self.longFlag) * Self.longStep
    }
}

// MARK: - The fold

extension Outcome {
    /// Takes in a later result of the same file: it is right, with four exceptions. Returns whether it counts.
    @discardableResult
    mutating func take(_ result: ResultLine) -> Bool {
        // What was dropped stays out until it is queued again, whatever a try that was under way says.
        if status == .dropped && result.status != .queued { return false }
        if status == .success && result.saysNothingNew { return false }
        // What was met before a try was stopped says more than that it was stopped.
        if status == .failed && result.outcome.error == .interrupted && !saysLittle { return false }
        let before = self
        self = result.outcome
        isListed = before.isListed
        // The first line that names a file's course is believed: the catalogue, where one was read.
        if before.course != .none { course = before.course }
        // A try that did not come so far as to be counted has no number of its own.
        if attempt == 0 && status != .queued { attempt = before.attempt }
        return true
    }

    /// Whether the last failure came before anything was learnt of the file.
    private var saysLittle: Bool { error.isUnfinishedTry || error == .unsigned }
}
