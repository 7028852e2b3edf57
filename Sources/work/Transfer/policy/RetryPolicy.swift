package import Records
internal import Store

/// When a record is tried again: soon, inside this run of the tool; or later, when its line is fed in again.
package struct RetryPolicy: Sendable {
    /// Tries after the first, inside the tool; all of them count as one.
    package var quickRetries: Int
    /// Seconds before the first of them at most; doubled for each further one.
    package var quickDelay: Double
    /// Seconds between the tries of different runs; the last value repeats.
    package var backoff: [Double]

    /// The origin may ask for this long a wait before a quick retry; what asks for more is given back.
    private static let longestQuickWait = 10.0

    package init(quickRetries: Int, quickDelay: Double, backoff: [Double]) {
        self.quickRetries = quickRetries
        self.quickDelay = quickDelay
        self.backoff = backoff
    }

    var longestBackoff: Double { backoff.last ?? 0 }

    /// Seconds until the next quick try, or nil where there is none. `spread` is a random number in 0 ..< 1.
    package func quickDelay(after error: TryError, triesDone: Int, spread: Double) -> Double? {
        guard error.isPassing, triesDone <= quickRetries else { return nil }
        // Full jitter: those that failed together do not come back together.
        let delay = quickDelay * Double(1 << min(triesDone - 1, 20)) * spread
        guard let wanted = error.retryAfter else { return delay }
        return wanted <= Self.longestQuickWait ? max(delay, wanted) : nil
    }

    /// Whether the line may be fed in again. What is not the record's own fault passes, or is put right by someone. A
    /// record's own refusal is worth one new signature, no more.
    package func isRetryable(after error: TryError, attempt: Int64) -> Bool {
        switch error.owner {
        case .record where error.code == .forbidden: return attempt <= 1
        case .record, .folder: return error.isUncertain || error.code.isRetryable
        case .host, .way, .credentials, .disk, .process, .store: return true
        }
    }

    /// When the line may be fed in again, in Unix seconds: by the backoff, or later if the origin said so.
    package func retryAt(after error: TryError, attempt: Int64, now: Double) -> Double {
        // What was only interrupted can go on at once.
        if error.code == .interrupted { return now }
        let wish = error.retryAfter ?? 0
        guard error.owner == .record else { return timeOfAll(failingFor: error.failingFor, wish: wish, now: now) }
        return now + max(backoff[min(max(Int(attempt), 1), backoff.count) - 1], wish)
    }

    /// What waits for somebody else waits about as long as that has lasted, and comes back with all that does, whoever
    /// it waits for: at a multiple of that value of the backoff. So a round can tell that nobody serves, and each record
    /// does not have a round of its own.
    private func timeOfAll(failingFor seconds: Double, wish: Double, now: Double) -> Double {
        let wait = backoff.first { $0 >= seconds } ?? longestBackoff
        guard wait > 0 else { return now + wish }
        return ((now + max(wait * 0.75, wish)) / wait).rounded(.up) * wait
    }
}
