internal import NDJSON
internal import Records

/// The names in a summary as JSON, which scripts rely on, and which a later `tf-tally --snapshot` reads.
package enum SummaryField: UInt8, FieldName {
    case madeAt
    case total, success, skipped, moved, failed, delayed, failedForGood, queued, dropped, bytes, downloadedBytes
    case notInCatalog, firstResultAt, lastResultAt, elapsedSeconds, bytesPerSecond, recentBytesPerSecond
    case errors, error, files, tries, unfinished, retriedFiles, retriedSuccess
    case secondsPercentiles, bytesPerSecondPercentiles, p50, p90, p95, p99
    case throughput, bucketSeconds, startAt, buckets
    case sizes, under
    case courses, courseID, courseTitle, complete
    case lines, read, passedOver, withoutPath
    case faults, owner
    case secondsLeft, active
    case evidence, suspect, name, askedAt, servedAt, failingSince, reason, condemned, records
    case receivedBytes, receivedInVainBytes, pausedSeconds
    case hosts, host

    package static let names = snakeCaseNames
}

/// The names in `tries` that only a journal with refreshed files has.
package enum RefreshField: UInt8, FieldName {
    case refreshed, unchanged, changed, notConfirmed, kept

    package static let names = snakeCaseNames
}

/// A summary that `--format json` wrote, read back. Fields that an older version did not write are as if nothing were
/// known of them.
package struct Snapshot {
    let document = LineScanner<SummaryField>()
    private let part = LineScanner<SummaryField>()

    /// More than any summary is: a million courses with long titles.
    package static let longestDocument = 1 << 29

    package init() {}

    /// Nil where the text is not a summary.
    ///
    /// - Parameter now: Unix seconds; what ran when the summary was made may not run any more.
    package func read(_ text: [UInt8], now: Double) -> Summary? {
        do throws(LineError) {
            try document.scan(text)
            guard try document.integer(.total) != nil, document.kind(.lines) == .object else {
                return nil
            }
            return try summary(now: now)
        } catch { return nil }
    }

    private func summary(now: Double) throws(LineError) -> Summary {
        var summary = Summary(
            madeAt: try document.number(.madeAt) ?? 0, overall: try document.counts(),
            courses: try each(.courses) { line throws(LineError) in
                try Summary.Course(
                    id: line.integer(.courseID), title: line.string(.courseTitle), counts: line.counts())
            },
            failures: try each(.errors) { line throws(LineError) in
                try Summary.Failure(code: line.string(.error) ?? "", files: line.int(.files), tries: line.int(.tries))
            },
            times: try times(), tries: try one(.tries, Self.tries) ?? TryCounts(),
            seconds: try one(.secondsPercentiles, Self.percentiles) ?? nil,
            rates: try one(.bytesPerSecondPercentiles, Self.percentiles) ?? nil,
            throughput: try throughput(),
            sizes: try each(.sizes) { line throws(LineError) in
                try SizeClass(
                    under: line.integer(.under) ?? 0, files: line.int(.files), bytes: line.integer(.bytes) ?? 0)
            },
            lines: try one(.lines) { line throws(LineError) in
                try FoldedJournal.LineCounts(
                    read: line.int(.read), passedOver: line.int(.passedOver), withoutPath: line.int(.withoutPath))
            } ?? FoldedJournal.LineCounts(),
            notListed: try document.integer(.notInCatalog).map { Int(clamping: $0) })
        summary.faults = try each(.faults) { line throws(LineError) -> Summary.Fault? in
            guard let owner = FaultOwner(rawValue: try line.string(.owner) ?? "") else { return nil }
            return try Summary.Fault(owner: owner, code: line.string(.error) ?? "", files: line.int(.files))
        }
        .compactMap(\.self)
        summary.received = try document.integer(.receivedBytes) ?? 0
        summary.receivedInVain = try document.integer(.receivedInVainBytes) ?? 0
        summary.hosts = try each(.hosts, Self.host)
        try readRefreshed(into: &summary.tries)
        summary.recentRate = try document.integer(.recentBytesPerSecond)
        summary.active = document.raw(.active).flatMap { ActiveRun(Array($0), now: now) }
        return summary
    }

    private func times() throws(LineError) -> Summary.Times? {
        guard let first = try document.number(.firstResultAt), let last = try document.number(.lastResultAt),
            let elapsed = try document.number(.elapsedSeconds)
        else { return nil }
        return Summary.Times(
            firstResult: first, lastResult: last, elapsed: elapsed, paused: try document.number(.pausedSeconds) ?? 0)
    }

    private static func host(_ line: LineScanner<SummaryField>) throws(LineError) -> HostStatistics.Host {
        var host = HostStatistics.Host(name: try line.string(.host) ?? "")
        (host.success, host.skipped) = try (line.int(.success), line.int(.skipped))
        (host.failed, host.received) = try (line.int(.failed), line.integer(.receivedBytes) ?? 0)
        host.lastResultAt = try line.number(.lastResultAt)
        return host
    }

    private static func tries(_ line: LineScanner<SummaryField>) throws(LineError) -> TryCounts {
        var tries = TryCounts()
        (tries.success, tries.failed) = try (line.int(.success), line.int(.failed))
        (tries.unfinished, tries.retriedFiles) = try (line.int(.unfinished), line.int(.retriedFiles))
        tries.retriedSuccess = try line.int(.retriedSuccess)
        return tries
    }

    private func readRefreshed(into tries: inout TryCounts) throws(LineError) {
        guard let raw = document.raw(.tries) else { return }
        let line = LineScanner<RefreshField>()
        try line.scan(Array(raw))
        func count(_ name: RefreshField) throws(LineError) -> Int { Int(clamping: try line.integer(name) ?? 0) }
        (tries.refreshed.unchanged, tries.refreshed.changed) = try (count(.unchanged), count(.changed))
        (tries.refreshed.notConfirmed, tries.refreshed.kept) = try (count(.notConfirmed), count(.kept))
    }

    private static func percentiles(_ line: LineScanner<SummaryField>) throws(LineError) -> Percentiles? {
        guard let p50 = try line.number(.p50), let p90 = try line.number(.p90), let p95 = try line.number(.p95),
            let p99 = try line.number(.p99)
        else { return nil }
        return Percentiles(p50: p50, p90: p90, p95: p95, p99: p99)
    }

    private func throughput() throws(LineError) -> Throughput {
        guard let raw = document.raw(.throughput) else { return Throughput() }
        let text = Array(raw)
        try part.scan(text)
        let (width, start) = try (part.integer(.bucketSeconds) ?? 1, part.integer(.startAt) ?? 0)
        let buckets = try (part.values(.buckets) ?? []).map { bucket throws(LineError) in
            try part.scan(bucket)
            return try Throughput.Bucket(
                success: part.int(.success), failed: part.int(.failed), bytes: part.integer(.bytes) ?? 0)
        }
        return Throughput(width: width, start: start, buckets: buckets)
    }

    private func each<Element>(
        _ name: SummaryField, _ read: (LineScanner<SummaryField>) throws(LineError) -> Element
    ) throws(LineError) -> [Element] {
        var found: [Element] = []
        try document.forEachObject(name, part) { () throws(LineError) in found.append(try read(part)) }
        return found
    }

    private func one<Value>(
        _ name: SummaryField, _ read: (LineScanner<SummaryField>) throws(LineError) -> Value
    ) throws(LineError) -> Value? {
        guard let raw = document.raw(name) else { return nil }
        try part.scan(Array(raw))
        return try read(part)
    }
}

extension LineScanner<SummaryField> {
    fileprivate func int(_ name: SummaryField) throws(LineError) -> Int { Int(try integer(name) ?? 0) }

    fileprivate func counts() throws(LineError) -> Counts {
        var counts = Counts()
        (counts.queued, counts.delayed) = try (int(.queued), int(.delayed))
        (counts.failedForGood, counts.success) = try (int(.failedForGood), int(.success))
        (counts.skipped, counts.dropped, counts.moved) = try (int(.skipped), int(.dropped), int(.moved))
        (counts.bytes, counts.downloadedBytes) = try (integer(.bytes) ?? 0, integer(.downloadedBytes) ?? 0)
        return counts
    }
}
