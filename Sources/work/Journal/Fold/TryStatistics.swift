internal import Records

/// What all lines together say about tries: forgotten ones, and those of files that no catalogue names, included.
package struct TryStatistics: Sendable {
    package private(set) var success = 0
    package private(set) var failed = 0
    /// Those that ended before anything was learnt about the file: stopped, in another process's hands, never signed.
    package private(set) var unfinished = 0
    /// By number of the error.
    private var failures: [Int] = []
    /// Of successful tries.
    package private(set) var seconds = LogHistogram()
    /// Bytes a second of successful tries; what an earlier run had fetched is left out.
    package private(set) var rates = LogHistogram()
    package private(set) var throughput = Throughput()
    /// From the start of the first try to the end of the last one; nil where no result tells a time.
    package private(set) var span: ClosedRange<Double>?
    /// When the first result came.
    package private(set) var firstResultAt: Double?

    package func failures(with error: ErrorCodes.Number) -> Int {
        let index = Int(error.value)
        return index < failures.count ? failures[index] : 0
    }

    mutating func note(_ result: ResultLine) {
        switch result.status {
        case .success: noteSuccess(result)
        case .failed: noteFailure(result)
        case .skipped, .queued, .dropped: break
        }
        noteTimes(of: result)
    }

    private mutating func noteSuccess(_ result: ResultLine) {
        success += 1
        if result.seconds > 0 {
            seconds.add(result.seconds)
            if result.received > 0 { rates.add(Double(result.received) / result.seconds) }
        }
        if let end = result.finishedAt {
            throughput.add(Throughput.Bucket(success: 1, bytes: result.outcome.bytes), at: end)
        }
    }

    private mutating func noteFailure(_ result: ResultLine) {
        failed += 1
        if result.isUnfinishedTry { unfinished += 1 }
        let index = Int(result.outcome.error.value)
        while failures.count <= index { failures.append(0) }
        failures[index] += 1
        if let end = result.finishedAt { throughput.add(Throughput.Bucket(failed: 1), at: end) }
    }

    private mutating func noteTimes(of result: ResultLine) {
        guard let end = result.finishedAt else { return }
        let start = max(0, end - result.seconds)
        span = min(span?.lowerBound ?? start, start)...max(span?.upperBound ?? end, end)
        firstResultAt = min(firstResultAt ?? end, end)
    }
}
