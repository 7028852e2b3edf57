/// The two sets of names that the old system's three tables have.
package enum CatalogSchema: String, CaseIterable, Sendable {
    /// Of the application's own database.
    case local
    /// Of the vendor's server, where they lie in two databases.
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

    /// A column's name that somebody chose, quoted.
    func quoted(_ name: String) -> String {
        let quote = self == .mysql ? "`" : "\""
        return quote + name.split(separator: quote, omittingEmptySubsequences: false).joined(separator: quote + quote)
            + quote
    }
}

/// Where the columns of a catalogue stand in the three tables.
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
