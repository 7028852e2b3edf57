internal import NDJSON

/// How rows become records.
package struct RecordRules: Sendable {
    package let key: KeyTemplate
    package let path: PathTemplate
    package let aliases: [PathTemplate]

    package init(key: KeyTemplate, path: PathTemplate, aliases: [PathTemplate]) {
        self.key = key
        self.path = path
        self.aliases = aliases
    }
}

/// Makes rows records, one after the other.
struct RecordMaker {
    /// What a row is.
    enum Row {
        case withoutVideo
        /// A record already, with its path.
        case finished
        case segment(Segment)
    }

    private let rules: RecordRules
    private var positions = Positions()

    init(_ rules: RecordRules) { self.rules = rules }

    /// Looks at a row. Each row has to come by here, since segments are counted.
    mutating func look(at row: any RowSource) throws(RowProblem) -> Row {
        try row.check()
        if try row.finishedPath() != nil { return .finished }
        let course = try row.integer(.courseID)
        let counted = positions.next(in: course)
        let video = VideoName(try row.text(.video))
        if let video, video.name.isEmpty { throw RowProblem("'video' ends in '/', it names no file") }
        if video == nil, try !hasPlace(row) {
            guard try row.integer(.segmentID) != nil else {
                throw RowProblem("it has neither a 'path' nor a 'segment_id'")
            }
            return .withoutVideo
        }
        return .segment(Segment(course: course, position: try row.integer(.position) ?? counted, video: video))
    }

    /// Whether the row itself tells where the video is.
    private func hasPlace(_ row: any RowSource) throws(RowProblem) -> Bool {
        if try row.text(.key) != nil { return true }
        if try row.text(.url) != nil { return true }
        return try row.text(.signedURL) != nil
    }

    func path(of segment: Segment, _ row: any RowSource) throws(RowProblem) -> String {
        try rules.path.render(SegmentValues(segment: segment, row: row))
    }

    /// Writes the record of a segment, with its fields in the contract's order and what else the row had behind them.
    func write(
        _ segment: Segment, _ row: any RowSource, path: String, to output: inout LineBuffer
    ) throws(RowProblem) {
        let values = SegmentValues(segment: segment, row: row)
        output.open()
        try row.copy(.courseID, to: &output)
        if let title = try values.courseTitle { output.add(Column.courseTitle, title) }
        for column in [Column.channelID, .channelTitle, .segmentID, .title] { try row.copy(column, to: &output) }
        if segment.course != nil { output.add(Column.position, segment.position) }
        try row.copy(.runtime, to: &output)
        try writeKey(values, row, to: &output)
        output.add(Column.path, path)
        try writeAliases(values, row, path, to: &output)
        row.copyUnknown(to: &output)
        output.close()
    }

    private func writeKey(
        _ values: SegmentValues, _ row: any RowSource, to output: inout LineBuffer
    ) throws(RowProblem) {
        if try row.text(.key) != nil {
            try row.copy(.key, to: &output)
        } else if values.segment.video != nil {
            output.add(Column.key, try rules.key.render(values))
        }
    }

    private func writeAliases(
        _ values: SegmentValues, _ row: any RowSource, _ path: String, to output: inout LineBuffer
    ) throws(RowProblem) {
        let count = output.count
        try row.copy(.aliases, to: &output)
        guard output.count == count else { return }
        var aliases: [String] = []
        for template in rules.aliases {
            let alias = try template.render(values)
            if alias != path && !aliases.contains(alias) { aliases.append(alias) }
        }
        if !aliases.isEmpty { output.add(Column.aliases, aliases) }
    }
}

/// What was found out about a segment.
struct Segment {
    let course: Int64?
    let position: Int64
    let video: VideoName?
}

/// A segment's place in its course: how many came before it, with or without a video.
private struct Positions {
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
private struct SegmentValues: PlaceholderValues {
    let segment: Segment
    let row: any RowSource

    /// A course without a title is called by its number.
    var courseTitle: String? {
        get throws(RowProblem) { try row.text(.courseTitle) ?? segment.course.map { Course.title($0) } }
    }

    func value(of placeholder: Placeholder) throws(RowProblem) -> PlaceholderValue? {
        switch placeholder {
        case .courseID: segment.course.map { .number($0) }
        case .courseTitle: try courseTitle.map { .text($0) }
        case .channelID: try row.integer(.channelID).map { .number($0) }
        case .channelTitle: try row.text(.channelTitle).map { .text($0) }
        case .segmentID: try row.integer(.segmentID).map { .number($0) }
        case .title: try row.text(.title).map { .text($0) }
        case .position: .number(segment.position)
        case .folder: segment.video.map { .text(String($0.folder)) }
        case .name: segment.video.map { .text(String($0.name)) }
        case .videoPath: segment.video.map { .text($0.path) }
        }
    }
}

extension Course {
    /// What a course without a title is called.
    static func title(_ id: Int64) -> String { "Course #\(id)" }
}
