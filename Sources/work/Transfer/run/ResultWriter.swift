internal import NDJSON
internal import POSIX
internal import Records
internal import Store
internal import Synchronization

/// A result to be written, and the file that has to be at its place first.
final class FinishedRecord: @unchecked Sendable {
    // The run makes it, the writer alone touches it then, and the run gets it back.
    fileprivate(set) var result: FetchResult
    /// The path that is busy until this is written.
    let path: RelativePath?
    /// Nil once it is at its place, or could not be brought there.
    fileprivate(set) var file: FinishedFile?

    init(_ result: FetchResult, path: RelativePath?, file: FinishedFile?) {
        (self.result, self.path, self.file) = (result, path, file)
    }
}

/// A part that is whole, and saved.
struct FinishedFile: @unchecked Sendable {
    // The part has left its transfer: from here on the writer alone touches it.
    let part: PartFile
    /// Unix seconds.
    let modified: Int64?
    /// What the record becomes if the file cannot be brought to its name.
    let onFailure: @Sendable (TryError) -> FetchOutcome
    /// The file that it replaces, where that is to be kept.
    var replaced: OldFile?
}

/// Brings finished files to their names, and writes the result lines. A `success` is written only after the file and
/// its name are on the disk: data, then names, then results. After a crash a name never means bytes that are not there.
///
/// What is given at one time is finished in one go, which makes one sync serve many files; and the sync for the bytes
/// of some serves the names of those before them, too.
final class ResultWriter {
    let sink: any ResultSink
    fileprivate let sync: FetchSettings.Sync
    let clock: any Clock
    private var buffer = LineBuffer()
    private let syncOutput: @Sendable () -> Void
    private var hasWritten = false
    /// Whether the files that earlier runs brought to their names are on the disk: the last one may have been killed
    /// before its sync.
    private var areFoundSynced = false
    /// Records whose files have their names, which the next sync writes to the disk.
    private var named: [FinishedRecord] = []

    /// - Parameter syncOutput: writes what is in the output folder to the disk.
    init(
        _ sink: any ResultSink, sync: FetchSettings.Sync, clock: any Clock, syncOutput: @escaping @Sendable () -> Void
    ) {
        self.sink = sink
        self.sync = sync
        self.syncOutput = syncOutput
        self.clock = clock
    }

    /// Whether a further call has something to do, even without new records.
    var isUnfinished: Bool { !named.isEmpty }

    /// Takes these records a step further, and those of the last call to their end. Returns those whose results are
    /// written; throws where results cannot be written any more.
    func finish(_ records: [FinishedRecord]) throws(SystemError) -> [FinishedRecord] {
        syncFound(records)
        let failures = syncFileSystems(of: named + records)
        fail(named, failures)
        fail(records, failures)
        publish(records)
        var finished = named
        named = []
        for record in records {
            if record.file == nil || sync == .none { finished.append(record) } else { named.append(record) }
        }
        try write(finished)
        return finished
    }

    private func write(_ records: [FinishedRecord]) throws(SystemError) {
        guard !records.isEmpty else { return }
        if !hasWritten && sink.endsTorn { buffer.append("\n") }
        hasWritten = true
        for record in records { record.result.write(into: &buffer, now: clock.now) }
        try buffer.bytes.withUnsafeBufferPointer { lines throws(SystemError) in
            try sink.write(UnsafeRawBufferPointer(lines))
        }
        buffer.removeAll()
        File.close(records.compactMap { $0.file?.part.file ?? nil })
        for record in records { record.file = nil }
    }

    /// What was found is on the disk as well before it is reported.
    private func syncFound(_ records: [FinishedRecord]) {
        guard sync == .full, !areFoundSynced, records.contains(where: \.result.outcome.isSkipped) else { return }
        areFoundSynced = true
        syncOutput()
    }

    private func publish(_ records: [FinishedRecord]) {
        for record in records {
            guard let file = record.file else { continue }
            do throws(TryError) {
                record.result.outcome.kept = try file.replaced?.keep()
                try file.part.publish(modified: file.modified)
            } catch {
                if let kept = record.result.outcome.kept, file.replaced?.putBack(from: kept) ?? false {
                    record.result.outcome.kept = nil
                }
                fail(record, error)
            }
        }
    }

    /// Which of the file systems of the files could not be synced, and why.
    private func syncFileSystems(of records: [FinishedRecord]) -> [UInt: TryError] {
        guard sync == .full else { return [:] }
        var synced: Set<UInt> = []
        var failures: [UInt: TryError] = [:]
        for part in records.compactMap({ $0.file?.part }) where synced.insert(part.device).inserted {
            do throws(TryError) { try part.syncFileSystem() } catch { failures[part.device] = error }
        }
        return failures
    }

    private func fail(_ records: [FinishedRecord], _ failures: [UInt: TryError]) {
        guard !failures.isEmpty else { return }
        for record in records {
            if let error = record.file.flatMap({ failures[$0.part.device] }) { fail(record, error) }
        }
    }

    private func fail(_ record: FinishedRecord, _ error: TryError) {
        guard let file = record.file else { return }
        let kept = record.result.outcome.kept
        record.result.outcome = file.onFailure(error)
        record.result.outcome.kept = kept
        file.part.leave(startsOver: error.startsOver)
        record.file = nil
    }
}

/// The writer on a thread of its own, so that a slow disk or a full pipe never holds up a running transfer. Whatever
/// has gathered while it was busy is its next batch. After a batch it rests for as long as that took, unless a loop can
/// do nothing before results are written: a sync holds up who makes files meanwhile, so fewer and larger ones are better.
final class ResultThread: Sendable {
    /// What the run gets back.
    enum Report: Sendable {
        case written([FinishedRecord])
        /// Standard output cannot be written any more; the thread has ended.
        case outputFailed(SystemError)
    }

    /// The last batch is empty.
    private let batches = Mailbox<[FinishedRecord]>()
    private let reports = Mailbox<Report>()
    private let wake: @Sendable () -> Void
    private let isAwaited: @Sendable () -> Bool
    private let isClosing = Atomic(false)
    private let isResting = Atomic(false)
    private let restEnds = Event()

    /// Seconds: where files are synced, and where they are not.
    private static let durableRest = 0.02...0.1
    private static let rest = 0.002...0.1

    /// - Parameters:
    ///   - wake: called from the thread when there is a report.
    ///   - isAwaited: asked on the thread: whether somebody waits for reports.
    init(wake: @escaping @Sendable () -> Void, isAwaited: @escaping @Sendable () -> Bool) {
        (self.wake, self.isAwaited) = (wake, isAwaited)
    }

    /// - Parameter batch: at least one record.
    func submit(_ batch: [FinishedRecord]) { batches.put(batch) }

    /// No more records will come.
    func close() {
        isClosing.store(true, ordering: .sequentiallyConsistent)
        batches.put([FinishedRecord]())
        hurry()
    }

    var hasReports: Bool { !reports.isEmpty }

    func removeReports() -> [Report] { reports.takeIfAny() }

    /// Ends a rest. Called by who waits for reports, after `isAwaited` has become true.
    func hurry() {
        if isResting.load(ordering: .sequentiallyConsistent) { restEnds.signal() }
    }

    private func rest(seconds: Double, _ range: ClosedRange<Double>) {
        isResting.store(true, ordering: .sequentiallyConsistent)
        if !isAwaited() && !isClosing.load(ordering: .sequentiallyConsistent) {
            restEnds.wait(seconds: min(max(seconds, range.lowerBound), range.upperBound))
        }
        isResting.store(false, ordering: .sequentiallyConsistent)
    }

    /// The thread's work.
    func run(_ writer: ResultWriter) {
        var isClosed = false
        while !isClosed || writer.isUnfinished {
            let taken = writer.isUnfinished ? batches.takeIfAny() : batches.take()
            isClosed = isClosed || taken.contains(where: \.isEmpty)
            let began = writer.clock.monotonic
            defer {
                let range = writer.sync == .full ? Self.durableRest : Self.rest
                rest(seconds: writer.clock.monotonic - began, range)
            }
            do throws(SystemError) {
                let written = try writer.finish(taken.count == 1 ? taken[0] : Array(taken.joined()))
                guard !written.isEmpty else { continue }
                reports.put(.written(written))
                wake()
            } catch {
                reports.put(.outputFailed(error))
                return wake()
            }
        }
    }
}
