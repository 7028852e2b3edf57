internal import NDJSON
internal import Records

/// Makes rows records, one after the other. What it says is about the row that it read last.
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
    mutating func look(at row: any RowSource) throws(RecordError) -> Row {
        try row.check()
        if !segment.key.isEmpty { segment.key.removeAll(keepingCapacity: true) }
        segment.kind = try kind(row)
        if row.isRecord {
            try lookAtRecord(row)
            return .finished
        }
        segment.course = Self.ifUsable(.courseID, of: row)
        let counted = positions.next(in: segment.course)
        let hasVideo = try segment.video.read(row)
        if hasVideo, segment.video.isNameless { throw RecordError("'video' ends in '/', so it does not name a file") }
        let hasKey = try row.append(.key, to: &segment.key)
        if !hasVideo && !hasKey, try !hasPlace(row) { return try gap(row) }
        if hasKey, try isFolder(row) { return .withoutSegment }
        segment.position = Self.ifUsable(.position, of: row) ?? counted
        return .segment
    }

    /// A word that the tools after this one would refuse costs the record.
    private mutating func kind(_ row: any RowSource) throws(RecordError) -> FileKind? {
        if !text.isEmpty { text.removeAll(keepingCapacity: true) }
        guard try row.append(.kind, to: &text) else { return nil }
        let word = String(decoding: text, as: UTF8.self)
        if let kind = FileKind(rawValue: word) { return kind }
        throw RecordError(.kind, "is '\(word.prefix(40))', not \(FileKind.words)")
    }

    /// Makes the key and the path of a segment.
    mutating func makeNames(_ row: any RowSource) throws(RecordError) {
        if segment.key.isEmpty, !segment.video.isEmpty {
            try rules.key.render(SegmentValues(segment: segment, row: row), to: &segment.key)
        }
        try makePath(row)
    }

    private mutating func lookAtRecord(_ row: any RowSource) throws(RecordError) {
        path.removeAll(keepingCapacity: true)
        _ = try row.append(.path, to: &path)
        _ = try row.append(.key, to: &segment.key)
        if let problem = RecordPath.check(path) { throw RecordError("its path \(problem)") }
    }

    /// Whether the row itself says where the video is.
    private func hasPlace(_ row: any RowSource) throws(RecordError) -> Bool {
        if try row.has(.path) { return true }
        if try row.has(.url) { return true }
        return try row.has(.signedURL)
    }

    /// What a row without a video is.
    private func gap(_ row: any RowSource) throws(RecordError) -> Row {
        if try row.integer(.segmentID) != nil { return .withoutVideo }
        guard try row.integer(.courseID) != nil else {
            throw RecordError("it has neither a 'path' nor a 'segment_id'")
        }
        return .withoutSegment
    }

    /// What cannot be used is an error where it is needed, and reported where it is left out.
    private static func ifUsable(_ column: Column, of row: any RowSource) -> Int64? {
        do throws(RecordError) { return try row.integer(column) } catch { return nil }
    }

    /// S3 shows a folder as an empty object whose key ends in a slash, rclone as an entry that says so.
    private func isFolder(_ row: any RowSource) throws(RecordError) -> Bool {
        segment.key.last == UInt8(ascii: "/") ? true : try row.isFolder()
    }

    private mutating func makePath(_ row: any RowSource) throws(RecordError) {
        path.removeAll(keepingCapacity: true)
        if try row.append(.path, to: &path) {
            if let problem = RecordPath.check(path) { throw RecordError("its path \(problem)") }
            return
        }
        let values = SegmentValues(segment: segment, row: row)
        let template = try isObject(row) ? rules.objectPath ?? rules.path : rules.path
        try template.render(values, to: &path)
    }

    /// Whether the row is about an object, and not about a course.
    private func isObject(_ row: any RowSource) throws(RecordError) -> Bool {
        guard segment.course == nil, try row.integer(.courseID) == nil else { return false }
        return try row.integer(.segmentID) == nil
    }
}

// MARK: - Writing

extension RecordMaker {
    /// Writes the record of a segment, with its fields in the contract's order and what else the row had after them.
    /// A value that cannot be used, and is not needed for key and path, is left out, which the messages count.
    ///
    /// - Parameter object: what the store says of it.
    mutating func write(
        _ row: any RowSource, _ object: ListedObject?, to output: inout LineBuffer, _ messages: inout RowMessages
    ) throws(RecordError) {
        output.open()
        copy(.courseID, of: row, to: &output, &messages)
        writeCourseTitle(row, to: &output, &messages)
        for column in [Column.channelID, .channelTitle, .segmentID, .title] {
            copy(column, of: row, to: &output, &messages)
        }
        writePosition(row, to: &output, &messages)
        copy(.runtime, of: row, to: &output, &messages)
        if !segment.key.isEmpty { output.add(Column.key.label, utf8: segment.key) }
        output.add(Column.path.label, utf8: path)
        writeAliases(row, to: &output, &messages)
        writeKind(to: &output)
        if let object {
            object.write(to: &output)
        } else {
            copy(.size, of: row, to: &output, &messages)
            copy(.etag, of: row, to: &output, &messages)
        }
        try writeURL(row, to: &output)
        row.copyUnknown(to: &output, &messages)
        output.close()
    }

    private func copy(
        _ column: Column, of row: any RowSource, to output: inout LineBuffer, _ messages: inout RowMessages
    ) {
        do throws(RecordError) { try row.copy(column, to: &output) } catch {
            messages.passOver(column.name, of: row.rowName, error.reason)
        }
    }

    private func writeCourseTitle(
        _ row: any RowSource, to output: inout LineBuffer, _ messages: inout RowMessages
    ) {
        let count = output.count
        copy(.courseTitle, of: row, to: &output, &messages)
        guard output.count == count, let course = segment.course else { return }
        output.add(Column.courseTitle, Course.title(course))
    }

    private func writePosition(_ row: any RowSource, to output: inout LineBuffer, _ messages: inout RowMessages) {
        guard segment.course != nil else { return }
        do throws(RecordError) { _ = try row.integer(.position) } catch {
            messages.passOver(Column.position.name, of: row.rowName, error.reason)
        }
        output.add(Column.position.label, segment.position)
    }

    private mutating func writeAliases(
        _ row: any RowSource, to output: inout LineBuffer, _ messages: inout RowMessages
    ) {
        let count = output.count
        copy(.aliases, of: row, to: &output, &messages)
        guard output.count == count else { return }
        let values = SegmentValues(segment: segment, row: row)
        do throws(RecordError) {
            // Where a course's files are does not matter to an object of no course.
            if try isObject(row) { return }
            for template in rules.aliases {
                try template.render(values, to: &text)
                if text == path { continue }
                output.add(element: text, of: Column.aliases.label, isFirst: output.count == count)
            }
            if output.count > count { output.endElements() }
        } catch {
            output.truncate(to: count)
            messages.passOver(Column.aliases.name, of: row.rowName, "cannot be made, since \(error.message)")
        }
    }

    /// What the row says, or the key's ending. A video needs no word for it.
    private func writeKind(to output: inout LineBuffer) {
        let kind = segment.kind ?? FileKind(ofKey: segment.key).flatMap { $0 == .video ? nil : $0 }
        if let kind { output.add(Column.kind, kind.rawValue) }
    }

    private mutating func writeURL(_ row: any RowSource, to output: inout LineBuffer) throws(RecordError) {
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
