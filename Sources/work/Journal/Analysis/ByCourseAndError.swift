internal import Records

/// How fast the files of each course came.
package struct CourseSpeeds: Sendable {
    package struct Course: Sendable {
        /// Nil for what belongs to no course.
        package let id: Int64?
        package fileprivate(set) var title: String?
        package fileprivate(set) var files = 0
        package fileprivate(set) var failures = 0
        package fileprivate(set) var bytes: Int64 = 0
        /// Of the tries that succeeded, one after the other.
        package fileprivate(set) var seconds = 0.0

        /// Of one transfer; nil where it is not known.
        package var bytesPerSecond: Double? { seconds > 0 && files > 0 ? Double(bytes) / seconds : nil }
    }

    private var courses: [Int64?: Course] = [:]

    package init() {}

    package mutating func add(_ attempt: Try) {
        var course = courses[attempt.course] ?? Course(id: attempt.course)
        if course.title == nil { course.title = attempt.courseTitle }
        if attempt.error == nil {
            course.files += 1
            course.bytes = course.bytes.addingWithinBounds(attempt.bytes)
            course.seconds += attempt.seconds
        } else {
            course.failures += 1
        }
        courses[attempt.course] = course
    }

    /// The slowest transfers first.
    package func slowest(_ count: Int) -> [Course] {
        let known = courses.values.filter { $0.bytesPerSecond != nil }
        let sorted = known.sorted { ($0.bytesPerSecond!, $0.id ?? .min) < ($1.bytesPerSecond!, $1.id ?? .min) }
        return Array(sorted.prefix(count))
    }

    /// Of one transfer, over all courses; nil where it is not known.
    package var meanBytesPerSecond: Double? {
        let seconds = courses.values.reduce(0) { $0 + $1.seconds }
        let bytes = courses.values.reduce(0.0) { $0 + Double($1.bytes) }
        return seconds > 0 && bytes > 0 ? bytes / seconds : nil
    }
}

/// What became of files that were tried again after each error.
package struct Retries: ~Copyable {
    package struct Effect: Equatable, Sendable {
        /// The next try succeeded.
        package fileprivate(set) var helped = 0
        /// The next try failed as well.
        package fileprivate(set) var failedAgain = 0
        /// There was no next try so far.
        package fileprivate(set) var notTried = 0

        package var tried: Int { helped + failedAgain }
    }

    /// Hostile lines could name a new code each: the later ones count as the first.
    private static let mostCodes = 1000

    /// Codes by number; 0 means no failure so far.
    private var codes = ["(other)"]
    private var numbers: [String: UInt16] = [:]
    private var effects = [Effect()]
    private var paths = PathTable()
    /// By number of the path: the code of its last failure, 0 after a success.
    private var last = BlockArray<UInt16>()

    package init() {}

    package mutating func add(_ attempt: Try) {
        let number = attempt.path.withUnsafeBytes { paths.insert($0) }
        if number == last.count { last.append(0) }
        let before = Int(last[number])
        if before > 0 {
            effects[before].notTried -= 1
            if attempt.error == nil { effects[before].helped += 1 } else { effects[before].failedAgain += 1 }
        }
        let code = attempt.error.map { self.number(of: $0) } ?? 0
        if code > 0 { effects[Int(code)].notTried += 1 }
        last[number] = code
    }

    /// By code, those met most first.
    package var all: [(code: String, effect: Effect)] {
        zip(codes, effects).dropFirst().map { (code: $0, effect: $1) }
            .sorted {
                ($1.effect.tried + $1.effect.notTried, $0.code) < ($0.effect.tried + $0.effect.notTried, $1.code)
            }
    }

    private mutating func number(of code: String) -> UInt16 {
        if let number = numbers[code] { return number }
        guard codes.count < Self.mostCodes else { return 1 }
        let number = UInt16(codes.count)
        codes.append(code)
        effects.append(Effect())
        numbers[code] = number
        return number
    }
}
