import Glibc
import Journal
import NDJSON
import POSIX
import Records
import Rendering
import Terminal
import ToolSupport

/// `--follow`: reads what comes, shows the state in intervals, and ends when there is nothing more to wait for.
struct Follower {
    private let options: TallyOptions
    private let clock = SystemClock()
    private let signals: StopSignals
    private let process: ProcessWatch?
    private let present: CurrentRun
    private let journal: FollowedJournal
    private var outlet: FollowOutlet
    private var notifier: Notifier?
    /// A minute, as the time left of tf-fetch's own display.
    private var rate = RateMeter(window: 60)
    private var stoppedBy: CInt?
    private var isOver = false

    init(_ options: TallyOptions, _ diagnostics: Diagnostics) throws(ToolFailure) {
        self.options = options
        outlet = try FollowOutlet(options)
        let more = outlet.display == nil ? [] : [SIGWINCH, Signals.suspend, Signals.goOn]
        signals = try refusing { () throws(SystemError) in try StopSignals(and: more) }
        process = try options.watchedProcess()
        present = CurrentRun(options, process)
        journal = try FollowedJournal(options, diagnostics)
        notifier = options.notifier(diagnostics)
    }

    /// Returns the last summary, and the signal that ended it, if one did.
    mutating func run() throws(ToolFailure) -> (Summary, signal: CInt?) {
        while true {
            // Asked before reading: what a process writes before its end is read after it.
            if process?.hasEnded ?? false { isOver = true }
            try journal.read()
            if journal.hasEnded { isOver = true }
            let summary = try summary()
            if options.catalog != nil && summary.overall.isDecided { isOver = true }
            if isOver || stoppedBy != nil { return (try end(), stoppedBy) }
            try outlet.show(summary, failed: journal.failedSegments)
            notifier?.tellFailures(of: summary)
            try wait()
        }
    }

    private mutating func end() throws(ToolFailure) -> Summary {
        // Who types and presses Ctrl-C wants no more to be read.
        try journal.finish(withTyped: stoppedBy == nil)
        let summary = try summary()
        try outlet.showEnd(summary, failed: journal.failedSegments)
        if stoppedBy == nil {
            notifier?.tellFailures(of: summary)
            notifier?.tellEnd(summary)
        } else {
            notifier?.stop()
        }
        return summary
    }

    private mutating func summary() throws(ToolFailure) -> Summary {
        var summary = journal.summary(now: clock.now)
        rate.add(bytes: summary.overall.downloadedBytes, at: clock.monotonic)
        summary.recentRate = rate.rate(overAtLeast: options.interval.value).map { Int64(max(0, $0)) }
        try present.add(to: &summary)
        return summary
    }

    /// Waits for the next interval, the process's end, a signal or the window's new size; takes in what comes on
    /// standard input meanwhile.
    private mutating func wait() throws(ToolFailure) {
        let due = clock.monotonic + options.interval.value
        let readsInput = options.inputs.contains("-")
        while true {
            let left = due - clock.monotonic
            guard left > 0 else { return }
            let watched = [signals.descriptor, process?.descriptor, readsInput ? STDIN_FILENO : nil]
            let ready = Descriptor.waitForAny(watched.compactMap { $0 }, seconds: left)
            if let signal = signals.next() { return take(signal) }
            if let descriptor = process?.descriptor, ready.contains(descriptor) { return }
            if ready.contains(STDIN_FILENO) { try journal.readStandardInput() }
            if journal.hasEnded { return }
        }
    }
}

extension Follower {
    /// What is seen now is shown again, unless the signal ends it all.
    private mutating func take(_ signal: CInt) {
        switch signal {
        case SIGWINCH, Signals.goOn: break
        case Signals.suspend:
            outlet.display?.leave()
            Signals.stopUntilContinued()
        default: stoppedBy = signal
        }
    }
}

/// A journal whose files grow while it is followed.
final class FollowedJournal {
    private let options: TallyOptions
    private let diagnostics: Diagnostics
    private var journal: FoldedJournal
    private var files: [GrowingFileBox] = []
    private var catalog: GrowingFileBox?

    init(_ options: TallyOptions, _ diagnostics: Diagnostics) throws(ToolFailure) {
        self.options = options
        self.diagnostics = diagnostics
        journal = FoldedJournal()
        try begin()
    }

    /// Whether one of its files is a pipe that has ended.
    var hasEnded: Bool { files.contains { $0.file.hasEnded } }

    /// Takes in what has come. Where a file was replaced by another one, as by a journal that was made compact, all are
    /// read again.
    func read() throws(ToolFailure) {
        if try isReplaced() { try begin() }
        for box in files where !box.file.isStandardInput {
            while try refusing({ () throws(SystemError) in try box.file.fill() }) { takeLines(of: box) }
        }
    }

    /// Takes in what standard input has to give at once.
    func readStandardInput() throws(ToolFailure) {
        for box in files where box.file.isStandardInput && !box.file.hasEnded {
            _ = try refusing { () throws(SystemError) in try box.file.fill() }
            takeLines(of: box)
        }
    }

    /// Takes in last lines that never got their line ends.
    ///
    /// - Parameter withTyped: also those of standard input where that is a terminal.
    func finish(withTyped: Bool) throws(ToolFailure) {
        try read()
        for box in files where withTyped || !options.isTyped || !box.file.isStandardInput {
            while try refusing({ () throws(SystemError) in try box.file.finish() }) { takeLines(of: box) }
        }
    }

    func summary(now: Double) -> Summary {
        Summary(journal, againstCatalog: options.catalog != nil, tries: options.mostTries, now: now)
    }

    /// Read a second time, for the format that lists them.
    func failedSegments() throws(ToolFailure) -> FailedSegments? { try options.failedSegments(of: journal) }

    private func takeLines(of box: GrowingFileBox) {
        while let line = box.file.buffered() { journal.take(line) }
    }

    private func isReplaced() throws(ToolFailure) -> Bool {
        try refusing { () throws(SystemError) in
            for box in files + [catalog].compactMap({ $0 }) where try box.file.isReplaced() { return true }
            return false
        }
    }

    private func begin() throws(ToolFailure) {
        journal = FoldedJournal(triesOfListed: options.catalog != nil)
        if let path = options.catalog {
            // Opened first: a catalogue that is replaced while it is read is noticed the next time.
            catalog =
                path == "-" ? nil : try refusing { () throws(SystemError) in GrowingFileBox(try GrowingFile(path)) }
            try journal.list(path, diagnostics)
        }
        files = try refusing { () throws(SystemError) in
            try options.inputs.map { path throws(SystemError) in GrowingFileBox(try GrowingFile(path)) }
        }
    }
}

/// Lets an array hold what cannot be copied.
final class GrowingFileBox {
    var file: GrowingFile

    init(_ file: consuming GrowingFile) { self.file = file }
}

/// What is known of the present: what runs, and whether a run is in progress.
struct CurrentRun {
    private let activePath: String?
    private let hostsPath: String?
    private let process: ProcessWatch?

    init(_ options: TallyOptions, _ process: ProcessWatch?) {
        (activePath, hostsPath) = (options.active, options.hosts)
        self.process = process
    }

    func add(to summary: inout Summary) throws(ToolFailure) {
        if let process { summary.isWorkedOn = !process.hasEnded }
        if let activePath { summary.active = try active(activePath) }
        guard let hostsPath else { return }
        let fleet = try refusing { () throws(SystemError) in try Fleet(hostsPath, now: SystemClock().now) }
        if let fleet { summary.take(fleet) }
    }

    /// What runs now. No file: nothing does.
    private func active(_ path: String) throws(ToolFailure) -> ActiveRun? {
        do throws(SystemError) {
            let document = try File(reading: path).readAll(limit: ActiveRun.longestDocument)
            return ActiveRun(document, now: SystemClock().now)
        } catch  where error.code == ENOENT { return nil } catch { throw .refused(error) }
    }
}

extension TallyOptions {
    func watchedProcess() throws(ToolFailure) -> ProcessWatch? {
        guard let whilePid else { return nil }
        return try refusing { () throws(SystemError) in try ProcessWatch(whilePid) }
    }
}
