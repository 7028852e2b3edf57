internal import Journal
internal import NDJSON
internal import Records
internal import Terminal

/// The first rows of a long table. The page's script shows the others, and searches and sorts them all.
struct LongTable {
    let id: String
    let heading: String
    let caption: String
    /// With an `n` where its cells are numbers.
    let columns: [(name: String, isNumber: Bool)]
    let rows: [[String]]
    let count: Int
    let note: String

    static let shown = 100

    var html: String {
        guard count > 0 else {
            return "<section><h2>\(heading)</h2><p>\(note.isEmpty ? "There are none." : note)</p></section>\n"
        }
        let heads = columns.map { "<th scope=\"col\"\($0.isNumber ? " class=\"n\"" : "")>\($0.name)</th>" }.joined()
        let body = rows.map { row in
            "<tr>"
                + zip(row, columns).map(Self.cell).joined()
                + "</tr>\n"
        }.joined()
        let left = count - rows.count
        return """
            <section aria-labelledby="h-\(id)"><h2 id="h-\(id)">\(heading)</h2>\(note.isEmpty ? "" : "<p>\(note)</p>")
            <div class="tools" hidden><label>Search <input type="search" id="q-\(id)" autocomplete="off"></label>
            <span id="s-\(id)" role="status"></span>
            <span class="pages"><button type="button" id="p-\(id)">Previous</button>
            <button type="button" id="n-\(id)">Next</button></span></div>
            <div class="wide long"><table id="\(id)"><caption>\(caption)</caption><thead><tr>\(heads)</tr></thead>
            <tbody>\(body)</tbody></table></div>\(left > 0 ? "<noscript><p>\(HumanUnits.count(left)) more are shown with JavaScript.</p></noscript>" : "")
            </section>

            """
    }

    /// With the name of its column, as on a phone there is no head above it.
    private static func cell(_ text: String, _ column: (name: String, isNumber: Bool)) -> String {
        "<td\(column.isNumber ? " class=\"n\"" : "") data-name=\"\(column.name)\">\(text.html)</td>"
    }
}

struct ReportCourses {
    private let courses: [Summary.Course]

    init(_ courses: [Summary.Course]) { self.courses = courses }

    var html: String {
        LongTable(
            id: "courses", heading: "Courses", caption: "Every course, and how many of its files are there",
            columns: [
                ("Course", true), ("Title", false), ("Files", true), ("There", true), ("Failed", true), ("Left", true),
                ("Size", true), ("State", false),
            ],
            rows: courses.prefix(LongTable.shown).map(row), count: courses.count, note: ""
        ).html
    }

    private func row(_ course: Summary.Course) -> [String] {
        let counts = course.counts
        return [course.id.map { String($0) } ?? "", course.title ?? (course.id == nil ? "(no course)" : "")]
            + [counts.total, counts.there, counts.failedForGood, counts.left].map { HumanUnits.count($0) }
            + [HumanUnits.bytes(counts.bytes), Self.state(counts)]
    }

    /// In words, for whoever sees no colours.
    static func state(_ counts: Counts) -> String {
        if counts.isComplete { return "complete" }
        if counts.isDecided { return "failed" }
        return counts.there + counts.failed == 0 ? "waiting" : "begun"
    }
}

struct ReportSegments {
    private let failed: FailedSegments?

    init(_ failed: FailedSegments?) { self.failed = failed }

    var html: String {
        let segments = failed?.segments ?? []
        return LongTable(
            id: "segments", heading: "Failed segments", caption: "Files whose last result is a failure",
            columns: [
                ("Course", true), ("Title", false), ("Path", false), ("Error", false), ("HTTP", true),
                ("Message", false), ("Tries", true), ("When (UTC)", false),
            ],
            rows: segments.prefix(LongTable.shown).map(Self.row), count: segments.count, note: note
        ).html
    }

    private var note: String {
        guard let failed else { return "The results were read only once, so they cannot be listed here." }
        guard failed.leftOut > 0 else { return "" }
        return
            "The first \(HumanUnits.count(failed.segments.count)) are listed; \(HumanUnits.count(failed.leftOut)) more "
            + "have failed: 'tf-queue --failed' lists them all."
    }

    static func row(_ segment: FailedSegment) -> [String] {
        [
            segment.course.map { String($0) } ?? "", segment.title, segment.path, segment.error,
            segment.httpStatus.map { String($0) } ?? "", segment.message, "\(segment.attempt)",
            segment.finishedAt.map { HumanUnits.moment($0) } ?? "",
        ]
    }
}

/// What the script of the page works on.
struct ReportData {
    private enum Name: UInt8, FieldName {
        case courses, segments
        static let names = snakeCaseNames
    }

    private let courses: [Summary.Course]
    private let segments: [FailedSegment]

    init(_ courses: [Summary.Course], _ failed: FailedSegments?) {
        self.courses = courses
        segments = failed?.segments ?? []
    }

    var script: String {
        var data = LineBuffer()
        data.append("{\"courses\":[")
        for (index, course) in courses.enumerated() { add(course, index == 0, to: &data) }
        data.append("],\"segments\":[")
        for (index, segment) in segments.enumerated() { add(segment, index == 0, to: &data) }
        data.append("]}")
        return "<script type=\"application/json\" id=\"data\">\(data.scriptText)</script>\n"
    }

    private func add(_ course: Summary.Course, _ isFirst: Bool, to data: inout LineBuffer) {
        data.append(isFirst ? "[" : ",[")
        if let id = course.id { data.append(id) } else { data.append("null") }
        data.append(",")
        data.quote(DisplayText.visible(course.title ?? (course.id == nil ? "(no course)" : "")))
        let counts = course.counts
        for number in [counts.total, counts.there, counts.failedForGood, counts.left] {
            data.append(",")
            data.append(number)
        }
        data.append(",")
        data.append(counts.bytes)
        data.append(",")
        data.quote(ReportCourses.state(counts))
        data.append("]")
    }

    private func add(_ segment: FailedSegment, _ isFirst: Bool, to data: inout LineBuffer) {
        data.append(isFirst ? "[" : ",[")
        if let course = segment.course { data.append(course) } else { data.append("null") }
        for (index, text) in ReportSegments.row(segment).enumerated().dropFirst() {
            data.append(",")
            if index == 6 { data.append(segment.attempt) } else { data.quote(DisplayText.visible(text)) }
        }
        data.append("]")
    }
}
