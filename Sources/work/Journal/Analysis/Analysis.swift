package import NDJSON
package import POSIX
internal import Records

/// What the tries of a journal, each for itself, say about how the work went: what failed when, which courses were slow,
/// which retries helped, and what it brought to fetch more at once.
package struct Analysis: ~Copyable {
    package private(set) var timeline = Timeline()
    package private(set) var courses = CourseSpeeds()
    package private(set) var retries = Retries()
    package private(set) var concurrency = Concurrency()
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
        guard (try? line.scan(raw)) != nil, let attempt = Try(line) else {
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

    /// Nil for what is no try: files that were there, marks, and failures that never reached the origin.
    init?(_ line: LineScanner<Field>) {
        guard let text = (try? line.text(.path)) ?? nil else { return nil }
        path = Array(text)
        switch (try? line.string(.status)) ?? nil {
        case Status.success.rawValue: error = nil
        case Status.failed.rawValue:
            guard ((try? line.string(.stage)) ?? nil) != Stage.sign.rawValue else { return nil }
            error = ((try? line.string(.error)) ?? nil) ?? "(none)"
        default: return nil
        }
        course = (try? line.integer(.courseID)) ?? nil
        courseTitle = (try? line.string(.courseTitle)) ?? nil
        bytes = max(0, ((try? line.integer(.bytes)) ?? nil) ?? 0)
        seconds = Self.sensible(((try? line.number(.seconds)) ?? nil) ?? 0, below: 1e9) ?? 0
        finishedAt = ((try? line.number(.finishedAt)) ?? nil).flatMap { Self.sensible($0, below: 253_402_300_800) }
    }

    private static func sensible(_ value: Double, below limit: Double) -> Double? {
        value >= 0 && value < limit ? value : nil
    }
}

extension Int64 {
    /// Sums of what hostile lines claim must not trap.
    mutating func addWithinBounds(_ other: Int64) {
        let (sum, overflows) = addingReportingOverflow(other)
        self = overflows ? .max : sum
    }
}
