/// Which courses have a video.
struct CourseTally {
    private var hasVideo: [Int64: Bool] = [:]
    private var last: (course: Int64, hasVideo: Bool)?

    var count: Int { hasVideo.count }
    var countWithoutVideo: Int { hasVideo.values.count { !$0 } }

    /// - Parameter course: a segment of no course is no matter here.
    mutating func add(_ course: Int64?, hasVideo: Bool) {
        guard let course else { return }
        // Rows of one course mostly follow each other.
        if let last, last.course == course, last.hasVideo || !hasVideo { return }
        let has = hasVideo || self.hasVideo[course] ?? false
        self.hasVideo[course] = has
        last = (course, has)
    }
}
