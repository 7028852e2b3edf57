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
/// fields are as small as they can be, in three words, and 0 means not known.
package struct Outcome: BitwiseCopyable, Sendable {
    /// Unix seconds before which it is not to be tried again, by the clock that the result was written by.
    package internal(set) var retryAt: UInt32 = 0
    package internal(set) var course: Courses.Number = .none
    /// The size in the lower 48 bits, then the tries in 11, then the wait in 5.
    private var sizeAndTries: UInt64 = 0
    /// The time in the lower 42 bits, all that is small above.
    private var timeAndFlags: UInt64 = 0

    /// What is known of a file that no result names.
    package static let untried = Outcome()

    private static var mostBytes: UInt64 { 1 << 48 - 1 }
    static var latestTime: UInt64 { 1 << 42 - 1 }

    private subscript(shift: UInt64, bits: UInt64) -> UInt64 {
        @inline(__always) get { timeAndFlags &>> shift & (1 &<< bits &- 1) }
        @inline(__always) set {
            timeAndFlags = timeAndFlags & ~((1 &<< bits &- 1) &<< shift) | newValue &<< shift
        }
    }

    /// Size of the file; failed: bytes received. What is beyond 256 TiB is beyond all sense: the largest number.
    package internal(set) var bytes: Int64 {
        get { sizeAndTries & Self.mostBytes == Self.mostBytes ? .max : Int64(sizeAndTries & Self.mostBytes) }
        set { sizeAndTries = sizeAndTries & ~Self.mostBytes | min(UInt64(max(0, newValue)), Self.mostBytes) }
    }

    /// Tries so far; more than 2047 are as many.
    package internal(set) var attempt: UInt16 {
        get { UInt16(sizeAndTries >> 48 & Self.mostTries) }
        set { sizeAndTries = sizeAndTries & ~(Self.mostTries << 48) | min(UInt64(newValue), Self.mostTries) << 48 }
    }

    private static var mostTries: UInt64 { 1 << 11 - 1 }

    /// Where the time is a moved one, how long the result tells to wait, rounded up to a power of two. Seconds; nil where
    /// nothing tells.
    private var wait: Double? {
        let power = sizeAndTries >> 59
        return power == 0 ? nil : Double(UInt64(1) << power)
    }

    /// Takes the time of the next try.
    ///
    /// - Parameter finishedAt: Unix seconds at which the result was written, by the same clock.
    mutating func setRetry(_ time: Double, finishedAt: Double?) {
        // Whole seconds, never too early, are half as much to keep for each path.
        retryAt = UInt32(min(time, Double(UInt32.max)).rounded(.up))
        guard isTimeMoved, let finishedAt, time < finishedAt + Self.longestWait else { return }
        sizeAndTries |= UInt64(max(1, time - finishedAt).exponent + 1) << 59
    }

    private static let longestWait = 1e9

    /// When the line was written that counts, or a millisecond after what its writer knew, if that is later.
    /// Milliseconds since 1970; 0: the line does not say.
    package internal(set) var time: UInt64 {
        get { timeAndFlags & Self.latestTime }
        set { timeAndFlags = timeAndFlags & ~Self.latestTime | min(newValue, Self.latestTime) }
    }

    package internal(set) var error: ErrorCodes.Number {
        get { ErrorCodes.Number(value: UInt16(self[42, 10])) }
        set { self[42, 10] = UInt64(newValue.value) }
    }

    package internal(set) var status: Status {
        get {
            switch self[52, 3] {
            case 0: .queued
            case 1: .success
            case 2, Self.moved: .skipped
            case 3: .failed
            default: .dropped
            }
        }
        set {
            self[52, 3] =
                switch newValue {
                case .queued: 0
                case .success: 1
                case .skipped: 2
                case .failed: 3
                case .dropped: 4
                }
        }
    }

    private static var moved: UInt64 { 5 }

    /// Whether the file was there already as it was renamed. Set after the status.
    package internal(set) var isMoved: Bool {
        get { self[52, 3] == Self.moved }
        set { if newValue { self[52, 3] = Self.moved } }
    }

    /// Whose fault the last failure was; nil where the result does not say.
    package internal(set) var owner: FaultOwner? {
        get {
            let number = Int(self[55, 4])
            return number == 0 ? nil : FaultOwner.allCases[number - 1]
        }
        set { self[55, 4] = newValue.flatMap { FaultOwner.allCases.firstIndex(of: $0) }.map { UInt64($0 + 1) } ?? 0 }
    }

    /// Whether the last result says that another try can help. A result that does not say so has failed for good.
    package internal(set) var isRetryable: Bool {
        get { self[59, 1] != 0 }
        set { self[59, 1] = newValue ? 1 : 0 }
    }

    /// Whether the last failure was not the record's own fault: then no number of tries is too large. Settings by which
    /// a record could not be signed are never its own.
    package var isForeignFault: Bool {
        let owner = self[55, 4]
        return owner != 0 && owner != Self.record || error == .unsigned
    }

    /// The first of the owners.
    private static var record: UInt64 { 1 }

    /// Whether `time` is later than the clock that wrote the line had it.
    var isTimeMoved: Bool {
        get { self[60, 1] != 0 }
        set { self[60, 1] = newValue ? 1 : 0 }
    }

    /// Whether the path is in the catalogue.
    package internal(set) var isListed: Bool {
        get { self[61, 1] != 0 }
        set { self[61, 1] = newValue ? 1 : 0 }
    }

    /// Whether the catalogue says which course it belongs to.
    var isCourseListed: Bool {
        get { self[62, 1] != 0 }
        set { self[62, 1] = newValue ? 1 : 0 }
    }

    /// Whether more of its lines can still matter than this one.
    var hasHistory: Bool {
        get { self[63, 1] != 0 }
        set { self[63, 1] = newValue ? 1 : 0 }
    }

    /// Takes over what does not come from the line that counts.
    mutating func copyPlace(of other: Outcome) {
        course = other.course
        let flags: UInt64 = 3 << 61
        timeAndFlags = timeAndFlags & ~flags | other.timeAndFlags & flags
    }

    /// Whether it is of a try.
    var isTry: Bool {
        switch status {
        case .success, .skipped, .failed: true
        case .queued, .dropped: false
        }
    }

    /// By this the same line is chosen of several that were written at one time.
    func isAfter(_ other: Outcome) -> Bool {
        if time != other.time { return time > other.time }
        if sizeAndTries != other.sizeAndTries { return sizeAndTries > other.sizeAndTries }
        return (retryAt, timeAndFlags) > (other.retryAt, other.timeAndFlags)
    }

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
    /// Unix seconds at which the result was written, by its clock; nil where nothing tells.
    private var writtenAt: Double? { time == 0 || isTimeMoved ? nil : Double(time) / 1000 }

    /// Times of lines are rounded: one of just now may be so many seconds later.
    private static let rounding = 1.0

    /// Unix seconds from which on it may be tried again.
    ///
    /// A result that was written later than now was written by a clock that was ahead, or the clock now is behind: its
    /// wait means nothing, and the record is due at once. Where nothing tells when it was written, its time is
    /// believed.
    package func dueAt(now: Double) -> Double {
        let earliest = isTimeMoved ? wait.map { Double(retryAt) - $0 } : writtenAt
        guard let earliest, earliest > now + Self.rounding else { return Double(retryAt) }
        return now
    }

    /// The same in a run that began at a certain time. What could not be signed since then cannot be signed by the
    /// settings of this run: nil. What an earlier run could not sign is due at once, as they may have been corrected.
    func dueAt(now: Double, inRunSince began: Double?) -> Double? {
        guard let began, error == .unsigned else { return dueAt(now: now) }
        guard let writtenAt else { return now }
        return began <= writtenAt && writtenAt <= now + Self.rounding ? nil : now
    }
}
