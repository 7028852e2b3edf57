import POSIX
import Progress
import ToolSupport
import Transfer

/// Watches the run, and lets each outlet know in its own time.
final class ProgressWatch: FetchObserver {
    let interval: Double
    private var outlets: [ProgressOutlet]
    private let display: TerminalDisplay?
    private var meter: ProgressMeter
    private var last: ProgressReport?
    private let clock: any Clock

    /// The rate is measured at least so often, however seldom it is shown.
    private static let longestInterval = 1.0

    /// - Parameter display: the one among the outlets, if there is one.
    init(
        _ outlets: [ProgressOutlet], display: TerminalDisplay?, work: ExpectedWork?, round: Int?, clock: any Clock
    ) {
        interval = outlets.map(\.interval).reduce(Self.longestInterval, min)
        self.outlets = outlets
        self.display = display
        self.clock = clock
        meter = ProgressMeter(work, round: round)
    }

    func update(_ progress: FetchProgress) {
        let report = meter.report(progress, at: clock.now)
        for index in outlets.indices { outlets[index].show(report) }
        last = report
    }

    func suspend() {
        display?.leave()
        Signals.stopUntilContinued()
    }

    func goOn() {
        for index in outlets.indices { outlets[index].showSoon() }
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
    private var hasShownTrouble = false

    init(_ renderer: any ProgressRenderer, to sink: any ProgressSink) {
        self.renderer = renderer
        self.sink = sink
        dueAt = renderer.interval
    }

    var interval: Double { renderer.interval }

    mutating func show(_ report: ProgressReport) {
        showTrouble(report)
        guard report.progress.elapsed >= dueAt else { return }
        // By the clock, not by the last time: a line a second stays a line a second.
        dueAt = ((report.progress.elapsed / interval).rounded(.down) + 1) * interval
        var text = ""
        renderer.render(report, to: &text)
        sink.take(text)
    }

    private mutating func showTrouble(_ report: ProgressReport) {
        guard let trouble = report.progress.trouble, !hasShownTrouble else { return }
        hasShownTrouble = true
        var text = ""
        renderer.renderTrouble(trouble, to: &text)
        if !text.isEmpty { sink.take(text) }
    }

    /// A display is drawn with the next report.
    mutating func showSoon() {
        if sink.isDisplay { dueAt = 0 }
    }

    func showEnd(_ report: ProgressReport) {
        var text = ""
        renderer.renderEnd(report, to: &text)
        sink.takeLast(text)
    }
}
