internal import Records

/// The query that a server's own client runs, to have its rows read as a table.
package struct CatalogQuery {
    private let schema: CatalogSchema
    private let dialect: SQLDialect
    private let columns: CatalogColumns

    package init(_ schema: CatalogSchema, _ dialect: SQLDialect, _ names: ColumnNames = .usual) {
        self.schema = schema
        self.dialect = dialect
        columns = CatalogColumns(names: names, dialect: dialect)
    }

    /// With its end, and what a client has to be told for the rows to come out as they are.
    package var text: String {
        switch dialect {
        case .mysql: "SET NAMES utf8mb4;\n\(select);\n"
        // COPY tells an empty text from NULL, which `psql --csv` does not.
        case .postgres: "COPY (\n\(select)\n) TO STDOUT WITH (FORMAT csv, HEADER, ENCODING 'UTF8');\n"
        case .sqlite: "\(select);\n"
        }
    }

    /// All segments, and the courses that have none, which would not be counted else.
    private var select: String {
        let own = columns.all.map { "\(columns.expression($0)!) AS \($0.name)" } + ["segment.item_order AS place"]
        let ofCourse: [Column] = [.courseID, .courseTitle]
        let gaps = columns.all.map { ofCourse.contains($0) ? columns.expression($0)! : "NULL" } + ["NULL"]
        let names = columns.all.map(\.name) + nullFlags
        return """
            SELECT \(names.joined(separator: ", "))
            FROM (
                SELECT \(own.joined(separator: ", "))
                FROM \(table(.segments)) AS segment
                LEFT JOIN \(table(.channels)) AS channel ON channel.\(columns.name(.channelID)!) = segment.channel_id
                LEFT JOIN \(table(.courses)) AS course ON course.\(columns.name(.courseID)!) = channel.courseid
                UNION ALL
                SELECT \(gaps.joined(separator: ", "))
                FROM \(table(.courses)) AS course
                WHERE course.\(columns.name(.courseID)!) NOT IN (
                    SELECT channel.courseid
                    FROM \(table(.channels)) AS channel
                    JOIN \(table(.segments)) AS segment ON segment.channel_id = channel.\(columns.name(.channelID)!)
                    WHERE channel.courseid IS NOT NULL)
            ) AS catalogue
            ORDER BY \(order.joined(separator: ", "))
            """
    }

    /// `mysql --batch` writes NULL and the text `NULL` alike.
    private var nullFlags: [String] {
        guard dialect == .mysql else { return [] }
        return [Column.courseTitle, .channelTitle, .title].map {
            "\($0.name) IS NULL AS \($0.name)\(TableHeader.nullFlagSuffix)"
        }
    }

    /// Segments without a place come first, as SQLite and MySQL have it by themselves.
    private var order: [String] {
        ["course_id", "channel_id", "place", "segment_id"].map { dialect == .postgres ? "\($0) NULLS FIRST" : $0 }
    }

    private func table(_ table: CatalogSchema.Table) -> String { schema.name(of: table, dialect) }
}
