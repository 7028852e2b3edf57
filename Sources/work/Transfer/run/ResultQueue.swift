internal import POSIX
internal import Records
internal import Store

/// Hands results to their writer, and keeps account of those that it has written.
final class ResultQueue {
    private let writer: ResultWriter
    private let sink: any ResultSink
    /// Where the writer works; nil: on the run's own thread, before it waits.
    private let background: (reports: ResultThread, thread: WorkerThread)?
    /// What the writer has done here, until it is received.
    private var reports: [ResultThread.Report] = []
    /// Paths from the start of their transfer to their written result.
    private var busy: Set<ExactText> = []
    private var unwritten = 0
    /// Submitted since the last flush: handing over many at once costs the thread one wake-up.
    private var pending: [FinishedRecord] = []
    private(set) var success = 0
    /// What those files weigh.
    private(set) var successBytes: Int64 = 0
    private(set) var skipped = 0
    /// What those files weigh.
    private(set) var skippedBytes: Int64 = 0
    private(set) var failed = 0
    /// Interrupted, since the run was told to stop.
    private(set) var stopped = 0
    /// Why results cannot be written any more.
    private(set) var failure: SystemError?
    /// The first error of the disk that came up while files were brought to their names.
    private(set) var diskError: TryError?

    private let mostUnwritten: Int

    /// - Parameters:
    ///   - mostUnwritten: this many results may wait for the disk and for standard output.
    ///   - wake: called from the writer's thread when there is news.
    ///   - isAwaited: asked there: whether a loop waits for news.
    init(
        _ writer: ResultWriter, mostUnwritten: Int, hasThread: Bool, wake: @escaping @Sendable () -> Void,
        isAwaited: @escaping @Sendable () -> Bool
    ) {
        self.writer = writer
        sink = writer.sink
        self.mostUnwritten = mostUnwritten
        guard hasThread else {
            background = nil
            return
        }
        let reports = ResultThread(wake: wake, isAwaited: isAwaited)
        // The writer moves to its thread here, and no other touches it.
        nonisolated(unsafe) let writer = writer
        background = (reports, WorkerThread { reports.run(writer) })
    }

    /// A reader that does not read on holds back what would come for it: it may have no room.
    var hasRoom: Bool { unwritten < mostUnwritten && !sink.isWaitingForReader }

    /// Whether all that was submitted is written.
    var isClear: Bool { unwritten == 0 }

    func isBusy(_ path: RelativePath) -> Bool { busy.contains(path.exact) }

    /// Keeps a path from being begun for another line, until its result is written.
    func reserve(_ path: RelativePath) { busy.insert(path.exact) }

    /// Gives a reserved path back, of which no result will be submitted.
    func release(_ path: RelativePath) { busy.remove(path.exact) }

    /// - Parameter path: what was reserved for this result.
    func submit(_ result: FetchResult, path: RelativePath? = nil, file: FinishedFile? = nil) {
        unwritten += 1
        pending.append(FinishedRecord(result, path: path, file: file))
    }

    /// Hands over what was submitted; called before anything is waited for. False: results were written at once, so
    /// there is news.
    func flush() -> Bool {
        guard let background else { return !writeHere() }
        if !pending.isEmpty { background.reports.submit(pending) }
        pending.removeAll(keepingCapacity: true)
        return true
    }

    private func writeHere() -> Bool {
        guard failure == nil else { return false }
        do throws(SystemError) {
            while !pending.isEmpty || writer.isUnfinished {
                let batch = pending
                pending = []
                reports.append(.written(try writer.finish(batch)))
            }
        } catch { reports.append(.outputFailed(error)) }
        return !reports.isEmpty
    }

    func receiveReports() {
        let received = background?.reports.removeReports() ?? reports
        reports = []
        for report in received {
            switch report {
            case .written(let records): for record in records { account(record) }
            case .outputFailed(let error): failure = error
            }
        }
    }

    private func account(_ record: FinishedRecord) {
        unwritten -= 1
        if let path = record.path { busy.remove(path.exact) }
        switch record.result.outcome {
        case .success(let file):
            success += 1
            successBytes += file.bytes
        case .skipped(_, let bytes, _):
            skipped += 1
            skippedBytes += bytes
        case .unchanged(let file):
            skipped += 1
            skippedBytes += file.bytes
        case .handedOn: failed += 1
        case .failed(let outcome) where outcome.error.code == .interrupted: stopped += 1
        case .failed(let outcome):
            failed += 1
            if outcome.error.isOfDisk { diskError = diskError ?? outcome.error }
        }
    }

    /// Called by who waits for news, after `isAwaited` has become true.
    func hurry() { background?.reports.hurry() }

    /// Whether something has been written, or failed, that was not received yet.
    var hasReports: Bool { background?.reports.hasReports ?? false }

    /// Ends the writer's thread, when everything is written.
    func close() {
        _ = flush()
        background?.reports.close()
        background?.thread.join()
    }
}
