internal import POSIX

/// Limits that somebody tells a run while it goes on; what is nil is left as its options have it.
package struct LimitValues: Equatable, Sendable {
    package var rateLimit: RateTimetable?
    /// Transfers at one time.
    package var jobs: Int?
    /// Transfers that begin in a second.
    package var startsPerSecond: Double?

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
            guard let number = Int(value), (1...1000).contains(number) else {
                throw LimitError("jobs '\(value)': give a number from 1 to 1000")
            }
            jobs = number
        case "requests-per-second":
            guard let number = Double(value), number > 0, number.isFinite else {
                throw LimitError("requests-per-second '\(value)': give a number above 0")
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

    /// Transfers at one time.
    var jobs: Int { told.jobs.map(settings.affordable) ?? settings.parallel }

    /// Nil: as many as come.
    var startsPerSecond: Double? { told.startsPerSecond ?? settings.startsPerSecond }
}
