internal import Curl
internal import Glibc
package import POSIX
internal import Records

/// The run: takes lines when there is a place for them, keeps the transfers going, and hands results to the finisher.
/// One thread, one loop; everything waits in one place.
package final class FetchLoop {
    private let settings: FetchSettings
    private let output: OutputFolder
    private let clock: any Clock
    private let random: () -> Double
    private let observer: (any FetchObserver)?
    private let finisher: Finisher
    private let multi: MultiHandle
    private let signals: StopSignals
    private let bootID: String
    private let input: Int32
    private var intake: Intake

    private var running: [ObjectIdentifier: (easy: EasyHandle, transfer: Transfer)] = [:]
    private var waiting: [(due: Double, transfer: Transfer)] = []
    private var idle: [EasyHandle] = []
    /// Paths from their line's start to their result.
    private var busy: Set<String> = []
    /// Results that the finisher has not written yet.
    private var unwritten = 0
    private var isInputEnded = false
    private var stop: FetchEnd?
    private var progress = FetchProgress()
    /// Bytes that transfers which have ended brought.
    private var endedBytes: Int64 = 0
    private let startedAt: Double
    private var updatedAt: Double

    /// Lines that are taken before the transfers get their turn again.
    private static let linesAtOnce = 256
    /// A full standard output stops new starts when this many results wait for it.
    private static let mostUnwritten = 1024
    /// After a signal everything is over within this time, whoever else is slow.
    private static let longestFarewell = 1.5

    package init(
        _ settings: FetchSettings, output: OutputFolder, input: Int32, results: Int32, signals: StopSignals,
        clock: any Clock, random: @escaping () -> Double, observer: (any FetchObserver)?
    ) {
        self.settings = settings
        self.output = output
        self.input = input
        self.signals = signals
        self.clock = clock
        self.random = random
        self.observer = observer
        let multi = MultiHandle(connections: settings.parallel * 2)
        self.multi = multi
        finisher = Finisher(output: results, sync: settings.sync, clock: clock) { multi.wakeUp() }
        intake = Intake(input)
        bootID = Self.readBootID()
        startedAt = clock.monotonic
        updatedAt = -.infinity
    }

    /// Which start of the machine this is: what a part was written in before another one may be lost.
    private static func readBootID() -> String {
        let bytes = (try? File(reading: "/proc/sys/kernel/random/boot_id"))?.firstLine ?? []
        return bytes.isEmpty ? "unknown" : String(decoding: bytes, as: UTF8.self)
    }

    package func run() -> FetchEnd {
        let finisher = finisher
        let thread = WorkerThread { finisher.run() }
        while !isDone {
            takeReports()
            startDueRetries()
            takeLines()
            multi.perform()
            endTransfers()
            update()
            if !isDone { wait() }
        }
        finisher.close()
        if farewell() { thread.join() }
        updatedAt = -.infinity
        update()
        return stop ?? .complete(failures: progress.failed)
    }

    private var isDone: Bool { (isInputEnded || stop != nil) && running.isEmpty && waiting.isEmpty }

    // MARK: - Lines

    private var hasPlace: Bool {
        stop == nil && !isInputEnded && running.count < settings.parallel
            && running.count + waiting.count < 2 * settings.parallel && unwritten < Self.mostUnwritten
    }

    private func takeLines() {
        for _ in 0..<Self.linesAtOnce where hasPlace {
            do throws(SystemError) {
                switch try intake.next() {
                case .ready(let record): take(record)
                case .decided(let result): submit(result)
                case .nothingYet: return
                case .ended: isInputEnded = true
                }
            } catch { end(.broken(error)) }
        }
    }

    private func take(_ record: FetchRecord) {
        do throws(Trouble) {
            guard !busy.contains(record.path.text) else {
                throw Trouble(.busy, "this path is being fetched for another line", countsAsAttempt: false)
            }
            if let file = try ExistingFile.find(record, in: output) {
                let attempt = record.attempt > 0 ? record.attempt : nil
                let outcome = Outcome.skipped(found: file.path, bytes: file.size, attempt: attempt)
                return submit(PendingResult(number: record.number, echo: record.echo, outcome: outcome))
            }
            try checkValidity(record)
            guard let folder = try output.folder(of: record.path, making: true) else { return }
            let part = try PartFile(record.path, in: folder, bootID: bootID)
            busy.insert(record.path.text)
            let clock = clock
            start(
                Transfer(record, part: part, bootID: bootID, startedAt: clock.monotonic, now: { clock.now }))
        } catch {
            fail(record, error)
        }
    }

    private func checkValidity(_ record: FetchRecord) throws(Trouble) {
        guard let expiresAt = record.expiresAt, expiresAt - clock.now < settings.minValidity else { return }
        let left = Int((expiresAt - clock.now).rounded(.down))
        let message =
            left <= 0 ? "the URL expired \(-left) s ago" : "the URL is good for \(left) s only: sign the record anew"
        throw Trouble(.expired, message, countsAsAttempt: false)
    }

    // MARK: - Transfers

    private func start(_ transfer: Transfer) {
        let easy = idle.popLast() ?? EasyHandle(settings.transfer)
        easy.prepare(transfer.nextRequest(), receiver: transfer)
        running[ObjectIdentifier(easy)] = (easy, transfer)
        multi.add(easy)
    }

    private func startDueRetries() {
        guard stop == nil, !waiting.isEmpty else { return }
        let now = clock.monotonic
        while running.count < settings.parallel, let index = waiting.firstIndex(where: { $0.due <= now }) {
            start(waiting.remove(at: index).transfer)
        }
    }

    private func endTransfers() {
        while let (easy, failure) = multi.nextEnded() {
            multi.remove(easy)
            guard let (_, transfer) = running.removeValue(forKey: ObjectIdentifier(easy)) else { continue }
            let times = easy.times
            let trouble = transfer.judgeEnd(
                failure, times: .init(total: times.total, wasConnected: times.connected > 0), limits: settings.transfer)
            idle.append(easy)
            if let trouble {
                retryOrFail(transfer, trouble)
            } else {
                succeed(transfer)
            }
        }
    }

    private func retryOrFail(_ transfer: Transfer, _ trouble: Trouble) {
        if trouble.startsOver && stop == nil {
            do throws(Trouble) { try transfer.part.restart() } catch { return fail(transfer, error) }
        }
        let delay = settings.retry.quickDelay(after: trouble, triesDone: transfer.tries, spread: random())
        guard stop == nil, let delay, clock.now + delay < transfer.record.expiresAt ?? .infinity else {
            return fail(transfer, trouble)
        }
        progress.retries += 1
        waiting.append((clock.monotonic + delay, transfer))
    }

    private func succeed(_ transfer: Transfer) {
        endedBytes += transfer.received
        let fetched = Outcome.Fetched(
            httpStatus: transfer.answer.status, bytes: transfer.part.length, seconds: seconds(transfer),
            resumedFrom: transfer.resumedFrom, attempt: transfer.record.attempt + 1)
        let failed = outcome(of: transfer)
        let file = FinishedFile(part: transfer.part, modified: transfer.modified, onFailure: failed)
        let record = transfer.record
        let result = PendingResult(number: record.number, echo: record.echo, outcome: .success(fetched))
        submit(result, path: record.path.text, file: file)
    }

    private func fail(_ transfer: Transfer, _ trouble: Trouble) {
        endedBytes += transfer.received
        transfer.part.leave(startsOver: trouble.startsOver)
        let record = transfer.record
        let result = PendingResult(number: record.number, echo: record.echo, outcome: outcome(of: transfer)(trouble))
        submit(result, path: record.path.text)
        stopIfDisk(trouble)
    }

    /// A record that failed before anything was asked.
    private func fail(_ record: FetchRecord, _ trouble: Trouble) {
        var failed = Outcome.Failed(trouble: trouble, isRetryable: trouble.error.isRetryable)
        failed.attempt = record.attempt > 0 ? record.attempt : nil
        if failed.isRetryable {
            failed.retryAt = settings.retry.retryAt(after: trouble, attempt: record.attempt, now: clock.now)
        }
        submit(PendingResult(number: record.number, echo: record.echo, outcome: .failed(failed)))
        stopIfDisk(trouble)
    }

    /// What the transfer's record becomes by a trouble, with all that is known at this moment.
    private func outcome(of transfer: Transfer) -> @Sendable (Trouble) -> Outcome {
        let (retry, now, prior) = (settings.retry, clock.now, transfer.record.attempt)
        let (seconds, hasProgress) = (seconds(transfer), transfer.hasProgress)
        let (status, bytes, resumedFrom) = (transfer.answer.status, transfer.received, transfer.resumedFrom)
        return { trouble in
            let counts = trouble.countsAsAttempt && (!hasProgress || trouble.startsOver)
            let attempt = prior + (counts ? 1 : 0)
            let isRetryable = retry.isRetryable(trouble.error, attempt: attempt)
            return .failed(
                Outcome.Failed(
                    trouble: trouble, isRetryable: isRetryable,
                    retryAt: isRetryable ? retry.retryAt(after: trouble, attempt: attempt, now: now) : nil,
                    httpStatus: status > 0 ? status : nil, bytes: bytes, seconds: seconds, resumedFrom: resumedFrom,
                    attempt: attempt > 0 ? attempt : nil))
        }
    }

    private func seconds(_ transfer: Transfer) -> Double { clock.monotonic - transfer.startedAt }

    // MARK: - Results

    private func submit(_ result: PendingResult, path: String? = nil, file: FinishedFile? = nil) {
        unwritten += 1
        finisher.submit(Finisher.Item(result: result, path: path, file: file))
    }

    private func takeReports() {
        for report in finisher.takeReports() {
            switch report {
            case .written(let items): for item in items { account(item) }
            case .outputFailed(let error): end(error.code == EPIPE ? .readerLeft : .broken(error))
            case .closed: break
            }
        }
    }

    private func account(_ item: Finisher.Item) {
        unwritten -= 1
        if let path = item.path { busy.remove(path) }
        switch item.result.outcome {
        case .success: progress.count(.success)
        case .skipped: progress.count(.skipped)
        case .failed(let failed):
            progress.count(.failed)
            stopIfDisk(failed.trouble)
        case .handedOn: progress.count(.failed)
        }
    }

    // MARK: - Stopping

    private func takeSignals() {
        guard let signal = signals.next() else { return }
        if case .signal(let first) = stop { Signals.end(by: first) }
        end(.signal(signal))
    }

    private func stopIfDisk(_ trouble: Trouble) {
        if trouble.error == .diskFull || trouble.error == .ioError { end(.disk(trouble.message)) }
    }

    /// Stops taking lines, and parks what runs: their parts stay where they can be continued, their results say so.
    private func end(_ reason: FetchEnd) {
        guard stop == nil else { return }
        stop = reason
        let interrupted = Trouble(.interrupted, "stopped before it was complete", countsAsAttempt: false)
        let parked = running.values.map(\.transfer) + waiting.map(\.transfer)
        for (easy, _) in running.values { multi.remove(easy) }
        running.removeAll()
        waiting.removeAll()
        for transfer in parked { fail(transfer, interrupted) }
    }

    /// Waits until all results are written. After a stop not for long: whoever should read them may be stopped too.
    private func farewell() -> Bool {
        let deadline = stop == nil ? .infinity : clock.monotonic + Self.longestFarewell
        while unwritten > 0, clock.monotonic < deadline {
            takeReports()
            if case .broken = stop { return false }
            if stop == .readerLeft { return false }
            if unwritten > 0 { wait() }
        }
        return unwritten == 0
    }

    // MARK: - Waiting and showing

    private func wait() {
        var timeout = observer.map { max(0, updatedAt + $0.interval - clock.monotonic) } ?? 1
        if let due = waiting.map(\.due).min(), running.count < settings.parallel {
            timeout = min(timeout, max(0, due - clock.monotonic))
        }
        var watched = [MultiHandle.Watched(signals.descriptor)]
        if hasPlace { watched.append(MultiHandle.Watched(input)) }
        multi.wait(&watched, milliseconds: Int32((min(timeout, 1) * 1000).rounded(.up)))
        if watched[0].isReady { takeSignals() }
    }

    private func update() {
        guard let observer, clock.monotonic - updatedAt >= observer.interval else { return }
        updatedAt = clock.monotonic
        progress.elapsed = clock.monotonic - startedAt
        progress.waiting = waiting.count
        let unended = running.values.map(\.transfer) + waiting.map(\.transfer)
        progress.bytes = unended.reduce(endedBytes) { $0 + $1.received }
        progress.running = running.values.map { $0.transfer.progress }.sorted { $0.path < $1.path }
        observer.update(progress)
    }
}

extension Transfer {
    /// Where an earlier run's part was continued, if it was.
    fileprivate var resumedFrom: Int64? { offset > 0 ? offset : nil }

    fileprivate var progress: FetchProgress.Running {
        FetchProgress.Running(path: record.path.text, bytes: part.length, size: promisedSize)
    }
}
