package import NDJSON
internal import Records

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
            selection.take(course: course.id)
        }
        return counts
    }

    private mutating func update(_ course: Course, _ change: (inout CourseCount) -> Void) {
        change(&courses[course.id, default: CourseCount(id: course.id)])
        if courses[course.id]?.title == nil { courses[course.id]?.title = course.title }
    }
}
