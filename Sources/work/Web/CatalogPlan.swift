internal import NDJSON
internal import Records

/// The numbers of a plan that the old system told of when a download began.
struct CatalogPlan: Equatable {
    let courses: Int64
    let coursesWithoutSegments: Int64
    let segments: Int64

    private enum Name: UInt8, FieldName {
        case courses, coursesWithoutSegments, segments

        static let names = snakeCaseNames
    }

    /// Nil where the text is no plan.
    init?(_ text: [UInt8]) {
        let line = LineScanner<Name>()
        do throws(LineError) {
            try line.scan(text)
            courses = try line.integer(.courses) ?? 0
            coursesWithoutSegments = try line.integer(.coursesWithoutSegments) ?? 0
            segments = try line.integer(.segments) ?? 0
        } catch { return nil }
    }
}
