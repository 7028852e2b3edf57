/// How many transfers at one time bring most: `-j auto`. It tries another number for a moment, compares what arrives in
/// a second, and stays with what brought more; with the smaller number where both bring the same. It begins with
/// doublings, and goes on with a try now and then. Where a host asks to slow down, it goes down at once and tries
/// nothing higher for a while.
///
/// Pure: times are arguments, on the monotonic clock.
struct AutoJobs {
    /// Transfers at one time from now on.
    private(set) var number: Int
    /// When it wants to see the next figures.
    private(set) var nextLook = -Double.infinity
    /// Nothing higher is tried before, as a host asked to slow down.
    private(set) var quietUntil = -Double.infinity
    private let most: Int
    private var meter = GoodputMeter()
    /// What the number brings that it has settled on.
    private var base = GoodputSamples(most: Self.mostBaseLooks)
    private var trial: Trial?
    /// What a smaller number has to bring, as a larger one did.
    private var reference: GoodputSamples?
    /// What the settled number brought when it was last compared.
    private var settledMean: Double?
    private var isRamping: Bool
    /// Whether the number was compared with another one, in this run or before.
    private var hasFound: Bool
    private var goesUp = true
    private var nextTrial = -Double.infinity
    private var wait = Self.firstWait
    private var quiet = Self.firstQuiet
    private var settledAt = -Double.infinity

    /// Another number, as long as it is tried.
    private struct Trial {
        /// What it was before.
        let from: Int
        let deadline: Double
        var samples = GoodputSamples(most: AutoJobs.mostTrialLooks)
    }

    /// A number that few lines are slower with.
    static let first = 4
    /// Seconds between two looks.
    private static let interval = 0.125
    /// The same until the first byte has come: how long that takes is how far away the origin is.
    private static let firstInterval = 0.02
    /// A new connection brings all that it can after so many times as long as the first byte took, and at the latest
    /// after so many seconds.
    private static let roundTrips = 4.0
    private static let longestSettling = 2.0
    /// Looks before a trial, but in the ramp, where fewer may do; and those of a trial.
    private static let fewestBaseLooks = 12
    private static let fewestTrialLooks = 2
    private static let mostBaseLooks = 24
    private static let mostTrialLooks = 16
    /// A larger number has to bring so much more, and a smaller one may bring so much less.
    private static let gain = 0.05
    private static let loss = 0.03
    /// Seconds between two trials, doubled each time that nothing was gained.
    private static let firstWait = 2.0
    private static let longestWait = 64.0
    /// Seconds after which a number that was not reached is given up: for lack of records, or as files take long.
    private static let longestTrial = (up: 10.0, down: 60.0)
    /// What a number brings has changed by so much: everything is open again.
    private static let change = 0.25
    /// Seconds without a higher number after a host asked to slow down, doubled each further time.
    private static let firstQuiet = 60.0
    private static let longestQuiet = 960.0
    /// One transfer alone brings nothing between two files.
    private static let floor = 2

    /// - Parameters:
    ///   - most: transfers that there may be.
    ///   - first: so many to begin with, if nothing was found out.
    ///   - earlier: what was found out before, by the clock of this run.
    init(most: Int, from first: Int = Self.first, _ earlier: SettledJobs? = nil) {
        self.most = most
        number = min(earlier?.number ?? first, most)
        (isRamping, hasFound) = (earlier == nil, earlier != nil)
        guard let until = earlier?.quietUntil else { return }
        (quietUntil, quiet) = (until, 2 * Self.firstQuiet)
    }

    /// What the next run begins with; nil where nothing was found out. A number that is only tried tells nothing.
    var settled: SettledJobs? {
        guard hasFound else { return nil }
        return SettledJobs(number: trial?.from ?? number, quietUntil: quietUntil > -.infinity ? quietUntil : nil)
    }

    // MARK: - What is seen

    /// So many connections are there, until it is said again: those that are missing tell that the number is not what
    /// limits the run.
    mutating func has(connections: Int, at now: Double) {
        meter.has(empty: number - connections, at: now)
    }

    /// Takes the figures of the run so far, and decides.
    ///
    /// - Parameters:
    ///   - tells: whether nothing else limits the run, as a host that is slowed down or a rate limit does.
    /// - Returns: what was decided and why, in words; nil: nothing.
    mutating func look(
        bytes: Int64, files: Int, connections: Int, tells: Bool, at now: Double
    ) -> String? {
        let look = meter.look(bytes: bytes, files: files, places: number, at: now)
        nextLook = now + min(bytes > 0 ? .infinity : max(Self.firstInterval, meter.elapsed(at: now) / 8), Self.interval)
        guard let look, bytes > 0 else { return nil }
        if settledAt == -.infinity { settledAt = now + settling }
        if tells && look.isFull && connections <= number && now - look.seconds >= settledAt {
            if trial == nil { base.add(look.goodput) } else { trial?.samples.add(look.goodput) }
        }
        return trial == nil ? begin(at: now) : conclude(at: now)
    }

    /// A host asked to slow down: it may have so many transfers fewer at one time than it had.
    mutating func slowDown(by lost: Int, at now: Double) -> String? {
        guard lost > 0 else { return nil }
        quietUntil = now + quiet
        let words = "a host asked to slow down: \(max(1, number - lost)) transfers, and no more for \(Int(quiet)) s"
        quiet = min(quiet * 2, Self.longestQuiet)
        (isRamping, hasFound, reference, trial) = (false, true, nil, nil)
        settle(on: max(1, number - lost), GoodputSamples(most: Self.mostBaseLooks), at: now)
        return words
    }

    private var settling: Double { min(Self.roundTrips * meter.firstByte, Self.longestSettling) }

    // MARK: - Trials

    private mutating func begin(at now: Double) -> String? {
        guard base.mean > 0, base.count >= Self.fewestBaseLooks || isRamping && base.isKnown else { return nil }
        if let settledMean, abs(base.mean / settledMean - 1) > Self.change, base.count == Self.mostBaseLooks {
            (self.settledMean, reference, wait, goesUp) = (base.mean, nil, Self.firstWait, true)
            nextTrial = now
        }
        guard now >= nextTrial, let next = nextNumber(at: now) else { return nil }
        defer { number = next }
        trial = Trial(from: number, deadline: now + (next > number ? Self.longestTrial.up : Self.longestTrial.down))
        settledAt = now + settling
        return "tries \(next) transfers, with \(number) so far"
    }

    private mutating func nextNumber(at now: Double) -> Int? {
        let mayGoUp = number < most && now >= quietUntil
        let mayGoDown = number > min(Self.floor, most) && now >= quietUntil && !isRamping
        guard mayGoUp || mayGoDown else {
            isRamping = isRamping && number < most
            return nil
        }
        goesUp = mayGoUp && (goesUp || !mayGoDown)
        if !goesUp { return number - max(1, number / 4) }
        // Who was slowed down once comes closer by one at a time.
        let step = quietUntil > -.infinity ? 1 : isRamping ? number : max(1, number / 2)
        return min(number + step, most)
    }

    private mutating func conclude(at now: Double) -> String? {
        guard let trial else { return nil }
        guard now < trial.deadline else { return goBack(to: trial.from, because: "\(number) are not reached", at: now) }
        guard trial.samples.count >= Self.fewestTrialLooks else { return nil }
        let goesUp = number > trial.from
        let other = goesUp ? base : [base, reference].compactMap(\.self).max { $0.mean < $1.mean } ?? base
        guard let isBetter = trial.samples.exceeds(other, by: goesUp ? Self.gain : -Self.loss) else { return nil }
        hasFound = true
        let share = Int((100 * trial.samples.mean / max(other.mean, 1)).rounded())
        let words = "\(number) transfers bring \(share)% of what \(goesUp ? "\(trial.from)" : "more") did"
        guard isBetter else { return goBack(to: trial.from, because: words, at: now) }
        reference = goesUp ? nil : other
        wait = Self.firstWait
        var samples = GoodputSamples(most: Self.mostBaseLooks)
        samples.add(trial.samples)
        settle(on: number, samples, at: now)
        if number == most { (isRamping, self.goesUp) = (false, false) }
        if isRamping { nextTrial = now }
        return "\(words): stays with \(number)"
    }

    private mutating func goBack(to earlier: Int, because words: String, at now: Double) -> String {
        goesUp = number < earlier
        wait = isRamping ? Self.firstWait : min(wait * 2, Self.longestWait)
        isRamping = false
        settle(on: earlier, base, at: now)
        return "\(words): goes back to \(earlier)"
    }

    private mutating func settle(on number: Int, _ samples: GoodputSamples, at now: Double) {
        (self.number, base, trial) = (number, samples, nil)
        settledMean = samples.count > 0 ? samples.mean : nil
        settledAt = now
        nextTrial = max(now + wait, quietUntil)
    }
}

/// A number of transfers that a run has found to bring most.
struct SettledJobs: Equatable, Sendable {
    let number: Int
    /// Nothing higher is tried before, as a host asked to slow down; nil: none did.
    let quietUntil: Double?

    /// The same, by a clock that is so many seconds ahead.
    func shifted(by seconds: Double) -> SettledJobs {
        SettledJobs(number: number, quietUntil: quietUntil.map { $0 + seconds })
    }
}
