package import NDJSON
internal import Records

/// What a catalogue comes to.
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

    mutating func add(size: Int64) {
        let (sum, isTooLarge) = bytesKnown.addingReportingOverflow(size)
        guard size >= 0, !isTooLarge else { return }
        bytesKnown = sum
        segmentsWithSize += 1
    }

    package func write(to output: inout LineBuffer) {
        output.open()
        output.add(Name.courses, courses)
        output.add(Name.coursesWithoutSegments, coursesWithoutSegments)
        output.add(Name.segments, segments)
        output.add(Name.segmentsWithoutVideo, segmentsWithoutVideo)
        output.add(Name.bytesKnown, bytesKnown)
        output.add(Name.segmentsWithSize, segmentsWithSize)
        output.close()
    }

    private enum Name: UInt8, FieldName {
        case courses, coursesWithoutSegments, segments, segmentsWithoutVideo, bytesKnown, segmentsWithSize

        static let names = [
            "courses", "courses_without_segments", "segments", "segments_without_video", "bytes_known",
            "segments_with_size",
        ]
    }
}
