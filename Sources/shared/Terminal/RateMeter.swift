/// Bytes a second over a window of time that ends now.
package struct RateMeter: Sendable {
    /// Seconds.
    private let window: Double
    private var samples: [(time: Double, bytes: Int64)] = []

    package init(window: Double) { self.window = window }

    /// A count that goes back begins again.
    package mutating func add(bytes: Int64, at time: Double) {
        if let last = samples.last, bytes < last.bytes { samples = [] }
        samples.append((time, bytes))
        // The sample before the window stays: what came since then is what came within the window.
        while samples.count > 2, samples[1].time <= time - window { samples.removeFirst() }
    }

    /// Nil while it is known of fewer than this many seconds.
    package func rate(overAtLeast seconds: Double) -> Double? {
        guard let first = samples.first, let last = samples.last, last.time - first.time >= seconds else { return nil }
        return Double(last.bytes - first.bytes) / (last.time - first.time)
    }
}
