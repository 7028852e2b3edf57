import ToolSupport
import Transfer

/// A line on standard error now and then, and one at the end: for logs.
final class PlainProgress: ProgressDisplay {
    let interval = 30.0
    private let total: Int?
    private let diagnostics = Diagnostics(tool: TFFetch.name)
    private var meter = RateMeter()
    private var last: FetchProgress?

    init(total: Int?) { self.total = total }

    func update(_ progress: FetchProgress) {
        meter.add(progress)
        // The first call comes before anything has happened.
        if last != nil { diagnostics.say(ProgressText.summary(progress, total: total, meter)) }
        last = progress
    }

    func close() {}
}
