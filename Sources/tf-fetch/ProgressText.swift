import Records
import ToolSupport
import Transfer

/// Bytes a second, over the last updates.
struct RateMeter {
    private var samples: [(time: Double, bytes: Int64)] = []

    /// Seconds that the rate is taken over: long enough to be calm, short enough to show a change.
    private static let window = 10.0

    private(set) var bytesPerSecond = 0.0

    mutating func add(_ progress: FetchProgress) {
        samples.append((progress.elapsed, progress.bytes))
        while samples.count > 2, samples[1].time < progress.elapsed - Self.window { samples.removeFirst() }
        let first = samples[0]
        guard progress.elapsed > first.time else { return }
        bytesPerSecond = Double(progress.bytes - first.bytes) / (progress.elapsed - first.time)
    }
}

/// The words of the progress displays.
enum ProgressText {
    /// `120/200 files, 3 failed, 1.2 GiB, 45.1 MiB/s, 00:12 left`
    static func summary(_ progress: FetchProgress, total: Int?, _ meter: RateMeter) -> String {
        var parts = [
            total.map { "\(progress.finished)/\($0) files" }
                ?? "\(progress.finished) \(progress.finished == 1 ? "file" : "files")"
        ]
        if progress.skipped > 0 { parts.append("\(progress.skipped) skipped") }
        if progress.failed > 0 { parts.append("\(progress.failed) failed") }
        if progress.retries > 0 { parts.append("\(progress.retries) retries") }
        if progress.waiting > 0 { parts.append("\(progress.waiting) waiting to retry") }
        parts.append(HumanSize.text(progress.bytes))
        parts.append("\(HumanSize.text(Int64(meter.bytesPerSecond)))/s")
        if let left = secondsLeft(progress, total: total) { parts.append("\(duration(left)) left") }
        return parts.joined(separator: ", ")
    }

    /// By the files finished so far; nil before it can be told.
    static func secondsLeft(_ progress: FetchProgress, total: Int?) -> Double? {
        guard let total, progress.success > 0, progress.elapsed > 1, total > progress.finished else { return nil }
        return progress.elapsed / Double(progress.finished) * Double(total - progress.finished)
    }

    /// `02:05`, `3:10:00`, `2d 04:00`
    static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        let (days, hours, minutes) = (whole / 86400, whole / 3600 % 24, whole / 60 % 60)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if days > 0 { return "\(days)d \(two(hours)):\(two(minutes))" }
        if hours > 0 { return "\(hours):\(two(minutes)):\(two(whole % 60))" }
        return "\(two(minutes)):\(two(whole % 60))"
    }
}
