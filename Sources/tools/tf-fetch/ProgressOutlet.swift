import ArgumentParser
import Glibc
import POSIX
import Progress
import ToolSupport
import Transfer

/// Watches the run, and lets each outlet know in its own time.
final class ProgressWatch: FetchObserver {
    let interval: Double
    private var outlets: [ProgressOutlet]
    private var meter: ProgressMeter
    private var last: ProgressReport?
    private let clock: any Clock

    /// The rate is measured at least so often, however seldom it is shown.
    private static let longestInterval = 1.0

    init(_ outlets: [ProgressOutlet], total: Int?, clock: any Clock) {
        interval = outlets.map(\.interval).reduce(Self.longestInterval, min)
        self.outlets = outlets
        self.clock = clock
        meter = ProgressMeter(total: total)
    }

    func update(_ progress: FetchProgress) {
        let report = meter.report(progress, at: clock.now)
        for index in outlets.indices { outlets[index].show(report) }
        last = report
    }

    func end() {
        guard let last else { return }
        for outlet in outlets { outlet.showEnd(last) }
    }
}

/// A renderer, what takes its text, and when the next one is due.
struct ProgressOutlet {
    private let renderer: any ProgressRenderer
    private let sink: any ProgressSink
    /// Seconds since the start of the run.
    private var dueAt: Double

    init(_ renderer: any ProgressRenderer, to sink: any ProgressSink) {
        self.renderer = renderer
        self.sink = sink
        dueAt = renderer.interval
    }

    var interval: Double { renderer.interval }

    mutating func show(_ report: ProgressReport) {
        guard report.progress.elapsed >= dueAt else { return }
        // By the clock, not by the last time: a line a second stays a line a second.
        while dueAt <= report.progress.elapsed { dueAt += interval }
        var text = ""
        renderer.render(report, to: &text)
        sink.take(text)
    }

    func showEnd(_ report: ProgressReport) {
        var text = ""
        renderer.renderEnd(report, to: &text)
        sink.takeLast(text)
    }
}

/// How the progress is shown, on standard error.
enum ProgressKind: String, ExpressibleByArgument, CaseIterable {
    /// A display that redraws itself, on a terminal; a line now and then elsewhere.
    case automatic = "auto"
    case bar, plain, json, none

    /// What shows it; nil for nothing.
    func outlet(_ diagnostics: Diagnostics) -> ProgressOutlet? {
        switch self {
        case .none: nil
        case .plain: ProgressOutlet(PlainRenderer(), to: MessageSink(diagnostics: diagnostics))
        case .bar: ProgressOutlet(Self.barRenderer, to: StandardErrorSink())
        case .json: ProgressOutlet(ProgressJSONRenderer(process: getpid()), to: StandardErrorSink())
        case .automatic: (Self.canRedraw ? Self.bar : .plain).outlet(diagnostics)
        }
    }

    private static var canRedraw: Bool { Descriptor.isTerminal(STDERR_FILENO) && Environment["TERM"] != "dumb" }

    private static var barRenderer: BarRenderer {
        BarRenderer(colors: Environment["NO_COLOR"] == nil) { Descriptor.windowSize(STDERR_FILENO) ?? (80, 24) }
    }
}

/// Takes what a renderer has written.
protocol ProgressSink {
    func take(_ text: String)

    /// The last one, which stays.
    func takeLast(_ text: String)
}

/// Messages, so that they reach the log as well.
struct MessageSink: ProgressSink {
    let diagnostics: Diagnostics

    func take(_ text: String) { diagnostics.say(text) }

    func takeLast(_ text: String) { take(text) }
}

/// Text is left out where no one reads on, as on a terminal that was stopped by Ctrl-S.
struct StandardErrorSink: ProgressSink {
    /// Milliseconds that the end of the run waits for a reader.
    private static let longestFarewell: CInt = 400

    /// Transfers do not wait for a display.
    func take(_ text: String) { write(text, within: 0) }

    func takeLast(_ text: String) { write(text, within: Self.longestFarewell) }

    private func write(_ text: String, within milliseconds: CInt) {
        guard Descriptor.isWritable(STDERR_FILENO, within: milliseconds) else { return }
        // A display that no one can see any more is not a reason to stop.
        Array(text.utf8).withUnsafeBytes { bytes in try? Descriptor.write(STDERR_FILENO, bytes) }
    }
}

/// A file that says what is running now: replaced whole each time, gone when nothing runs any more.
final class ActiveFile: ProgressSink {
    private let file: ReplacedFile
    private let path: String
    private let diagnostics: Diagnostics
    private var hasComplained = false

    init(_ path: String, _ diagnostics: Diagnostics) throws(SystemError) {
        self.path = path
        self.diagnostics = diagnostics
        file = try ReplacedFile(path)
    }

    func take(_ text: String) {
        do throws(SystemError) { try file.replace(Array(text.utf8)) } catch {
            if !hasComplained { diagnostics.say("cannot write '\(path)': \(error): it does not show what is running") }
            hasComplained = true
        }
    }

    func takeLast(_: String) { try? file.remove() }
}
