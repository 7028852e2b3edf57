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

        /// Of one transfer; nil where nothing tells.
        package var bytesPerSecond: Double? { seconds > 0 && files > 0 ? Double(bytes) / seconds : nil }
    }

    private var courses: [Int64?: Course] = [:]

    package init() {}

    package mutating func add(_ attempt: Try) {
        var course = courses[attempt.course] ?? Course(id: attempt.course)
        if course.title == nil { course.title = attempt.courseTitle }
        if attempt.error == nil {
            course.files += 1
            course.bytes.addWithinBounds(attempt.bytes)
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

    /// Of one transfer, over all courses; nil where nothing tells.
    package var meanBytesPerSecond: Double? {
        let seconds = courses.values.reduce(0) { $0 + $1.seconds }
        let bytes = courses.values.reduce(0.0) { $0 + Double($1.bytes) }
        return seconds > 0 && bytes > 0 ? bytes / seconds : nil
    }
}
