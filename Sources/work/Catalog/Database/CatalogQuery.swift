internal import Records

/// The two sets of names that the old system's three tables have.
package enum CatalogSchema: String, CaseIterable, Sendable {
    /// Of the application's own database.
    case local
    /// Of the vendor's server, where they are in two databases.
    case vendor

    enum Table: CaseIterable {
        case courses, channels, segments
    }

    func name(of table: Table, _ dialect: SQLDialect) -> String {
        switch (self, table) {
        case (.local, .courses): "local_truefire_courses"
        case (.local, .channels): "local_truefire_channels"
        case (.local, .segments): "local_truefire_segments"
        // A SQLite file is one database.
        case (.vendor, _) where dialect == .sqlite: "\(table)"
        case (.vendor, .courses): "truefire.courses"
        case (.vendor, .channels): "channels.channels"
        case (.vendor, .segments): "channels.segments"
        }
    }
}

/// Whose SQL it is.
package enum SQLDialect: String, CaseIterable, Sendable {
    case mysql, postgres, sqlite

    /// A column's name that the user chose, quoted.
    func quoted(_ name: String) -> String {
        let quote = self == .mysql ? "`" : "\""
        return quote + name.split(separator: quote, omittingEmptySubsequences: false).joined(separator: quote + quote)
            + quote
    }
}

/// Where the columns of a catalogue are in the three tables.
struct CatalogColumns {
    let names: ColumnNames
    let dialect: SQLDialect

    /// `segment.name`; nil where the tables have no such column.
    func expression(_ column: Column) -> String? {
        let table =
            switch column {
            case .courseID, .courseTitle: "course"
            case .channelID, .channelTitle: "channel"
            default: "segment"
            }
        return name(column).map { "\(table).\($0)" }
    }

    func name(_ column: Column) -> String? {
        if let mapped = names.mapped(column) { return dialect.quoted(mapped) }
        switch column {
        case .courseID, .channelID, .segmentID: return "id"
        case .courseTitle, .channelTitle: return "title"
        case .title: return "name"
        case .video: return "video"
        case .runtime: return "runtime"
        default: return nil
        }
    }

    /// Those that the tables have, in the order of a record.
    var all: [Column] { ColumnNames.mappable.filter { name($0) != nil } }
}

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

    /// With its end, and the settings that a client needs for the rows to come out as they are.
    package var text: String {
        switch dialect {
        case .mysql: "SET NAMES utf8mb4;\n\(select);\n"
        // COPY tells an empty text from NULL, which `psql --csv` does not, and quoted the text 'NULL' from it too.
        case .postgres: "COPY (\n\(select)\n) TO STDOUT WITH (FORMAT csv, HEADER, FORCE_QUOTE *, ENCODING 'UTF8');\n"
        case .sqlite: "\(select);\n"
        }
    }

    /// All segments, and the courses that have none, which would not be counted otherwise.
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
