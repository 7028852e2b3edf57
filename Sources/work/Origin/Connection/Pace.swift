/// A bucket that fills with so many bytes a second, and holds what flows in a tenth of one.
struct Pace {
    private let rate: Double
    /// When the bucket is empty no more, by a clock that never goes back.
    private var filledAt = 0.0

    init(rate: Double) { self.rate = rate }

    /// The most to send in one piece, so that the bytes flow rather than burst.
    var pieceSize: Int { Int(min(max(rate / 20, 1), 0x1p30)) }

    /// Takes bytes out of the bucket, and tells for how many seconds it is in debt.
    mutating func take(_ count: Int, now: Double) -> Double {
        filledAt = max(filledAt, now - 0.1) + Double(count) / rate
        return max(0, filledAt - now)
    }
}
