package import NDJSON
package import POSIX
internal import Records

/// What the tries of a journal, each for itself, say about how the work went: what failed when, which courses were
/// slow, which retries helped, and what it brought to fetch more at once.
package struct Analysis: ~Copyable {
    package private(set) var timeline = Timeline()
    package private(set) var courses = CourseSpeeds()
    package private(set) var retries = Retries()
    package private(set) var concurrency = Concurrency()
    package private(set) var refreshed = RefreshCounts()
    /// Results of tries, and lines that are none.
    package private(set) var tries = 0
    package private(set) var passedOver = 0

    private let line = LineScanner<Field>()

    package init() {}

    /// Reads results to the end of the input.
    package mutating func read(_ input: inout LineFile) throws(SystemError) {
        while let line = try input.next() { take(line) }
    }

    package mutating func take(_ raw: RawLine) {
        guard line.accepts(raw) else {
            passedOver += 1
            return
        }
        if let answer = RefreshAnswer(line) { refreshed.add(answer) }
        guard let attempt = Try(line) else {
            passedOver += 1
            return
        }
        tries += 1
        timeline.add(attempt)
        courses.add(attempt)
        retries.add(attempt)
        concurrency.add(attempt)
    }
}

extension RefreshAnswer {
    /// Nil for a line that is not about a refresh.
    fileprivate init?(_ line: LineScanner<Field>) {
        switch line.string(ifAny: .status) {
        case Status.skipped.rawValue where line.boolean(ifAny: .unchanged) ?? false: self = .unchanged
        case Status.success.rawValue where line.boolean(ifAny: .changed) ?? false:
            self = .changed(isKept: line.has(.kept))
        case Status.failed.rawValue where line.has(.found): self = .notConfirmed
        default: return nil
        }
    }
}

/// One try of one file, read from its result for what it is worth.
package struct Try {
    package var path: [UInt8]
    package var course: Int64?
    package var courseTitle: String?
    /// Nil: it succeeded.
    package var error: String?
    package var bytes: Int64 = 0
    package var seconds = 0.0
    /// Unix seconds.
    package var finishedAt: Double?

    package init(path: String, error: String? = nil) {
        self.path = Array(path.utf8)
        self.error = error
    }

    /// Nil for what is not a try: files that were there, marks, failures that never reached the origin, and tries that
    /// were stopped, which say nothing of it.
    init?(_ line: LineScanner<Field>) {
        guard let text = line.text(ifAny: .path) else { return nil }
        path = Array(text)
        switch line.string(ifAny: .status) {
        case Status.success.rawValue: error = nil
        case Status.failed.rawValue:
            guard line.string(ifAny: .stage) != Stage.sign.rawValue else { return nil }
            let code = line.string(ifAny: .error) ?? "(none)"
            guard code != ErrorCode.interrupted.rawValue && code != ErrorCode.busy.rawValue else { return nil }
            error = code
        default: return nil
        }
        course = line.integer(ifAny: .courseID)
        courseTitle = line.string(ifAny: .courseTitle)
        bytes = max(0, line.integer(ifAny: .bytes) ?? 0)
        seconds = Self.sensible(line.number(ifAny: .seconds) ?? 0, below: 1e9) ?? 0
        finishedAt = line.number(ifAny: .finishedAt).flatMap { Self.sensible($0, below: 253_402_300_800) }
    }

    private static func sensible(_ value: Double, below limit: Double) -> Double? {
        value >= 0 && value < limit ? value : nil
    }
}

/// What the figures suggest, in sentences. Each follows from a figure that the analysis shows.
extension Analysis {
    package var recommendations: [String] {
        let all = [concurrencyAdvice, failureAdvice, slowCourseAdvice].compactMap { $0 } + retryAdvice
        return all.isEmpty ? ["nothing to recommend"] : all
    }

    /// The levels at which the run spent a good part of its time, compared: what is rare says little.
    private var concurrencyAdvice: String? {
        let levels = concurrency.levels
        let whole = levels.reduce(0) { $0 + $1.seconds }
        let usual = levels.filter { $0.seconds >= whole / 20 }
        guard let most = usual.last, let best = usual.max(by: { $0.bytesPerSecond < $1.bytesPerSecond }) else {
            return nil
        }
        guard most.transfers > 1 else { return nil }
        if let enough = usual.first(where: { $0.bytesPerSecond >= best.bytesPerSecond * 0.95 }),
            enough.transfers * 3 <= most.transfers * 2
        {
            return
                "\(enough.transfers) transfers at once brought as much as \(most.transfers): '-j \(enough.transfers)' is enough"
        }
        // A few more bytes for twice as many transfers are not a reason to try still more.
        let half = usual.last { $0.transfers * 2 <= most.transfers }
        guard best.transfers == most.transfers, best.bytesPerSecond >= (half?.bytesPerSecond ?? 0) * 1.2 else {
            return nil
        }
        return "more transfers at one time brought more: try '-j \(most.transfers * 3 / 2)'"
    }

    private var failureAdvice: String? {
        guard let worst = timeline.all.max(by: { share($0.span) < share($1.span) }), share(worst.span) >= 0.5,
            worst.span.failures >= 10, let error = worst.span.mostFrequentError
        else { return nil }
        return "many failures came together, most of them '\(error.code)': see the time with the most of them"
    }

    private func share(_ span: Timeline.Span) -> Double { Double(span.failures) / Double(max(1, span.tries)) }

    private var slowCourseAdvice: String? {
        guard let mean = courses.meanBytesPerSecond, let slowest = courses.slowest(1).first, slowest.files >= 3,
            let rate = slowest.bytesPerSecond, rate * 4 < mean, let id = slowest.id
        else { return nil }
        return
            "course \(id) came at less than a quarter of the mean rate: its files may be elsewhere, or not be in the cache"
    }

    private var retryAdvice: [String] {
        retries.all.filter { $0.effect.tried >= 10 }.compactMap { code, effect in
            if effect.helped == 0 {
                return "trying again never helped after '\(code)': find its cause before the next run"
            }
            if effect.helped * 10 >= effect.tried * 9 { return nil }
            return effect.helped * 4 < effect.tried
                ? "trying again seldom helped after '\(code)': wait longer (--backoff)" : nil
        }
    }
}
