internal import NDJSON
internal import Records

/// What was found out about a segment. An object, since templates would copy it for each of their fields.
final class Segment {
    // It belongs to one maker, and nothing that this calls calls it back.
    var course: Int64?
    var position: Int64 = 0
    var video = VideoName()
    /// Empty where none is known.
    var key: [UInt8] = []
    /// As the row has it.
    var kind: FileKind?
}

/// A segment's place in its course: how many came before it, with or without a video.
struct Positions {
    private var counts: [Int64: Int64] = [:]
    private var course: Int64?
    private var count: Int64 = 0

    mutating func next(in course: Int64?) -> Int64 {
        // Rows of one course mostly follow each other.
        if course != self.course {
            if let before = self.course { counts[before] = count }
            self.course = course
            count = course.flatMap { counts[$0] } ?? 0
        }
        count += 1
        return count
    }
}

/// What a segment's row puts into a template.
struct SegmentValues: PlaceholderValues {
    let segment: Segment
    let row: any RowSource

    func append(_ placeholder: Placeholder, to text: inout [UInt8]) throws(RecordError) -> PlaceholderValue {
        switch placeholder {
        case .courseID: return Self.append(try course(), to: &text)
        case .courseTitle: return try appendCourseTitle(to: &text)
        case .channelID: return Self.append(try row.integer(.channelID), to: &text)
        case .channelTitle: return try row.append(.channelTitle, to: &text) ? .text : .absent
        case .segmentID: return Self.append(try row.integer(.segmentID), to: &text)
        case .title: return try row.append(.title, to: &text) ? .text : .absent
        case .position: return Self.append(segment.position, to: &text)
        case .folder: return append(segment.video.folder, to: &text)
        case .name: return append(segment.video.name, to: &text)
        case .videoPath: return append(segment.video.path, to: &text)
        case .key:
            text += segment.key
            return segment.key.isEmpty ? .absent : .text
        }
    }

    /// A course without a title is called by its number.
    private func appendCourseTitle(to text: inout [UInt8]) throws(RecordError) -> PlaceholderValue {
        if try row.append(.courseTitle, to: &text) { return .text }
        guard let course = try course() else { return .absent }
        text += Course.title(course).utf8
        return .text
    }

    /// Where it is needed, why there is none is an error.
    private func course() throws(RecordError) -> Int64? {
        if let course = segment.course { return course }
        return try row.integer(.courseID)
    }

    /// A part of the video's name.
    private func append(_ part: ArraySlice<UInt8>, to text: inout [UInt8]) -> PlaceholderValue {
        guard !segment.video.isEmpty else { return .absent }
        text += part
        return .text
    }

    private static func append(_ number: Int64?, to text: inout [UInt8]) -> PlaceholderValue {
        guard let number else { return .absent }
        text.append(decimal: number)
        return .number
    }
}

extension Course {
    /// What a course without a title is called.
    static func title(_ id: Int64) -> String { "Course #\(id)" }
}

/// What the old tables say about where a video is: `mp4:FOLDER/NAME` or `mp4:FOLDER/SUB/NAME`. One value takes the
/// names of many segments, one after the other.
struct VideoName {
    private var text: [UInt8] = []
    /// Where the path begins in the text: after `mp4:`, and after slashes.
    private var start = 0
    /// Where the last component does.
    private var nameStart = 0

    /// Without `mp4:`, and without a slash at the start.
    var path: ArraySlice<UInt8> { text[start...] }
    var isEmpty: Bool { start == text.count }
    /// Whether it ends in a slash, or is empty.
    var isNameless: Bool { nameStart == text.count }

    /// Takes the name of a segment. False where it has no video: the text is absent, does not begin with `mp4:`, or has
    /// nothing after it.
    mutating func read(_ row: any RowSource) throws(RecordError) -> Bool {
        text.removeAll(keepingCapacity: true)
        guard try row.append(.video, to: &text) else { return end(false) }
        if text.first == UInt8(ascii: " ") { text.removeFirst(text.prefix { $0 == UInt8(ascii: " ") }.count) }
        // Byte by byte: generic code took longer than all else here.
        guard text.count > 4, text[0] == UInt8(ascii: "m"), text[1] == UInt8(ascii: "p"), text[2] == UInt8(ascii: "4"),
            text[3] == UInt8(ascii: ":")
        else { return end(false) }
        return end(true)
    }

    /// Notes where the parts of the text are; without a video there are none.
    private mutating func end(_ hasVideo: Bool) -> Bool {
        start = hasVideo ? 4 : text.count
        while start < text.count, text[start] == Self.slash { start += 1 }
        nameStart = text.count
        while nameStart > start, text[nameStart - 1] != Self.slash { nameStart -= 1 }
        return hasVideo
    }

    private static let slash = UInt8(ascii: "/")

    /// The first component; empty where the name is the only one.
    var folder: ArraySlice<UInt8> {
        var end = start
        while end < nameStart, text[end] != Self.slash { end += 1 }
        return end < nameStart ? text[start..<end] : []
    }

    /// The last component.
    var name: ArraySlice<UInt8> { text[nameStart...] }
}
