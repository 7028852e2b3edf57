internal import Glibc
internal import Inventory
internal import NDJSON
package import POSIX
internal import Records
internal import Store

/// Sends the files of lines on to a store: a line comes in, its file goes out, and the line follows when the store has
/// it. Everything happens on one thread, since rclone does the work.
package final class StoreRun {
    let settings: StoreSettings
    let calls: any RemoteCalls
    let clock: any Clock
    private let signals: StopSignals?
    private let input: CInt
    private let notify: (String) -> Void
    private let scanner = LineScanner<Field>()
    private var policy: StorePolicy
    private var reader: LineReader
    private var output: LineOutput

    private var isInputEnded = false
    /// Whether the pipe of the lines is a small one: each line in it is a file in the spool.
    private var isShrunk = false
    private var waiting: [StoreLine] = []
    private var running: [Int: (line: StoreLine, step: Step)] = [:]
    private var begun = 0
    private var failures = 0
    private var end: StoreEnd?
    /// Why what comes after the end is not sent.
    private var last: StoreFault?
    /// Bytes that are still read after a refusal: as many as a pipe holds.
    private var room = 65536
    private var isTold = false

    private var spool: Spool
    /// The most that was seen in the spool.
    package var mostSpooled: Int64 { spool.most }

    private enum Step { case copying, looking }

    /// Bytes that are read at one time. What is read leaves room in the pipe, so it is little: a line or two.
    private static let chunk = 512
    /// Lines that wait in memory.
    private static let mostWaiting = 10_000
    /// Seconds without a success before people are told: what passes sooner is not worth it.
    private static let longestSilence = 10.0
    /// Seconds after which it looks around, even if nothing happens.
    private static let longestWait = 1.0

    /// - Parameters:
    ///   - input, output: descriptors of the lines.
    ///   - notify: tells people what the lines do not say.
    package init(
        _ settings: StoreSettings, _ calls: any RemoteCalls, clock: any Clock, signals: StopSignals?,
        input: CInt = STDIN_FILENO, output: CInt = STDOUT_FILENO, notify: @escaping (String) -> Void
    ) throws(SystemError) {
        spool = try Spool(settings, clock: clock)
        (self.settings, self.calls, self.clock, self.signals) = (settings, calls, clock, signals)
        (self.input, self.notify) = (input, notify)
        policy = StorePolicy(patience: settings.patience)
        reader = LineReader(input, chunk: Self.chunk)
        self.output = LineOutput(output)
    }

    /// Works until the input has ended and every line is written, or nothing more can be done.
    package func run() -> StoreEnd {
        do throws(SystemError) {
            while true {
                try takeLines()
                beginWaiting()
                try writeOut()
                if let end, isInputEnded || !isStopping { return end }
                if isInputEnded && waiting.isEmpty && running.isEmpty {
                    removeLeftovers()
                    return signals?.next().map { .signal($0) } ?? .complete(failures: failures)
                }
                wait()
                while let (number, answer) = calls.nextEnded() { conclude(number, answer) }
            }
        } catch {
            return error.isBrokenPipe ? .readerLeft : .refused(error.description)
        }
    }

    // MARK: - Lines

    private func takeLines() throws(SystemError) {
        if !isShrunk { isShrunk = Descriptor.shrinkPipe(input) }
        while !isInputEnded && mayTake() {
            if let raw = reader.buffered() {
                take(raw)
            } else if Descriptor.isReadable(input) {
                isInputEnded = try !reader.fill()
            } else {
                return
            }
        }
    }

    /// Whether one more line may be taken. tf-fetch is held back by what it is not read.
    private func mayTake() -> Bool {
        guard end == nil else { return isStopping || room > 0 }
        // For each line that is read a file goes, and another one may come.
        if running.count + waiting.count < settings.parallel { return true }
        guard waiting.count < Self.mostWaiting else { return false }
        return spool.mayLetIn()
    }

    private func take(_ raw: RawLine) {
        if end != nil { room -= raw.bytes.count }
        guard !raw.isTooLong, scanner.accepts(raw), let line = StoreLine(scanner, raw.copy) else {
            output.buffer.add(line: raw.bytes)
            return
        }
        if let bytes = line.bytes { spool.note(fileOf: bytes, line: raw.bytes.count) }
        if let last { fail(line, last) } else { waiting.append(line) }
    }

    private func writeOut() throws(SystemError) {
        try output.flush()
        spool.removeStored()
    }

    private func removeLeftovers() {
        let count = spool.removeLeftovers(CallsInTurn(calls, clock: clock, signals: signals, after: begun))
        if count > 0 { notify("'\(settings.spool)': \(count) files that an earlier run had stored were removed") }
    }

    // MARK: - Files

    private func beginWaiting() {
        let now = clock.monotonic
        while end == nil, running.count < settings.parallel, policy.holdsUntil <= now,
            let place = waiting.firstIndex(where: { $0.notBefore <= now })
        {
            begin(waiting.remove(at: place))
        }
    }

    private func begin(_ line: StoreLine) {
        do throws(TryError) { line.spooled = try spool.size(of: line.found) } catch {
            return fail(line, StoreFault(.own, error.code, owner: error.owner, error.message))
        }
        guard let spooled = line.spooled else { return look(line) }
        if let bytes = line.bytes, bytes != spooled {
            return fail(
                line,
                StoreFault(.own, .mismatch, "the file in the spool has \(spooled) bytes, and the line says \(bytes)"))
        }
        let (from, path) = (line.found.text, line.path.text)
        start(.copy(folder: settings.spool, from: from, settings.place, path: path), line, .copying)
    }

    /// Asks the store what it has.
    private func look(_ line: StoreLine) {
        let hashes = line.md5 != nil || line.sha256 != nil
        start(.stat(settings.place, path: line.path.text, hashes: hashes), line, .looking)
    }

    private func start(_ call: RemoteCall, _ line: StoreLine, _ step: Step) {
        begun += 1
        running[begun] = (line, step)
        calls.start(call, number: begun)
    }

    private func conclude(_ number: Int, _ answer: RemoteAnswer) {
        guard let (line, step) = running.removeValue(forKey: number) else { return }
        switch answer {
        case .gone(let words):
            stop(StoreFault(.standing, .interrupted, RemoteError.gone(words).description), line)
        case .failed(let words):
            // A file that went meanwhile was another line's, which has it in the store by now.
            if step == .copying && spool.lacks(line.found) {
                line.spooled = nil
                return look(line)
            }
            decide(StoreFault(words, about: [line.path.text, line.found.text, settings.place.description]), line)
        case .done(let body):
            if step == .copying { look(line) } else { judge(StoredFile(body), line) }
        }
    }

    private func judge(_ stored: StoredFile?, _ line: StoreLine) {
        guard let stored else {
            guard line.spooled != nil else {
                return fail(
                    line, StoreFault(.own, .notStored, "the file is neither in the spool nor in the store: run again"))
            }
            return decide(
                StoreFault(.passing, .storeFailed, "the store took the file, and does not have it"), line)
        }
        let size = line.spooled ?? line.bytes ?? stored.size
        guard let flaw = stored.flaw(size: size, md5: line.md5, sha256: line.sha256) else { return succeed(line) }
        guard line.spooled != nil else {
            return fail(line, StoreFault(.own, .notStored, "the store has another file of this name: \(flaw)"))
        }
        decide(StoreFault(.passing, .mismatch, owner: .store, "the store has the file, but \(flaw)"), line)
    }

    private func succeed(_ line: StoreLine) {
        policy.succeeded(at: clock.monotonic)
        if isTold { notify("'\(settings.place)': files are stored again") }
        isTold = false
        line.writeStored(in: settings.place, scanner, to: &output.buffer)
        spool.noteStored(line)
    }

    // MARK: - Faults

    private func decide(_ fault: StoreFault, _ line: StoreLine) {
        let now = clock.monotonic
        line.tries += 1
        if fault.kind == .standing { line.refusals += 1 }
        let since = line.failedAt ?? now
        line.failedAt = since
        switch policy.decide(on: fault, tries: line.tries, refusals: line.refusals, since: since, now: now) {
        case .again(let seconds):
            line.notBefore = now + seconds
            waiting.append(line)
            guard !isTold, policy.outage(at: now) >= Self.longestSilence else { return }
            notify("'\(settings.place)': \(fault.message); it is tried again")
            isTold = true
        case .fail: fail(line, fault)
        case .stop: stop(fault, line)
        }
    }

    private func fail(_ line: StoreLine, _ fault: StoreFault) {
        failures += 1
        spool.keep(line.found)
        line.writeFailed(fault, isLast: last != nil, now: clock.now, scanner, to: &output.buffer)
    }

    /// Nothing more is sent. What was taken fails by the same fault, and so do the lines that have come by now. Of those
    /// that tf-fetch cannot write any more the files stay in the spool, and the next run sends them.
    private func stop(_ fault: StoreFault, _ line: StoreLine) {
        calls.end()
        last = fault
        fail(line, fault)
        failAll(fault)
        end = .refused("'\(settings.place)': \(fault.message); the files stay in '\(settings.spool)'")
    }

    private func failAll(_ fault: StoreFault) {
        for number in running.keys.sorted() { if let line = running[number]?.line { fail(line, fault) } }
        for line in waiting { fail(line, fault) }
        (running, waiting) = ([:], [])
    }

    // MARK: - Waiting

    /// Whether a signal told it to stop: then it passes on what tf-fetch still has to say.
    private var isStopping: Bool { if case .signal = end { true } else { false } }

    private func wait() {
        let now = clock.monotonic
        var due = Self.longestWait
        // With all places taken, only an answer lets the next one begin.
        if running.count < settings.parallel {
            due = waiting.reduce(due) { min($0, max($1.notBefore, policy.holdsUntil) - now) }
        }
        var descriptors = signals.map { [$0.descriptor] } ?? []
        if !isInputEnded && mayTake() { descriptors.append(input) }
        let ready = calls.wait(descriptors, seconds: max(0, due))
        guard let signals, ready.contains(signals.descriptor), let signal = signals.next() else { return }
        if isStopping { isInputEnded = true }
        end = .signal(signal)
        last = .interrupted
        calls.end()
        failAll(.interrupted)
    }
}
