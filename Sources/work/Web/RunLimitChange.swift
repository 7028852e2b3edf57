internal import Records

/// Other limits for a run, as a request asks for them: numbers, so that no word of a request gets onto a command line.
package struct RunLimitChange: Equatable, Sendable {
    /// Nil: as it is now.
    private let rate: Rate?
    private let jobs: Jobs?
    /// Transfers that begin in a second.
    private let starts: Double?
    /// Whether all limits that are not given are to be as the run's own settings have them.
    let isReset: Bool

    private enum Rate: Equatable, Sendable {
        case off
        case bytes(ByteCount)
    }

    private enum Jobs: Equatable, Sendable {
        case number(Int)
        case auto
    }

    init(_ parameters: [String: String], reset: Bool) throws(WebError) {
        isReset = reset
        rate = try parameters["rate_limit"].map(Self.rate)
        jobs = try parameters["jobs"].map(Self.jobs)
        starts = try parameters["requests_per_second"].map(Self.starts)
        guard reset || rate != nil || jobs != nil || starts != nil else {
            throw WebError(
                .badRequest, "no limit is given: one of 'rate_limit', 'jobs', 'requests_per_second', 'reset'")
        }
    }

    private static func rate(_ text: String) throws(WebError) -> Rate {
        if text == "off" { return .off }
        guard let count = ByteCount(parsing: text), count.value >= 1024 else {
            throw WebError(.badRequest, "'rate_limit' is a number of bytes, 1k or more, or 'off'")
        }
        return .bytes(count)
    }

    private static func jobs(_ text: String) throws(WebError) -> Jobs {
        if text == "auto" { return .auto }
        guard let number = Int(text), (1...1000).contains(number) else {
            throw WebError(.badRequest, "'jobs' is a number from 1 to 1000, or 'auto'")
        }
        return .number(number)
    }

    private static func starts(_ text: String) throws(WebError) -> Double {
        guard let number = Double(text), number >= 0.001, number.isFinite else {
            throw WebError(.badRequest, "'requests_per_second' is a number from 0.001 on")
        }
        return number
    }

    /// The options of `tf-bulk limit`.
    var words: [String] {
        var words: [String] = isReset ? ["--reset"] : []
        switch rate {
        case .off?: words += ["--rate-limit", "off"]
        case .bytes(let count)?: words += ["--rate-limit", "\(count)"]
        case nil: break
        }
        switch jobs {
        case .number(let number)?: words += ["--jobs", "\(number)"]
        case .auto?: words += ["--jobs", "auto"]
        case nil: break
        }
        if let starts { words += ["--requests-per-second", "\(starts)"] }
        return words
    }
}
