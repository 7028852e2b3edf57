import Progress
import Transfer

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
