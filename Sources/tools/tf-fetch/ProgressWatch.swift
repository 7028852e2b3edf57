import POSIX
import Progress
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
