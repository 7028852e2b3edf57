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
