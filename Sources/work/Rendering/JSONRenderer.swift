package import Journal
package import NDJSON
internal import Records

/// The summary as one JSON object on one line, for scripts and for `--snapshot`. What is not known is absent.
package struct JSONRenderer: Renderer {
    package init() {}

    package func render(_ summary: Summary, to output: inout some TextOutputStream) {
        var document = LineBuffer()
        document.open()
        document.add(summary.overall)
        if let notListed = summary.notListed { document.add(SummaryField.notInCatalog, notListed) }
        addTimes(of: summary, to: &document)
        addFigures(of: summary, to: &document)
        document.add(objects: SummaryField.errors, of: summary.failures) { object, failure in
            object.add(SummaryField.error, failure.code)
            object.add(SummaryField.files, failure.files)
            object.add(SummaryField.tries, failure.tries)
        }
        document.add(objects: SummaryField.faults, of: summary.faults) { object, fault in
            object.add(SummaryField.owner, fault.owner.rawValue)
            object.add(SummaryField.error, fault.code)
            object.add(SummaryField.files, fault.files)
        }
        if !summary.hosts.isEmpty { document.add(objects: SummaryField.hosts, of: summary.hosts) { $0.add($1) } }
        document.add(objects: SummaryField.courses, of: summary.courses) { $0.add($1) }
        document.add(object: SummaryField.lines) { object in
            object.add(SummaryField.read, summary.lines.read)
            object.add(SummaryField.passedOver, summary.lines.passedOver)
            object.add(SummaryField.withoutPath, summary.lines.withoutPath)
        }
        document.add(SummaryField.madeAt, milliseconds: summary.madeAt)
        addPresent(of: summary, to: &document)
        document.close()
        output.write(String(decoding: document.bytes, as: UTF8.self))
    }

    private func addPresent(of summary: Summary, to document: inout LineBuffer) {
        if let rate = summary.recentRate { document.add(SummaryField.recentBytesPerSecond, rate) }
        if let left = summary.secondsLeft { document.add(SummaryField.secondsLeft, milliseconds: left) }
        summary.active?.document.withUnsafeBytes { document.add(SummaryField.active, raw: $0) }
        guard let evidence = summary.evidence else { return }
        document.add(objects: SummaryField.evidence, of: evidence.suspects) { $0.add($1) }
    }

    private func addTimes(of summary: Summary, to document: inout LineBuffer) {
        guard let times = summary.times else { return }
        document.add(SummaryField.firstResultAt, milliseconds: times.firstResult)
        document.add(SummaryField.lastResultAt, milliseconds: times.lastResult)
        document.add(SummaryField.elapsedSeconds, milliseconds: times.elapsed)
        if times.paused > 0 { document.add(SummaryField.pausedSeconds, milliseconds: times.paused) }
        if let rate = summary.bytesPerSecond { document.add(SummaryField.bytesPerSecond, rate) }
    }

    private func addFigures(of summary: Summary, to document: inout LineBuffer) {
        document.add(object: SummaryField.tries) { $0.add(summary.tries) }
        document.add(SummaryField.receivedBytes, summary.received)
        document.add(SummaryField.receivedInVainBytes, summary.receivedInVain)
        if let seconds = summary.seconds {
            document.add(object: SummaryField.secondsPercentiles) { $0.add(seconds) }
        }
        if let rates = summary.rates {
            document.add(object: SummaryField.bytesPerSecondPercentiles) { $0.add(rates) }
        }
        if !summary.throughput.buckets.isEmpty {
            document.add(object: SummaryField.throughput) { $0.add(summary.throughput) }
        }
        document.add(objects: SummaryField.sizes, of: summary.sizes) { object, size in
            object.add(SummaryField.under, size.under)
            object.add(SummaryField.files, size.files)
            object.add(SummaryField.bytes, size.bytes)
        }
    }
}

/// What a host of a fleet does now, which no snapshot reads back.
private enum HostField: UInt8, FieldName {
    case state, shards, heardAt

    static let names = snakeCaseNames
}

extension LineBuffer {
    fileprivate mutating func add(_ counts: Counts) {
        add(SummaryField.total, counts.total)
        add(SummaryField.success, counts.success)
        add(SummaryField.skipped, counts.skipped)
        if counts.moved > 0 { add(SummaryField.moved, counts.moved) }
        add(SummaryField.failed, counts.failed)
        add(SummaryField.delayed, counts.delayed)
        add(SummaryField.failedForGood, counts.failedForGood)
        add(SummaryField.queued, counts.queued)
        add(SummaryField.dropped, counts.dropped)
        add(SummaryField.bytes, counts.bytes)
        add(SummaryField.downloadedBytes, counts.downloadedBytes)
    }

    fileprivate mutating func add(_ suspect: KnownEvidence.Suspect) {
        add(SummaryField.suspect, suspect.owner.rawValue)
        if let name = suspect.name { add(SummaryField.name, name) }
        if let time = suspect.askedAt { add(SummaryField.askedAt, milliseconds: time) }
        if let time = suspect.servedAt { add(SummaryField.servedAt, milliseconds: time) }
        guard let time = suspect.failingSince else { return }
        add(SummaryField.failingSince, milliseconds: time)
        add(SummaryField.reason, suspect.reason)
        add(SummaryField.condemned, suspect.isCondemned)
        add(SummaryField.records, suspect.records)
    }

    /// What a host of a fleet has done, and what it does now where that is known.
    package mutating func add(_ host: HostStatistics.Host) {
        add(SummaryField.host, host.name)
        add(SummaryField.success, host.success)
        add(SummaryField.skipped, host.skipped)
        add(SummaryField.failed, host.failed)
        add(SummaryField.receivedBytes, host.received)
        if let time = host.lastResultAt { add(SummaryField.lastResultAt, milliseconds: time) }
        guard let present = host.present else { return }
        add(HostField.state, present.state.rawValue)
        if let reason = present.reason { add(SummaryField.reason, reason) }
        let shards = "[" + present.shards.map(String.init).joined(separator: ",") + "]"
        Array(shards.utf8).withUnsafeBytes { add(HostField.shards, raw: $0) }
        if let rate = present.bytesPerSecond { add(SummaryField.bytesPerSecond, rate) }
        if let time = present.heardAt { add(HostField.heardAt, milliseconds: time) }
    }

    fileprivate mutating func add(_ course: Summary.Course) {
        if let id = course.id { add(SummaryField.courseID, id) }
        if let title = course.title { add(SummaryField.courseTitle, title) }
        add(course.counts)
        add(SummaryField.complete, course.counts.isComplete)
    }

    fileprivate mutating func add(_ tries: TryCounts) {
        add(SummaryField.total, tries.total)
        add(SummaryField.success, tries.success)
        add(SummaryField.failed, tries.failed)
        add(SummaryField.unfinished, tries.unfinished)
        add(SummaryField.retriedFiles, tries.retriedFiles)
        add(SummaryField.retriedSuccess, tries.retriedSuccess)
        if tries.refreshed.asked > 0 { add(tries.refreshed) }
    }

    package mutating func add(_ counts: RefreshCounts) {
        add(RefreshField.refreshed, counts.asked)
        add(RefreshField.unchanged, counts.unchanged)
        add(RefreshField.changed, counts.changed)
        if counts.notConfirmed > 0 { add(RefreshField.notConfirmed, counts.notConfirmed) }
        if counts.kept > 0 { add(RefreshField.kept, counts.kept) }
    }

    fileprivate mutating func add(_ percentiles: Percentiles) {
        add(SummaryField.p50, milliseconds: percentiles.p50)
        add(SummaryField.p90, milliseconds: percentiles.p90)
        add(SummaryField.p95, milliseconds: percentiles.p95)
        add(SummaryField.p99, milliseconds: percentiles.p99)
    }

    fileprivate mutating func add(_ throughput: Throughput) {
        add(SummaryField.startAt, throughput.start)
        add(SummaryField.bucketSeconds, throughput.width)
        add(objects: SummaryField.buckets, of: throughput.buckets) { object, bucket in
            object.add(SummaryField.success, bucket.success)
            object.add(SummaryField.failed, bucket.failed)
            object.add(SummaryField.bytes, bucket.bytes)
        }
    }
}
