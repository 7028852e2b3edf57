internal import POSIX
internal import Records
internal import Store

/// Hands results to the finisher, and keeps account of those that it has written.
final class ResultDesk {
    private let finisher: Finisher
    private let thread: WorkerThread
    /// Paths from the start of their transfer to their written result.
    private var busy: Set<ExactText> = []
    private var unwritten = 0
    /// Bytes of files that are in memory, and in no file yet.
    private var held = 0
    /// Submitted since the last flush: handing over many at once costs the finisher one wake-up.
    private var pending: [Finisher.Item] = []
    private(set) var success = 0
    /// What those files weigh.
    private(set) var successBytes: Int64 = 0
    private(set) var skipped = 0
    private(set) var failed = 0
    /// Why results cannot be written any more.
    private(set) var failure: SystemError?
    /// The first trouble with the disk that came up while files were brought to their names.
    private(set) var diskTrouble: TryError?

    private let mostUnwritten: Int
    private static let mostHeld = 2 << 20

    /// - Parameter mostUnwritten: so many results may wait for the disk and for standard output.
    init(_ finisher: Finisher, mostUnwritten: Int) {
        self.finisher = finisher
        self.mostUnwritten = mostUnwritten
        thread = WorkerThread { finisher.run() }
    }

    var hasRoom: Bool { unwritten < mostUnwritten && held < Self.mostHeld }

    /// Whether all that was submitted is written.
    var isClear: Bool { unwritten == 0 }

    func isBusy(_ path: RelativePath) -> Bool { busy.contains(ExactText(path.text)) }

    func begin(_ path: RelativePath) { busy.insert(ExactText(path.text)) }

    /// `path`: what was begun for this result.
    func submit(_ result: PendingResult, path: RelativePath? = nil, file: FinishedFile? = nil) {
        unwritten += 1
        let held = file?.part.gathered.count ?? 0
        self.held += held
        pending.append(Finisher.Item(result: result, path: path?.text, file: file, held: held))
    }

    /// Hands what was submitted to the finisher; called before anything is waited for.
    func flush() {
        guard !pending.isEmpty else { return }
        finisher.submit(pending)
        pending.removeAll(keepingCapacity: true)
    }

    func takeReports() {
        for report in finisher.takeReports() {
            switch report {
            case .written(let items): for item in items { account(item) }
            case .outputFailed(let error): failure = error
            }
        }
    }

    private func account(_ item: Finisher.Item) {
        unwritten -= 1
        held -= item.held
        if let path = item.path { busy.remove(ExactText(path)) }
        switch item.result.outcome {
        case .success(let file):
            success += 1
            successBytes += file.bytes
        case .skipped: skipped += 1
        case .handedOn: failed += 1
        case .failed(let outcome):
            failed += 1
            if outcome.trouble.isOfDisk { diskTrouble = diskTrouble ?? outcome.trouble }
        }
    }

    /// Called before waiting: asks to be woken when something has been written. True where something has been already.
    func prepareWait(forResults: Bool) -> Bool {
        finisher.wantWake(forResults)
        return forResults && finisher.hasReports
    }

    /// Ends the finisher's thread, when everything is written.
    func close() {
        flush()
        finisher.close()
        thread.join()
    }
}
