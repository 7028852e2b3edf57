internal import Records

/// What the lines about one path say together, in whatever order and how often they came.
///
/// A line has a time: when it was written, and in any case later than what its writer knew (`known_at`). A `queued` mark
/// takes away all that is earlier. Of what is left the kinds are compared first, so that no wrong clock lets a failure
/// hide a file that is there, and then the times. So the latest line of each kind is all that can ever matter.
struct PathHistory {
    /// Of the latest marks; 0 where there are none.
    private var queuedAt: UInt64 = 0
    private var droppedAt: UInt64 = 0
    /// Of each kind the latest line, as far as it can still matter; empty where the outcome alone does.
    private var lines: [Outcome] = []

    /// What an outcome alone says.
    init(_ outcome: Outcome) {
        guard outcome.time != 0 else { return }
        switch outcome.status {
        case .queued: queuedAt = outcome.time
        case .dropped: droppedAt = outcome.time
        case .success, .skipped, .failed: break
        }
    }

    /// Takes in a line, and returns the path's outcome, which has a history if this one has to be kept.
    ///
    /// Where the line or the outcome has no time, the line is the later one, as it stands behind.
    mutating func take(_ result: ResultLine, after before: Outcome) -> Outcome {
        guard result.outcome.time == 0 || result.outcome.time >= queuedAt else { return before }
        var outcome = before
        if result.outcome.time == 0 || (before.time == 0 && (before.status != .queued || before.hasHistory)) {
            guard outcome.take(result) else { return before }
            lines = []
            if result.status == .queued {
                self = PathHistory(outcome)
            } else if result.status == .dropped {
                droppedAt = outcome.time
            }
            outcome.hasHistory = outcome.time == 0 ? queuedAt != 0 : isMarked(beside: outcome)
            return outcome
        }
        if lines.isEmpty && before.isTry { lines = [before.bare] }
        switch result.status {
        case .queued:
            queuedAt = result.outcome.time
            lines.removeAll { $0.time < queuedAt }
            if droppedAt < queuedAt { droppedAt = 0 }
        case .dropped: droppedAt = max(droppedAt, result.outcome.time)
        case .success, .skipped, .failed: add(result.outcome)
        }
        return settle(before)
    }

    private mutating func add(_ line: Outcome) {
        var line = line
        line.course = .none
        if lines.contains(where: { $0.outdoes(line) }) { return }
        lines.removeAll { line.outdoes($0) }
        lines.append(line)
    }

    /// The time of the latest line.
    var knownAt: UInt64 { lines.reduce(max(queuedAt, droppedAt)) { max($0, $1.time) } }

    /// Whether this line has to stay for the others to come to the same.
    func keeps(_ result: ResultLine) -> Bool {
        switch result.status {
        case .queued: result.outcome.time != 0 && result.outcome.time == queuedAt
        case .dropped: result.outcome.time != 0 && result.outcome.time == droppedAt
        case .success, .skipped, .failed: lines.contains { $0.isSame(as: result.outcome) }
        }
    }

    private mutating func settle(_ before: Outcome) -> Outcome {
        var outcome = verdict ?? Outcome()
        if droppedAt != 0 {
            let attempt = outcome.attempt
            outcome = Outcome()
            (outcome.status, outcome.time, outcome.attempt) = (.dropped, droppedAt, attempt)
        } else if lines.isEmpty {
            outcome.time = queuedAt
        }
        outcome.copyPlace(of: before)
        let isAlone = lines.count <= 1 && outcome.isTry
        outcome.hasHistory = !(isAlone || lines.isEmpty) || isMarked(beside: outcome)
        if isAlone { lines = [] }
        return outcome
    }

    /// Whether there are marks that the outcome does not tell of.
    private func isMarked(beside outcome: Outcome) -> Bool {
        switch outcome.status {
        case .queued: droppedAt != 0
        case .dropped: queuedAt != 0
        case .success, .skipped, .failed: queuedAt != 0 || droppedAt != 0
        }
    }

    /// The line that counts, of those that no mark took away.
    private var verdict: Outcome? {
        if let there = latest(.success) ?? latest(.skipped) { return there }
        let (failed, unclear, stopped) = (latest(.failed), latest(.unclear), latest(.stopped))
        guard let failed, failed.time >= unclear?.time ?? 0 else {
            // That a try was stopped says as little.
            return [unclear, stopped].compactMap { $0 }.max { $0.time < $1.time }
        }
        return failed
    }

    private func latest(_ kind: Outcome.Kind) -> Outcome? { lines.first { $0.kind == kind } }
}

extension Outcome {
    /// Kinds of results, those that hide more of the others last.
    enum Kind: Int {
        case stopped
        /// Ended before anything was learnt of the file.
        case unclear
        case failed, skipped, success
    }

    var kind: Kind {
        switch status {
        case .success: .success
        case .skipped: .skipped
        default: error == .interrupted ? .stopped : saysLittle ? .unclear : .failed
        }
    }

    /// Whether it is of the same line, but for what was carried over to it.
    func isSame(as line: Outcome) -> Bool {
        time == line.time && status == line.status && error == line.error && bytes == line.bytes
    }

    /// The time of a line, in milliseconds since 1970, which is later than what was known to its writer, whatever the
    /// clocks say; 0: it has none, or one after the year 2109.
    static func time(finishedAt: Double?, knownAt: Double?) -> (UInt64, isMoved: Bool) {
        func milliseconds(_ time: Double?) -> UInt64? {
            time.map { UInt64(($0 * 1000).rounded()) }.flatMap { $0 < latestTime ? $0 : nil }
        }
        let written = milliseconds(finishedAt) ?? 0
        let earliest = milliseconds(knownAt).map { $0 + 1 } ?? 0
        return (max(written, earliest), written < earliest)
    }

    /// What it says, without what belongs to the path.
    fileprivate var bare: Outcome {
        var line = self
        line.course = .none
        (line.isListed, line.isCourseListed, line.hasHistory) = (false, false, false)
        return line
    }

    /// Whether the other line of the same path can never matter beside this one.
    fileprivate func outdoes(_ other: Outcome) -> Bool {
        if kind == other.kind { return !other.isAfter(self) }
        if kind == .unclear && other.kind == .failed { return time > other.time }
        return kind.rawValue > other.kind.rawValue && time >= other.time
    }

    /// By what a line is known again that came twice.
    func identity(_ number: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(number)
        hasher.combine(time)
        hasher.combine(bytes)
        hasher.combine(status)
        hasher.combine(attempt)
        hasher.combine(error.value)
        return hasher.finalize()
    }
}

// MARK: - What most lines need

extension Outcome {
    /// Takes in a line where it is the first one of its path, or simply the better one. Else returns false.
    mutating func takeSimply(_ result: ResultLine) -> Bool {
        guard !hasHistory else { return false }
        if time == 0 {
            guard case .queued = status else { return false }
        } else {
            guard isTry, result.outcome.isTry, result.outcome.time > time, result.outcome.outdoes(self)
            else { return false }
        }
        let before = self
        self = result.outcome
        copyPlace(of: before)
        return true
    }

    /// Takes in a line by its place: it is right, with four exceptions. Returns whether it counts.
    mutating func take(_ result: ResultLine) -> Bool {
        // What was dropped stays out until it is queued again, whatever a try that was under way says.
        if status == .dropped && result.status != .queued { return false }
        if status == .success && result.saysNothingNew { return false }
        // What was met before a try was stopped says more than that it was stopped.
        if status == .failed && result.outcome.error == .interrupted && !saysLittle { return false }
        let before = self
        self = result.outcome
        copyPlace(of: before)
        // A try that did not come so far as to be counted has no number of its own.
        if attempt == 0 && status != .queued { attempt = before.attempt }
        return true
    }

    /// Whether the last failure came before anything was learnt of the file.
    private var saysLittle: Bool { error.isUnfinishedTry || error == .unsigned }
}
