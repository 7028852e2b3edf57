package import NDJSON
internal import Records

/// The figures of a catalogue.
package struct Plan: Equatable {
    package var courses = 0
    /// Courses with no video.
    package var coursesWithoutSegments = 0
    package var segments = 0
    package var segmentsWithoutVideo = 0
    /// The sum of the sizes that are known, and of how many segments.
    package private(set) var bytesKnown: Int64 = 0
    package private(set) var segmentsWithSize = 0

    package init() {}

    /// What a segment of which nothing is known is taken for where no size is known at all: the old library's average.
    private static let usualSize: Int64 = 50 << 20

    /// What the segments of unknown size come to, each as large as the known ones are on average.
    package var bytesEstimated: Int64 {
        let mean = segmentsWithSize > 0 ? bytesKnown / Int64(segmentsWithSize) : Self.usualSize
        return mean.multipliedReportingOverflow(by: Int64(segments - segmentsWithSize)).partialValue
    }

    mutating func add(size: Int64) {
        let (sum, isTooLarge) = bytesKnown.addingReportingOverflow(size)
        guard size >= 0, !isTooLarge else { return }
        bytesKnown = sum
        segmentsWithSize += 1
    }

    /// - Parameters:
    ///   - free: how many bytes can be written where the files go.
    ///   - rate: how many bytes come in a second.
    package func write(free: Int64?, rate: Int64?, to output: inout LineBuffer) {
        output.open()
        output.add(Name.courses, courses)
        output.add(Name.coursesWithoutSegments, coursesWithoutSegments)
        output.add(Name.segments, segments)
        output.add(Name.segmentsWithoutVideo, segmentsWithoutVideo)
        output.add(Name.bytesKnown, bytesKnown)
        output.add(Name.segmentsWithSize, segmentsWithSize)
        output.add(Name.bytesEstimated, bytesEstimated)
        if let free { output.add(Name.bytesFree, free) }
        if let rate, rate > 0 { output.add(Name.seconds, (bytesKnown &+ bytesEstimated) / rate) }
        output.close()
    }

    private enum Name: UInt8, FieldName {
        case courses, coursesWithoutSegments, segments, segmentsWithoutVideo, bytesKnown, segmentsWithSize
        case bytesEstimated, bytesFree, seconds

        static let names = [
            "courses", "courses_without_segments", "segments", "segments_without_video", "bytes_known",
            "segments_with_size", "bytes_estimated", "bytes_free", "seconds",
        ]
    }
}

/// A course and how many segments it has.
package struct CourseCount: Equatable {
    package let id: Int64
    package fileprivate(set) var title: String?
    package fileprivate(set) var segments = 0
    package fileprivate(set) var segmentsWithoutVideo = 0

    package func write(to output: inout LineBuffer) {
        output.open()
        output.add(Name.courseID, id)
        output.add(Name.courseTitle, title ?? Course.title(id))
        output.add(Name.segments, segments)
        output.add(Name.segmentsWithoutVideo, segmentsWithoutVideo)
        output.close()
    }

    private enum Name: UInt8, FieldName {
        case courseID, courseTitle, segments, segmentsWithoutVideo

        static let names = ["course_id", "course_title", "segments", "segments_without_video"]
    }
}

/// Counts the segments of courses.
struct CourseList {
    private var courses: [Int64: CourseCount] = [:]

    mutating func add(_ course: Course) { update(course) { _ in } }

    mutating func add(_ course: Course, hasVideo: Bool) {
        update(course) { count in
            if hasVideo { count.segments += 1 } else { count.segmentsWithoutVideo += 1 }
        }
    }

    /// In order of their ids, as many as are wanted.
    func counts(_ selection: Selection) -> [CourseCount] {
        var selection = selection
        var counts: [CourseCount] = []
        for course in courses.values.sorted(by: { $0.id < $1.id }) where !selection.isFull {
            guard selection.wants(course: course.id), !selection.isOneCourse || course.segments > 0 else { continue }
            counts.append(course)
            selection.count(course: course.id)
        }
        return counts
    }

    private mutating func update(_ course: Course, _ change: (inout CourseCount) -> Void) {
        change(&courses[course.id, default: CourseCount(id: course.id)])
        if courses[course.id]?.title == nil { courses[course.id]?.title = course.title }
    }
}

/// Which courses have a video.
struct CourseTally {
    private var hasVideo: [Int64: Bool] = [:]
    private var last: (course: Int64, hasVideo: Bool)?

    var count: Int { hasVideo.count }
    var countWithoutVideo: Int { hasVideo.values.count { !$0 } }

    /// - Parameter course: a segment of no course does not matter here.
    mutating func add(_ course: Int64?, hasVideo: Bool) {
        guard let course else { return }
        // Rows of one course mostly follow each other.
        if let last, last.course == course, last.hasVideo || !hasVideo { return }
        let has = hasVideo || self.hasVideo[course] ?? false
        self.hasVideo[course] = has
        last = (course, has)
    }
}
