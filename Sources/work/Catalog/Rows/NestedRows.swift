internal import NDJSON
internal import Records

/// The rows in an object that contains others: of a course the segments of its channels, of a channel its segments.
/// Each comes out as an object of its own, with what its course and channel are.
final class NestedRows {
    private enum Name: UInt8, FieldName {
        case id, title, courseID, oldCourseID, courseTitle, channelID, channelTitle, channels, segments

        static let names = [
            "id", "title", "course_id", "courseid", "course_title", "channel_id", "channel_title", "channels",
            "segments",
        ]
    }

    private let scanner = LineScanner<Name>()
    private var rows: ArraySlice<[UInt8]> = []
    /// The current row.
    private(set) var row: [UInt8] = []
    private(set) var isOpen = false

    /// Moves to the next row. False where there is none.
    func advance() -> Bool {
        isOpen = !rows.isEmpty
        if let next = rows.popFirst() { row = next }
        return isOpen
    }

    /// Takes the object apart.
    func open(_ line: [UInt8]) throws(LineError) {
        rows = []
        try scanner.scan(line)
        var context = LineBuffer()
        context.open()
        let isChannel = !scanner.has(.channels) && (scanner.has(.courseID) || scanner.has(.oldCourseID))
        copy(.courseID, from: isChannel ? [.courseID, .oldCourseID] : [.courseID, .id], to: &context)
        copy(.courseTitle, from: isChannel ? [.courseTitle] : [.courseTitle, .title], to: &context)
        let channels = try scanner.values(.channels) ?? []
        if isChannel { addChannel(to: &context) }
        try openSegments(context)
        for channel in channels { try open(channel: channel, of: context) }
        guard rows.isEmpty else { return }
        context.close()
        rows.append(context.bytes.dropLast())
    }

    private func open(channel: [UInt8], of course: LineBuffer) throws(LineError) {
        try scanner.scan(channel)
        var context = course
        addChannel(to: &context)
        try openSegments(context)
    }

    private func addChannel(to context: inout LineBuffer) {
        copy(.channelID, from: [.channelID, .id], to: &context)
        copy(.channelTitle, from: [.channelTitle, .title], to: &context)
    }

    private func openSegments(_ context: LineBuffer) throws(LineError) {
        for segment in try scanner.values(.segments) ?? [] { rows.append(row(of: segment, context)) }
    }

    /// What is not an object stays as it is, to be reported as a bad row.
    private func row(of segment: [UInt8], _ context: LineBuffer) -> [UInt8] {
        do throws(LineError) {
            try scanner.scan(segment)
            var row = context
            row.copyFields(of: scanner, without: [.courseID, .courseTitle, .channelID, .channelTitle])
            row.close()
            return row.bytes.dropLast()
        } catch {
            return segment
        }
    }

    private func copy(_ name: Name, from names: [Name], to context: inout LineBuffer) {
        guard let found = names.first(where: { scanner.has($0) }), let value = scanner.raw(found) else { return }
        context.add(name, raw: value)
    }
}

/// Words for numbers which JSON does not have, as Python and JavaScript write them.
enum BareWords {
    private static let words = ["-Infinity", "Infinity", "NaN", "undefined"].map { Array($0.utf8) }

    static func occur(in line: UnsafeRawBufferPointer) -> Bool { replaced(line).count != line.count }

    /// With `null` for each.
    static func replaced(_ line: UnsafeRawBufferPointer) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(line.count)
        var nesting = JSONNesting()
        var at = 0
        while at < line.count {
            let rest = UnsafeRawBufferPointer(rebasing: line[at...])
            if !nesting.isInString, let word = words.first(where: { rest.starts(with: $0) }) {
                text += Array("null".utf8)
                at += word.count
            } else {
                text.append(line[at])
                nesting.take(line[at])
                at += 1
            }
        }
        return text
    }
}
