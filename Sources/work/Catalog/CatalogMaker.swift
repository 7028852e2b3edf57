package import NDJSON
internal import POSIX
internal import Records

/// A catalogue: the rows of a source, made records, each path once.
package struct CatalogMaker: ~Copyable {
    private let source: any RowSource
    private let rules: RecordRules
    private let selection: Selection
    private let listing: Listing?
    private var messages: RowMessages
    private var courses = CourseTally()
    private var rows = 0
    private var written = 0
    private var withoutVideo = 0
    private var withoutObject = 0

    /// - Parameters:
    ///   - listing: what the store has, which records are completed from.
    ///   - say: takes the messages about rows that give no record.
    package init(
        _ source: any RowSource, _ rules: RecordRules, _ selection: Selection, listing: Listing? = nil,
        say: @escaping (String) -> Void
    ) {
        self.source = source
        self.rules = rules
        self.selection = selection
        self.listing = listing
        messages = RowMessages(source.name, say)
    }

    /// Whether every row was good.
    package var isClean: Bool { messages.count == 0 }

    /// Why this cannot be a catalogue, where after `write` there is no record, and all of it was asked for: to go on
    /// as if it were an empty one would look like work well done.
    package var refusal: String? {
        if rows > 0 && rows == messages.count {
            return "\(source.name): no row of it is a record: it looks like \(source.looksLike)"
        }
        guard written == 0, !selection.isPartial, source.name != CatalogInput.standardInput.name else { return nil }
        return "\(source.name): there is no record in it: is it the right one?"
    }

    /// Writes the records.
    package mutating func write(to output: inout LineOutput) throws(CatalogError) {
        try forEachRecord(&output) { (_, output) throws(CatalogError) in try Self.lineEnded(&output) }
        try flush(&output)
        messages.finish()
        tellWhatIsNotStored()
        try tellWhatIsMissing()
    }

    /// Writes the records that the store has no object for.
    package mutating func writeMissing(to output: inout LineOutput) throws(CatalogError) {
        try forEachRecord(&output) { (record, output) throws(CatalogError) in
            if record.object != nil { output.buffer.truncate(to: record.start) }
            try Self.lineEnded(&output)
        }
        try flush(&output)
        messages.finish()
    }

    /// Writes the objects that no record names.
    package mutating func writeExtra(to output: inout LineOutput) throws(CatalogError) {
        try forEachRecord(&output) { (_, output) throws(CatalogError) in output.buffer.removeAll() }
        messages.finish()
        try listing?.forEachExtra { (key, object) throws(CatalogError) in
            output.buffer.open()
            output.buffer.add(Column.key, text: key)
            object.write(to: &output.buffer)
            output.buffer.close()
            try Self.lineEnded(&output)
        }
        try flush(&output)
    }

    /// Counts what `write` would write.
    package mutating func plan() throws(CatalogError) -> Plan {
        var plan = Plan()
        var nowhere = LineOutput()
        try forEachRecord(&nowhere, countsCourses: true) { (record, nowhere) throws(CatalogError) in
            plan.segments += 1
            if let size = record.size { plan.add(size: size) }
            nowhere.buffer.removeAll()
        }
        messages.finish()
        try completeCourses()
        plan.segmentsWithoutVideo = withoutVideo
        plan.courses = courses.count
        plan.coursesWithoutSegments = courses.countWithoutVideo
        return plan
    }
}

// MARK: - Row by row

extension CatalogMaker {
    /// A record that was written.
    private struct Written {
        let row: any RowSource
        /// What the store has for it.
        let object: ListedObject?
        /// Where in the output its line begins.
        let start: Int

        var size: Int64? {
            if let size = object?.size { return size }
            do throws(RecordError) { return try row.integer(.size) } catch { return nil }
        }
    }

    private mutating func forEachRecord(
        _ output: inout LineOutput, countsCourses: Bool = false,
        _ body: (Written, inout LineOutput) throws(CatalogError) -> Void
    ) throws(CatalogError) {
        var selection = selection
        var maker = RecordMaker(rules)
        var paths = UniquePaths(source, rules, selection)
        while !selection.isFull {
            guard try source.advance(beforeReading: { () throws(CatalogError) in try flush(&output) }) else { return }
            paths.rowBegins()
            rows += 1
            let start = output.buffer.count
            let record: Written?
            do throws(RecordError) {
                record = try writeRow(&maker, &paths, &selection, countsCourses: countsCourses, to: &output.buffer)
            } catch {
                output.buffer.truncate(to: start)
                messages.add(source.rowName, error.message)
                continue
            }
            guard let record else { continue }
            written += 1
            if record.object == nil { withoutObject += 1 }
            try body(record, &output)
        }
    }

    /// Writes the current row as a record; nil where it is not wanted, or has no video.
    private mutating func writeRow(
        _ maker: inout RecordMaker, _ paths: inout UniquePaths, _ selection: inout Selection, countsCourses: Bool,
        to output: inout LineBuffer
    ) throws(RecordError) -> Written? {
        let row = try maker.look(at: source)
        let isCounted = countsCourses || row != .finished
        let course = isCounted || !selection.isAnyCourse ? try courseID() : nil
        guard selection.wants(course: course) else { return nil }
        if isCounted { courses.add(course, hasVideo: row.hasVideo) }
        if row == .withoutVideo { withoutVideo += 1 }
        guard row.hasVideo else { return nil }
        if row == .segment { try maker.makeNames(source) }
        try paths.admit(maker.path, isListed: messages.isListing)
        let written = Written(row: source, object: listing?.object(maker.key), start: output.count)
        try write(row, &maker, written.object, to: &output)
        selection.count(course: course)
        return written
    }

    /// The row's course, which is an error only where courses are chosen by it, or it is needed for the path.
    private func courseID() throws(RecordError) -> Int64? {
        do throws(RecordError) { return try source.integer(.courseID) } catch {
            guard selection.isAnyCourse else { throw error }
            return nil
        }
    }

    private mutating func write(
        _ row: RecordMaker.Row, _ maker: inout RecordMaker, _ object: ListedObject?, to output: inout LineBuffer
    ) throws(RecordError) {
        if row == .finished {
            try source.copyRecord(object, to: &output, &messages)
        } else {
            try maker.write(source, object, to: &output, &messages)
        }
    }

    private static func lineEnded(_ output: inout LineOutput) throws(CatalogError) {
        do throws(SystemError) { try output.lineEnded() } catch { throw CatalogError("\(error)") }
    }

    private func flush(_ output: inout LineOutput) throws(CatalogError) {
        do throws(SystemError) { try output.flush() } catch { throw CatalogError("\(error)") }
    }
}

extension RecordMaker.Row {
    fileprivate var hasVideo: Bool { self == .finished || self == .segment }
}

// MARK: - Courses

extension CatalogMaker {
    /// Counts the segments of each course, in order of their ids.
    package mutating func courseList() throws(CatalogError) -> [CourseCount] {
        var maker = RecordMaker(rules)
        var list = CourseList()
        for course in try source.courses() ?? [] where selection.wants(course: course.id) { list.add(course) }
        while try source.advance(beforeReading: {}) {
            rows += 1
            do throws(RecordError) {
                let row = try maker.look(at: source)
                guard let id = try source.integer(.courseID) else { throw RecordError("'course_id' is missing") }
                guard selection.wants(course: id) else { continue }
                let course = Course(id: id, title: title(of: source))
                if row == .withoutSegment { list.add(course) } else { list.add(course, hasVideo: row.hasVideo) }
            } catch {
                messages.add(source.rowName, error.message)
            }
        }
        messages.finish()
        return list.counts(selection)
    }

    private func title(of row: any RowSource) -> String? {
        do throws(RecordError) { return try row.string(.courseTitle) } catch { return nil }
    }

    /// Adds the courses that have no rows.
    private mutating func completeCourses() throws(CatalogError) {
        for course in try source.courses() ?? [] where selection.wants(course: course.id) {
            courses.add(course.id, hasVideo: false)
        }
    }

    private func tellWhatIsNotStored() {
        guard let listing else { return }
        var differences: [String] = []
        if withoutObject > 0 {
            differences.append("\(counted(withoutObject, "record")) not in the listing (see --missing)")
        }
        if listing.extraCount > 0, !selection.isPartial {
            differences.append("\(counted(listing.extraCount, "object")) of the listing in no record (see --extra)")
        }
        if !differences.isEmpty { messages.tell(differences.joined(separator: ", ")) }
    }

    private mutating func tellWhatIsMissing() throws(CatalogError) {
        if !selection.isPartial { try completeCourses() }
        var left: [String] = []
        if withoutVideo > 0 { left.append("\(counted(withoutVideo, "segment")) without video left out") }
        if courses.countWithoutVideo > 0 {
            left.append("\(counted(courses.countWithoutVideo, "course")) without any video")
        }
        if !left.isEmpty { messages.tell(left.joined(separator: ", ")) }
        if written == 0 && isClean { messages.tell("no segments\(selection.isPartial ? " of those asked for" : "")") }
    }
}

/// Which segments are wanted.
package struct Selection: Sendable {
    /// None: all.
    package let courses: Set<Int64>
    private let limit: Int
    /// Whether only the first course that has a video is wanted.
    let isOneCourse: Bool
    private var firstCourse: Int64??
    private var chosen = 0

    /// - Parameter isTest: the first course only, or of the given courses the first segment only.
    package init(courses: Set<Int64> = [], limit: Int? = nil, isTest: Bool = false) {
        self.courses = courses
        self.limit = isTest && !courses.isEmpty ? min(limit ?? 1, 1) : limit ?? .max
        isOneCourse = isTest && courses.isEmpty
    }

    /// Whether no more is wanted.
    package var isFull: Bool { chosen >= limit }

    /// Whether it does not matter to which course a segment belongs.
    var isAnyCourse: Bool { courses.isEmpty && !isOneCourse }

    /// Whether a part of what there is was asked for.
    var isPartial: Bool { !isAnyCourse || limit != .max }

    func wants(course: Int64?) -> Bool {
        if let firstCourse, isOneCourse { return course == firstCourse }
        guard !courses.isEmpty else { return true }
        return course.map { courses.contains($0) } ?? false
    }

    mutating func count(course: Int64?) {
        chosen += 1
        if isOneCourse { firstCourse = course }
    }
}
