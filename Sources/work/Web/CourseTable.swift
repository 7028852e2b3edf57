internal import Journal
internal import NDJSON

/// The courses for the page: rows of plain values, a third of what objects with names would be.
struct CourseTable {
    /// One JSON object on a line.
    let bytes: [UInt8]

    /// The columns of a row, as the page's script takes them apart.
    private static let columns: StaticString =
        #"{"columns":["id","title","total","success","skipped","failed","left","bytes","is_processing"],"rows":["#

    init(_ summary: Summary) {
        let processing = summary.active?.courses ?? []
        var table = LineBuffer()
        table.append(Self.columns)
        for (index, course) in summary.courses.enumerated() {
            table.append(index == 0 ? "[" : ",[")
            if let id = course.id { table.append(id) } else { table.append("null") }
            table.append(",")
            if let title = course.title { table.quote(title) } else { table.append("null") }
            for number in Self.numbers(of: course.counts) {
                table.append(",")
                table.append(number)
            }
            table.append(course.id.map { processing.contains($0) } ?? false ? ",1]" : ",0]")
        }
        table.append("]}\n")
        bytes = table.bytes
    }

    private static func numbers(of counts: Counts) -> [Int64] {
        [
            Int64(counts.total), Int64(counts.success), Int64(counts.skipped), Int64(counts.failedForGood),
            Int64(counts.left), counts.bytes,
        ]
    }
}
