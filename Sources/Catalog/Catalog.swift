package import NDJSON
internal import POSIX
internal import Records

/// A catalogue: the rows of a source, made records, each path once.
package struct Catalog: ~Copyable {
    private let source: any RowSource
    private let rules: RecordRules
    private let selection: Selection
    private var complaints: Complaints
    private var courses = CourseTally()
    private var withoutVideo = 0

    /// - Parameter say: takes the messages about rows that give no record.
    package init(
        _ source: any RowSource, _ rules: RecordRules, _ selection: Selection, say: @escaping (String) -> Void
    ) {
        self.source = source
        self.rules = rules
        self.selection = selection
        complaints = Complaints(source.name, say)
    }

    /// Whether every row was good.
    package var isClean: Bool { complaints.count == 0 }

    /// Writes the records.
    package mutating func write(to output: inout LineOutput) throws(CatalogFailure) {
        var written = 0
        try forEachRecord(&output) { (_, output) throws(CatalogFailure) in
            written += 1
            do throws(SystemError) { try output.lineEnded() } catch { throw CatalogFailure("\(error)") }
        }
        try flush(&output)
        complaints.finish()
        try tellWhatIsMissing(written: written)
    }

    /// Counts what `write` would write.
    package mutating func plan() throws(CatalogFailure) -> Plan {
        var plan = Plan()
        var nowhere = LineOutput()
        try forEachRecord(&nowhere, countsCourses: true) { (row, nowhere) throws(CatalogFailure) in
            plan.segments += 1
            if let size = Self.size(row) { plan.add(size: size) }
            nowhere.buffer.removeAll()
        }
        complaints.finish()
        try completeCourses()
        plan.segmentsWithoutVideo = withoutVideo
        plan.courses = courses.count
        plan.coursesWithoutSegments = courses.countWithoutVideo
        return plan
    }

    private static func size(_ row: any RowSource) -> Int64? {
        do throws(RowProblem) { return try row.integer(.size) } catch { return nil }
    }
}

// MARK: - Row by row

extension Catalog {
    private mutating func forEachRecord(
        _ output: inout LineOutput, countsCourses: Bool = false,
        _ body: (any RowSource, inout LineOutput) throws(CatalogFailure) -> Void
    ) throws(CatalogFailure) {
        var selection = selection
        var maker = RecordMaker(rules)
        var paths = PathGuard(source, rules, selection)
        while !selection.isFull {
            guard try source.advance(beforeReading: { () throws(CatalogFailure) in try flush(&output) }) else { return }
            paths.rowBegins()
            let start = output.buffer.count
            do throws(RowProblem) {
                let row = try maker.look(at: source)
                let isCounted = countsCourses || !row.isFinished
                let course = isCounted || !selection.isAnyCourse ? try source.integer(.courseID) : nil
                guard selection.wants(course: course) else { continue }
                if isCounted { courses.add(course, hasVideo: !row.isWithoutVideo) }
                guard try write(row, maker, &paths, to: &output.buffer) else {
                    withoutVideo += 1
                    continue
                }
                selection.take(course: course)
            } catch {
                output.buffer.truncate(to: start)
                complaints.add(source.rowName, error.message)
                continue
            }
            try body(source, &output)
        }
    }

    /// False where there is nothing to write.
    private func write(
        _ row: RecordMaker.Row, _ maker: RecordMaker, _ paths: inout PathGuard, to output: inout LineBuffer
    ) throws(RowProblem) -> Bool {
        switch row {
        case .withoutVideo: return false
        case .finished:
            guard let path = try source.finishedPath() else { return false }
            if let problem = RecordPath.problem(of: path) { throw RowProblem("its path \(problem)") }
            try paths.admit(path, isListed: complaints.isListing)
            source.copyLine(to: &output)
        case .segment(let segment):
            let path = try maker.path(of: segment, source)
            try paths.admit(path, isListed: complaints.isListing)
            try maker.write(segment, source, path: path, to: &output)
        }
        return true
    }

    private func flush(_ output: inout LineOutput) throws(CatalogFailure) {
        do throws(SystemError) { try output.flush() } catch { throw CatalogFailure("\(error)") }
    }
}

extension RecordMaker.Row {
    fileprivate var isFinished: Bool { if case .finished = self { true } else { false } }
    fileprivate var isWithoutVideo: Bool { if case .withoutVideo = self { true } else { false } }
}

// MARK: - Courses

extension Catalog {
    /// Counts the segments of each course, in order of their ids.
    package mutating func courseList() throws(CatalogFailure) -> [CourseCount] {
        var maker = RecordMaker(rules)
        var list = CourseList()
        for course in try source.courses() ?? [] where selection.wants(course: course.id) { list.add(course) }
        while try source.advance(beforeReading: {}) {
            do throws(RowProblem) {
                let row = try maker.look(at: source)
                guard let course = try source.integer(.courseID) else {
                    throw RowProblem("'course_id' is missing")
                }
                guard selection.wants(course: course) else { continue }
                list.add(Course(id: course, title: try source.text(.courseTitle)), hasVideo: !row.isWithoutVideo)
            } catch {
                complaints.add(source.rowName, error.message)
            }
        }
        complaints.finish()
        return list.counts(selection)
    }

    /// Adds the courses that have no rows.
    private mutating func completeCourses() throws(CatalogFailure) {
        for course in try source.courses() ?? [] where selection.wants(course: course.id) {
            courses.add(course.id, hasVideo: false)
        }
    }

    private mutating func tellWhatIsMissing(written: Int) throws(CatalogFailure) {
        if !selection.isPartial { try completeCourses() }
        var left: [String] = []
        if withoutVideo > 0 { left.append("\(counted(withoutVideo, "segment")) without video left out") }
        if courses.countWithoutVideo > 0 {
            left.append("\(counted(courses.countWithoutVideo, "course")) without any video")
        }
        if !left.isEmpty { complaints.tell(left.joined(separator: ", ")) }
        if written == 0 && isClean { complaints.tell("no segments\(selection.isPartial ? " of those asked for" : "")") }
    }
}

/// `1 segment`, `2 segments`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
