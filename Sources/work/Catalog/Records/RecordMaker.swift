internal import NDJSON
internal import Records

/// Makes rows records, one after the other. What it tells is about the row that it looked at last.
struct RecordMaker {
    /// What a row is.
    enum Row {
        /// A record already.
        case finished
        /// One with a video, whose names are still to be made.
        case segment
        case withoutVideo
        /// A course of which the source has no segment, or a folder of a listing.
        case withoutSegment
    }

    private let rules: RecordRules
    private var positions = Positions()
    private let segment = Segment()
    private var text: [UInt8] = []
    private(set) var path: [UInt8] = []
    /// The name of the object at the origin; empty where none is known.
    var key: [UInt8] { segment.key }

    init(_ rules: RecordRules) { self.rules = rules }

    /// Looks at a row. Each row has to come by here, since segments are counted.
    mutating func look(at row: any RowSource) throws(RowProblem) -> Row {
        try row.check()
        segment.key.removeAll(keepingCapacity: true)
        if row.isRecord {
            try lookAtRecord(row)
            return .finished
        }
        segment.course = try row.integer(.courseID)
        let counted = positions.next(in: segment.course)
        let hasVideo = try segment.video.take(row)
        if hasVideo, segment.video.name.isEmpty { throw RowProblem("'video' ends in '/', it names no file") }
        let hasKey = try row.append(.key, to: &segment.key)
        if !hasVideo && !hasKey, try !hasPlace(row) { return try gap(row) }
        if hasKey, try isFolder(row) { return .withoutSegment }
        segment.position = try row.integer(.position) ?? counted
        return .segment
    }

    /// Makes the key and the path of a segment.
    mutating func makeNames(_ row: any RowSource) throws(RowProblem) {
        if segment.key.isEmpty, !segment.video.path.isEmpty {
            try rules.key.render(SegmentValues(segment: segment, row: row), to: &segment.key)
        }
        try makePath(row)
    }

    private mutating func lookAtRecord(_ row: any RowSource) throws(RowProblem) {
        path.removeAll(keepingCapacity: true)
        _ = try row.append(.path, to: &path)
        _ = try row.append(.key, to: &segment.key)
        if let problem = RecordPath.check(path) { throw RowProblem("its path \(problem)") }
    }

    /// Whether the row itself tells where the video is.
    private func hasPlace(_ row: any RowSource) throws(RowProblem) -> Bool {
        if try row.has(.path) { return true }
        if try row.has(.url) { return true }
        return try row.has(.signedURL)
    }

    /// What a row without a video is.
    private func gap(_ row: any RowSource) throws(RowProblem) -> Row {
        if try row.integer(.segmentID) != nil { return .withoutVideo }
        guard segment.course != nil else { throw RowProblem("it has neither a 'path' nor a 'segment_id'") }
        return .withoutSegment
    }

    /// S3 shows a folder as an empty object whose key ends in a slash, rclone as an entry that says so.
    private func isFolder(_ row: any RowSource) throws(RowProblem) -> Bool {
        segment.key.last == UInt8(ascii: "/") ? true : try row.string(.isFolder) == "true"
    }

    private mutating func makePath(_ row: any RowSource) throws(RowProblem) {
        path.removeAll(keepingCapacity: true)
        if try row.append(.path, to: &path) {
            if let problem = RecordPath.check(path) { throw RowProblem("its path \(problem)") }
            return
        }
        let values = SegmentValues(segment: segment, row: row)
        let template = try isObject(row) ? rules.objectPath ?? rules.path : rules.path
        try template.render(values, to: &path)
    }

    /// Whether the row tells of an object, and nothing of a course.
    private func isObject(_ row: any RowSource) throws(RowProblem) -> Bool {
        segment.course == nil ? try row.integer(.segmentID) == nil : false
    }
}

// MARK: - Writing

extension RecordMaker {
    /// Writes the record of a segment, with its fields in the contract's order and what else the row had behind them.
    ///
    /// - Parameter object: what the store says of it.
    mutating func write(
        _ row: any RowSource, _ object: StoredObject?, to output: inout LineBuffer
    ) throws(RowProblem) {
        output.open()
        try row.copy(.courseID, to: &output)
        try writeCourseTitle(row, to: &output)
        for column in [Column.channelID, .channelTitle, .segmentID, .title] { try row.copy(column, to: &output) }
        if segment.course != nil { output.add(Column.position.label, segment.position) }
        try row.copy(.runtime, to: &output)
        if !segment.key.isEmpty { output.add(Column.key.label, utf8: segment.key) }
        output.add(Column.path.label, utf8: path)
        try writeAliases(row, to: &output)
        try writeObject(row, object, to: &output)
        try writeURL(row, to: &output)
        row.copyUnknown(to: &output)
        output.close()
    }

    private mutating func writeCourseTitle(_ row: any RowSource, to output: inout LineBuffer) throws(RowProblem) {
        let count = output.count
        try row.copy(.courseTitle, to: &output)
        guard output.count == count, let course = segment.course else { return }
        output.add(Column.courseTitle, Course.title(course))
    }

    private mutating func writeAliases(_ row: any RowSource, to output: inout LineBuffer) throws(RowProblem) {
        let count = output.count
        try row.copy(.aliases, to: &output)
        guard output.count == count else { return }
        // Where a course's files are is no matter to an object of none.
        if try isObject(row) { return }
        let values = SegmentValues(segment: segment, row: row)
        for template in rules.aliases {
            try template.render(values, to: &text)
            if text == path { continue }
            output.add(element: text, of: Column.aliases.label, isFirst: output.count == count)
        }
        if output.count > count { output.endElements() }
    }

    private func writeObject(
        _ row: any RowSource, _ object: StoredObject?, to output: inout LineBuffer
    ) throws(RowProblem) {
        guard let object else {
            try row.copy(.size, to: &output)
            try row.copy(.etag, to: &output)
            return
        }
        object.write(to: &output)
    }

    private mutating func writeURL(_ row: any RowSource, to output: inout LineBuffer) throws(RowProblem) {
        guard let template = rules.url, try !row.has(.url) else { return try row.copy(.url, to: &output) }
        try template.render(SegmentValues(segment: segment, row: row), to: &text)
        output.add(Column.url.label, utf8: text)
    }
}

/// How rows become records.
package struct RecordRules: Sendable {
    package let key: KeyTemplate
    package let path: PathTemplate
    package let aliases: [PathTemplate]
    package let url: URLTemplate?
    /// The path of an object that belongs to no course and segment, as in a listing; nil: made as any other's.
    package let objectPath: PathTemplate?

    package init(
        key: KeyTemplate, path: PathTemplate, aliases: [PathTemplate], url: URLTemplate? = nil,
        objectPath: PathTemplate? = nil
    ) {
        self.key = key
        self.path = path
        self.aliases = aliases.enumerated().filter { !aliases[..<$0.offset].contains($0.element) }.map(\.element)
        self.url = url
        self.objectPath = objectPath
    }
}
