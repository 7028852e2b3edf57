internal import POSIX
internal import Records
internal import Store

/// What is known of a transfer at the moment when it ended: enough to say what became of its record, on any thread.
struct TransferState: Sendable {
    private let httpStatus: Int
    private let length: Int64
    private let received: Int64
    private let seconds: Double
    private let resumedFrom: Int64?
    private let priorAttempts: Int64
    private let hasProgress: Bool
    private let retry: RetryPolicy
    private let now: Double

    init(_ transfer: Transfer, retry: RetryPolicy, _ clock: any Clock) {
        httpStatus = transfer.answer.status
        length = transfer.part.length
        received = transfer.received
        seconds = clock.monotonic - transfer.startedAt
        resumedFrom = transfer.offset > 0 ? transfer.offset : nil
        priorAttempts = transfer.record.attempt
        hasProgress = transfer.hasProgress
        self.retry = retry
        now = clock.now
    }

    var success: Outcome {
        .success(
            Outcome.Fetched(
                httpStatus: httpStatus, bytes: length, seconds: seconds, resumedFrom: resumedFrom,
                attempt: priorAttempts + 1))
    }

    /// A try that brought bytes which the next one can build on does not count.
    func failed(by trouble: TryError) -> Outcome {
        let counts = trouble.countsAsAttempt && (!hasProgress || trouble.startsOver)
        let attempt = priorAttempts + (counts ? 1 : 0)
        var failed = Outcome.Failed(trouble: trouble, attempt: attempt, retry: retry, now: now)
        failed.httpStatus = httpStatus > 0 ? httpStatus : nil
        failed.bytes = received
        failed.seconds = seconds
        failed.resumedFrom = resumedFrom
        return .failed(failed)
    }
}

extension Outcome.Failed {
    /// `attempt`: tries that have counted so far.
    init(trouble: TryError, attempt: Int64, retry: RetryPolicy, now: Double) {
        self.trouble = trouble
        self.attempt = attempt > 0 ? attempt : nil
        isRetryable = retry.isRetryable(after: trouble, attempt: attempt)
        retryAt = isRetryable ? retry.retryAt(after: trouble, attempt: attempt, now: now) : nil
    }
}

extension FetchRecord {
    func result(_ outcome: Outcome) -> PendingResult { PendingResult(number: number, echo: echo, outcome: outcome) }

    func skipped(_ file: ExistingFile) -> PendingResult {
        result(.skipped(found: file.path, bytes: file.size, attempt: attempt > 0 ? attempt : nil))
    }

    /// It failed before the origin was asked.
    func failed(by trouble: TryError, retry: RetryPolicy, now: Double) -> PendingResult {
        result(.failed(Outcome.Failed(trouble: trouble, attempt: attempt, retry: retry, now: now)))
    }
}
