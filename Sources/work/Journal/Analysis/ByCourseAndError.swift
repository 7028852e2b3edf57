internal import Records

/// How fast the files of each course came.
package struct CourseSpeeds: Sendable {
    package struct Course: Sendable {
        /// Nil for what belongs to no course.
        package let id: Int64?
        /// Of several the first by its bytes: the order of lines does not matter.
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
        if let title = attempt.courseTitle, title != course.title,
            course.title.map({ title.utf8.lexicographicallyPrecedes($0.utf8) }) ?? true
        {
            course.title = title
        }
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

/// What became of files that were tried again after each error. The tries of a file are compared by their times, so that
/// the order of lines does not matter; a try without a time is later than those before it.
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

    private struct Ended: BitwiseCopyable {
        /// Unix seconds.
        var time = 0.0
        /// 0 for a success.
        var code: UInt16 = 0
    }

    /// Hostile lines could name a new code each: the later ones count as the first.
    private static let mostCodes = 1000

    /// Codes by number; 0 means no failure.
    private var codes = ["(other)"]
    private var numbers: [String: UInt16] = [:]
    private var paths = PathTable()
    /// By number of the path: its first line, which for most is the only one.
    private var first = BlockArray<Ended>()
    /// The others.
    private var more: [Int: [Ended]] = [:]

    package init() {}

    package mutating func add(_ attempt: Try) {
        let number = attempt.path.withUnsafeBytes { paths.insert($0) }
        let code = attempt.error.map { self.number(of: $0) } ?? 0
        let time = attempt.finishedAt.flatMap { $0 > 0 ? $0 : nil }
        if number == first.count {
            first.append(Ended(time: time ?? 0, code: code))
        } else {
            let latest = more[number, default: []].reduce(first[number].time) { max($0, $1.time) }
            more[number, default: []].append(Ended(time: time ?? latest.nextUp, code: code))
        }
    }

    /// By code, those met most first.
    package var all: [(code: String, effect: Effect)] {
        zip(codes, effects).dropFirst().map { (code: $0, effect: $1) }
            .sorted {
                ($1.effect.tried + $1.effect.notTried, $0.code) < ($0.effect.tried + $0.effect.notTried, $1.code)
            }
    }

    private var effects: [Effect] {
        var effects = [Effect](repeating: Effect(), count: codes.count)
        for number in 0..<first.count {
            let tries = tries(of: number)
            for (index, ended) in tries.enumerated() where ended.code > 0 {
                let next = index + 1 < tries.count ? tries[index + 1].code : nil
                switch next {
                case nil: effects[Int(ended.code)].notTried += 1
                case 0?: effects[Int(ended.code)].helped += 1
                default: effects[Int(ended.code)].failedAgain += 1
                }
            }
        }
        return effects
    }

    /// In the order of time, each once. Of two at one moment the success is the later one.
    private func tries(of number: Int) -> [Ended] {
        guard let others = more[number] else { return [first[number]] }
        let all = ([first[number]] + others).sorted { one, other in
            if one.time != other.time { return one.time < other.time }
            if (one.code == 0) != (other.code == 0) { return other.code == 0 }
            return codes[Int(one.code)] < codes[Int(other.code)]
        }
        return all.enumerated().filter { index, ended in
            index == 0 || all[index - 1].time != ended.time || all[index - 1].code != ended.code
        }
        .map(\.element)
    }

    private mutating func number(of code: String) -> UInt16 {
        if let number = numbers[code] { return number }
        guard codes.count < Self.mostCodes else { return 1 }
        let number = UInt16(codes.count)
        codes.append(code)
        numbers[code] = number
        return number
    }
}
