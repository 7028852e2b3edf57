import Glibc
import Inventory
import POSIX
import Synchronization
import Terminal
import ToolSupport

/// What people see of a long check: a display that redraws itself on a terminal, a line now and then elsewhere. A thread
/// of its own shows it, as all others read files.
final class DeepProgress {
    private let shown: ShownProgress
    private let ended = Event()
    private let state = State()
    private let thread: WorkerThread

    /// What the thread is told.
    private final class State: Sendable {
        let hasEnded = Atomic(false)
        let check = Mutex<Check?>(nil)
    }

    private struct Check {
        var watch: ShownProgress.Watch
        let lastWords: @Sendable () -> Void
    }

    /// Made before the threads that check files: they are to leave the signals to the display. From here on a signal
    /// ends the process, also while that still reads what there is to check.
    init(_ display: TerminalDisplay?, _ diagnostics: Diagnostics) throws(SystemError) {
        // Handed to the thread, it is its own.
        nonisolated(unsafe) let signals = display == nil ? nil : try StopSignals(and: [Signals.suspend])
        let shown = ShownProgress(display, diagnostics)
        let (ended, state) = (ended, state)
        self.shown = shown
        thread = WorkerThread {
            while !state.hasEnded.load(ordering: .acquiring) {
                _ = Descriptor.waitForAny([ended.descriptor, signals?.descriptor].compactMap(\.self), seconds: 0.2)
                switch signals?.next() {
                case .none: state.check.withLock { $0?.watch.show() }
                case Signals.suspend:
                    shown.display?.leave()
                    Signals.stopUntilContinued()
                case .some(let signal):
                    shown.display?.leave()
                    state.check.withLock { $0?.lastWords() }
                    Signals.end(by: signal)
                }
            }
        }
    }

    /// From now on it shows how far the check is.
    ///
    /// - Parameters:
    ///   - work: what there is to check, where it is known.
    ///   - lastWords: done before a signal ends the process.
    func begin(_ progress: AuditProgress, _ work: AuditWork?, lastWords: @escaping @Sendable () -> Void) {
        let shown = shown
        state.check.withLock {
            $0 = Check(watch: ShownProgress.Watch(shown, progress, work), lastWords: lastWords)
        }
    }

    /// Takes the display away.
    func end() {
        state.hasEnded.store(true, ordering: .releasing)
        ended.signal()
        thread.join()
        shown.display?.leave()
    }
}

/// Where progress is shown, and in which words.
private struct ShownProgress: Sendable {
    let display: TerminalDisplay?
    private let diagnostics: Diagnostics

    /// Seconds between two lines of a log.
    private static let lineInterval = 30.0

    init(_ display: TerminalDisplay?, _ diagnostics: Diagnostics) {
        (self.display, self.diagnostics) = (display, diagnostics)
    }

    /// Measures, and shows what is due.
    struct Watch {
        private let shown: ShownProgress
        private let progress: AuditProgress
        private let work: AuditWork?
        private let clock = SystemClock()
        private let begun: Double
        /// Ten seconds for the speed, and a minute for the time left, as in tf-fetch's display.
        private var lately = RateMeter(window: 10)
        private var longer = RateMeter(window: 60)
        private var dueAt: Double

        init(_ shown: ShownProgress, _ progress: AuditProgress, _ work: AuditWork?) {
            (self.shown, self.progress, self.work) = (shown, progress, work)
            begun = clock.monotonic
            dueAt = begun + ShownProgress.lineInterval
        }

        mutating func show() {
            let now = clock.monotonic
            lately.add(bytes: progress.read, at: now)
            longer.add(bytes: progress.done, at: now)
            if let display = shown.display {
                let (columns, _) = display.size
                let lines = [
                    ProgressBar.line(share: share, columns: columns - 1, [(files, 1), (bytes, 3)]),
                    ProgressBar.line(
                        share: nil, columns: columns - 1,
                        [(pace, 1), ("\(HumanUnits.clock(now - begun)) elapsed", 3), (timeLeft, 2), (flawed, 1)]),
                ]
                display.draw(TerminalFrame.text(lines, columns: columns, colors: Environment["NO_COLOR"] == nil))
            } else if now >= dueAt {
                dueAt += ShownProgress.lineInterval
                let words = [files, flawed, bytes, pace, timeLeft].compactMap(\.self)
                shown.diagnostics.say(words.joined(separator: ", "))
            }
        }

        private var share: Double? {
            if let expected = work?.expectedBytes { return min(Double(progress.done) / Double(expected), 1) }
            guard let files = work?.files, files > 0 else { return nil }
            return min(Double(progress.files) / Double(files), 1)
        }

        /// `117/1,000 files`
        private var files: String {
            let checked = HumanUnits.count(progress.files)
            return work.map { "\(checked)/\(HumanUnits.count($0.files)) files" } ?? "\(checked) files"
        }

        /// `1.2 GiB of ~11.4 GiB`
        private var bytes: String {
            let done = HumanUnits.bytes(progress.done)
            guard let work, let expected = work.expectedBytes else { return done }
            return "\(done) of \(work.isExact ? "" : "~")\(HumanUnits.bytes(expected))"
        }

        private var pace: String? { lately.rate(overAtLeast: 1).map(HumanUnits.rate) }

        private var timeLeft: String? {
            guard let expected = work?.expectedBytes, let rate = longer.rate(overAtLeast: 3), rate > 0 else {
                return nil
            }
            return "\(HumanUnits.clock(Double(max(0, expected - progress.done)) / rate)) left"
        }

        private var flawed: String? {
            progress.flawed > 0 ? "\(HumanUnits.count(progress.flawed)) missing or not whole" : nil
        }
    }
}
