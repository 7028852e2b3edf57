/// Which segments are wanted.
package struct Selection: Sendable {
    /// None: all.
    package let courses: Set<Int64>
    private let limit: Int
    /// Whether only the first course that has a video is wanted.
    let isOneCourse: Bool
    private var firstCourse: Int64??
    private var count = 0

    /// - Parameter isTest: the first course only, or of the given courses the first segment only.
    package init(courses: Set<Int64> = [], limit: Int? = nil, isTest: Bool = false) {
        self.courses = courses
        self.limit = isTest && !courses.isEmpty ? min(limit ?? 1, 1) : limit ?? .max
        isOneCourse = isTest && courses.isEmpty
    }

    /// Whether no more is wanted.
    package var isFull: Bool { count >= limit }

    /// Whether it is no matter to which course a segment belongs.
    var isAnyCourse: Bool { courses.isEmpty && !isOneCourse }

    /// Whether a part of what there is was asked for.
    var isPartial: Bool { !isAnyCourse || limit != .max }

    func wants(course: Int64?) -> Bool {
        if let firstCourse, isOneCourse { return course == firstCourse }
        guard !courses.isEmpty else { return true }
        return course.map { courses.contains($0) } ?? false
    }

    mutating func take(course: Int64?) {
        count += 1
        if isOneCourse { firstCourse = course }
    }
}
