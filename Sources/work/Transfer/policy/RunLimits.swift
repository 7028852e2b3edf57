internal import POSIX

/// What `-j` says: transfers at one time.
package enum Jobs: Equatable, Sendable {
    case number(Int)
    /// As many as bring most.
    case auto

    /// Nil where the text is neither `auto` nor a number.
    package init?(_ text: String) {
        if text == "auto" {
            self = .auto
        } else {
            guard let number = Int(text) else { return nil }
            self = .number(number)
        }
    }

    /// Whether it is `auto`, or as many transfers as a run may have.
    package var isUsable: Bool {
        if case .number(let number) = self { return (1...1000).contains(number) }
        return true
    }
}

/// Limits that somebody tells a run while it goes on; what is nil is left as its options have it.
package struct LimitValues: Equatable, Sendable {
    package var rateLimit: RateTimetable?
    package var jobs: Jobs?
    /// Transfers that begin in a second.
    package var startsPerSecond: Double?

    /// Of `startsPerSecond`: one in a thousand seconds. The inverse of far smaller numbers is infinite.
    package static let leastStarts = 0.001

    package init() {}

    /// Lines `name = value`, with the names and the values of the options: `rate-limit`, `jobs`, `requests-per-second`.
    package init(parsing text: String) throws(LimitError) {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.split(separator: " ").joined(separator: " ")
            }
            guard parts.count == 2 else { throw LimitError("'\(line)' is not 'name = value'") }
            try set(parts[0], to: parts[1])
        }
    }

    private mutating func set(_ name: String, to value: String) throws(LimitError) {
        switch name {
        case "rate-limit": rateLimit = try RateTimetable(value)
        case "jobs":
            guard let number = Jobs(value), number.isUsable else {
                throw LimitError("jobs '\(value)': give a number from 1 to 1000, or auto")
            }
            jobs = number
        case "requests-per-second":
            guard let number = Double(value), number >= Self.leastStarts, number.isFinite else {
                throw LimitError("requests-per-second '\(value)': give a number from \(Self.leastStarts)")
            }
            startsPerSecond = number
        default: throw LimitError("'\(name)' is not a limit: they are rate-limit, jobs and requests-per-second")
        }
    }
}

/// What a run may use now: as its options say, unless somebody has told it otherwise. Pure: times are arguments, on the
/// monotonic clock.
struct RunLimits {
    private let settings: FetchSettings
    private(set) var told = LimitValues()
    /// When the limits may be others; nil: never.
    private(set) var nextLook: Double?

    /// Seconds. A change is in force within a second, by which any wait of the loops may delay it.
    private static let interval = 0.5

    init(_ settings: FetchSettings) {
        self.settings = settings
        nextLook = settings.followsLimits || settings.rateLimit?.isConstant == false ? -.infinity : nil
    }

    /// Whether bytes have to be counted.
    var mayLimitRate: Bool { settings.rateLimit != nil || settings.followsLimits }

    /// Whether it is time to look.
    func isDue(at now: Double) -> Bool { nextLook.map { now >= $0 } ?? false }

    mutating func looked(at now: Double) { nextLook = now + Self.interval }

    mutating func tell(_ values: LimitValues) { told = values }

    /// Bytes a second; nil: no limit.
    func rate(at time: WallTime) -> Int64? { (told.rateLimit ?? settings.rateLimit)?.rate(at: time) }

    /// Transfers at one time, or how many there may be where it is `auto`.
    var jobs: Int {
        switch told.jobs {
        case .number(let number)?: settings.affordable(number)
        case .auto?: settings.isAuto ? settings.parallel : settings.affordable(settings.mostJobs)
        case nil: settings.parallel
        }
    }

    /// Whether the run finds out itself how many transfers bring most.
    var isAuto: Bool { told.jobs.map { $0 == .auto } ?? settings.isAuto }

    /// Nil: as many as come.
    var startsPerSecond: Double? { told.startsPerSecond ?? settings.startsPerSecond }
}
