/// What arrives in a second, look by look. Pure: times are arguments, on the monotonic clock.
struct GoodputMeter {
    private var lastLook: Double?
    private var (bytes, files) = (Int64(0), 0)
    private var empty = 0
    private var emptySince = 0.0
    /// Places that nobody filled, times the seconds of that, since the last look.
    private var emptySeconds = 0.0
    private var began: Double?
    /// Seconds until the first byte came.
    private(set) var firstByte = 0.0

    /// What was seen since the last look.
    struct Look {
        let seconds: Double
        /// With what each file costs besides its bytes.
        let goodput: Double
        /// Whether most places were filled all the time.
        let isFull: Bool
    }

    /// A finished file is worth so many bytes more: its request and its checks take as long. So small files count by
    /// their number, large ones by their bytes, and a mixture is even.
    private static let bytesOfFile = 262_144.0
    /// The share of the places that may be empty.
    private static let mostEmpty = 0.25

    func elapsed(at now: Double) -> Double { began.map { now - $0 } ?? 0 }

    mutating func has(empty: Int, at now: Double) {
        if began == nil { began = now }
        emptySeconds += Double(self.empty) * (now - emptySince)
        (self.empty, emptySince) = (max(0, empty), now)
    }

    mutating func look(bytes: Int64, files: Int, places: Int, at now: Double) -> Look? {
        has(empty: empty, at: now)
        defer { (lastLook, self.bytes, self.files, emptySeconds) = (now, bytes, files, 0) }
        if bytes > 0, self.bytes == 0, let began { firstByte = now - began }
        guard let lastLook, now > lastLook else { return nil }
        let seconds = now - lastLook
        let perSecond = Double(max(0, bytes - self.bytes)) / seconds
        return Look(
            seconds: seconds,
            goodput: perSecond + Self.bytesOfFile * Double(max(0, files - self.files)) / seconds,
            isFull: emptySeconds <= Self.mostEmpty * Double(places) * seconds)
    }
}

/// What a number of transfers brought, in the last looks.
struct GoodputSamples {
    private var values: [Double] = []
    private let most: Int

    /// How far values are from their mean before anything is known of that, and for how many values that counts.
    private static let usualNoise = 0.1
    private static let usualCount = 4.0
    /// What differs by so many standard errors is not chance.
    private static let certainty = 2.0
    private static let fairError = 0.1

    init(most: Int) { self.most = most }

    var count: Int { values.count }

    var mean: Double { values.reduce(0, +) / Double(max(1, count)) }

    mutating func add(_ value: Double) {
        if count == most { values.removeFirst() }
        values.append(value)
    }

    mutating func add(_ others: GoodputSamples) {
        for value in others.values { add(value) }
    }

    /// The sum of the squares of what values are away from their mean, as shares of it.
    private var squares: Double {
        let mean = max(mean, 1)
        return values.reduce(0) { $0 + ($1 / mean - 1) * ($1 / mean - 1) }
    }

    /// The variance, by what was seen and what is usual.
    private static func noise(_ squares: Double, of count: Int) -> Double {
        (usualCount * usualNoise * usualNoise + squares) / (usualCount + Double(count))
    }

    /// Whether the mean is about right: a few even values tell as much as many that jump.
    var isKnown: Bool {
        count > 1 && (Self.noise(squares, of: count - 1) / Double(count)).squareRoot() < Self.fairError
    }

    /// Whether this is more than others by a share of them; nil: more looks will tell. All looks that there are to be
    /// tell in any case.
    func exceeds(_ others: GoodputSamples, by share: Double) -> Bool? {
        let difference = mean / max(others.mean, 1) - 1 - share
        let noise = Self.noise(squares + others.squares, of: count + others.count - 2)
        let error = (noise * (1 / Double(count) + 1 / Double(max(1, others.count)))).squareRoot()
        guard count < most else { return difference > 0 }
        return abs(difference) > Self.certainty * error ? difference > 0 : nil
    }
}
