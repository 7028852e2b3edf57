import Glibc
import Journal
import POSIX
import Records
import Rendering
import Terminal
import ToolSupport

/// `--follow`: reads what comes, shows where it stands in intervals, and ends when there is nothing more to wait for.
struct Follower {
    private let options: TallyOptions
    private let clock = SystemClock()
    private let signals: StopSignals
    private let process: ProcessWatch?
    private let present: Present
    private let journal: FollowedJournal
    private var outlet: FollowOutlet
    private var notifier: Notifier?
    /// A minute, as the time left of tf-fetch's own display.
    private var rate = RateMeter(window: 60)
    private var stoppedBy: CInt?
    private var isOver = false

    init(_ options: TallyOptions, _ diagnostics: Diagnostics) throws(ToolFailure) {
        self.options = options
        signals = try refusing { () throws(SystemError) in try StopSignals(and: SIGWINCH) }
        process = try options.watchedProcess()
        present = Present(options, process)
        journal = try FollowedJournal(options, diagnostics)
        outlet = try FollowOutlet(options)
        notifier = options.notify.map { Notifier($0, diagnostics) }
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
        try journal.finish()
        let summary = try summary()
        try outlet.showEnd(summary, failed: journal.failedSegments)
        if stoppedBy == nil {
            notifier?.tellFailures(of: summary)
            notifier?.tellEnd(summary)
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

    /// Waits for the next interval, the process's end, a signal or the window's new size; takes in what comes on standard
    /// input meanwhile.
    private mutating func wait() throws(ToolFailure) {
        let due = clock.monotonic + options.interval.value
        let readsInput = options.inputs.contains("-")
        while true {
            let left = due - clock.monotonic
            guard left > 0 else { return }
            let watched = [signals.descriptor, process?.descriptor, readsInput ? STDIN_FILENO : nil]
            let ready = Descriptor.waitForAny(watched.compactMap { $0 }, seconds: left)
            if let signal = signals.next() {
                if signal != SIGWINCH { stoppedBy = signal }
                return
            }
            if let descriptor = process?.descriptor, ready.contains(descriptor) { return }
            if ready.contains(STDIN_FILENO) { try journal.readStandardInput() }
            if journal.hasEnded { return }
        }
    }
}
