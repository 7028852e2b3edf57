/// What a source has to know about how it is to be read.
package struct Reading: Sendable {
    /// The only courses that are wanted, which spares reading the others where that is possible; none: all.
    package var courses: Set<Int64> = []
    package var names = ColumnNames.usual
    package var schema = CatalogSchema.local

    package init(courses: Set<Int64> = [], names: ColumnNames = .usual, schema: CatalogSchema = .local) {
        (self.courses, self.names, self.schema) = (courses, names, schema)
    }
}
