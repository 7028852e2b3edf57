internal import Glibc
internal import POSIX
internal import Records
internal import SQLite

/// The old system's three tables, opened to be read.
struct CatalogTables {
    private let database: Database
    private let schema: CatalogSchema
    private let columns: CatalogColumns
    /// Whether the table itself sees to it that no id stands twice.
    let segmentIDIsPrimaryKey: Bool

    /// What `segments(of:)` selects, in order: titles are looked up.
    let selected: [Column]

    init(path: String, _ reading: Reading) throws(DatabaseError) {
        database = try Database(catalog: path)
        schema = reading.schema
        columns = CatalogColumns(names: reading.names, dialect: .sqlite)
        selected = columns.all.filter { $0 != .courseTitle && $0 != .channelTitle }
        // A database from elsewhere may hold views and triggers with functions in them.
        try database.execute("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON")
        // In the usual 2 MB the channels of a large library are read again and again.
        try database.execute("PRAGMA cache_size = -4000")
        let segments = schema.name(of: .segments, .sqlite)
        let key = try database.prepare(
            "SELECT pk FROM pragma_table_info('\(segments)') WHERE name = 'id' AND "
                + "(SELECT sum(pk > 0) FROM pragma_table_info('\(segments)')) = 1")
        let hasKey = try key.step() && key[0] == .integer(1)
        segmentIDIsPrimaryKey = hasKey && reading.names.mapped(.segmentID) == nil
    }

    /// All segments, those of no known channel or course first.
    ///
    /// From the segments to what they belong to: that needs no index on the channels' ids, which old databases may
    /// lack, and finds the strays too. Sorting spills to temporary files when it has filled a cache. In order of the table, since reading
    /// it in the order of an index took twice the time.
    func segments(of courses: Set<Int64>) throws(DatabaseError) -> Statement {
        let ids = courses.sorted().map { String($0) }.joined(separator: ", ")
        let expressions = selected.map { columns.expression($0)! }
        let (course, channel) = (columns.expression(.courseID)!, columns.expression(.channelID)!)
        return try database.prepare(
            """
            SELECT \(expressions.joined(separator: ", "))
            FROM \(name(.segments)) AS segment NOT INDEXED
            LEFT JOIN \(name(.channels)) AS channel ON \(channel) = segment.channel_id
            LEFT JOIN \(name(.courses)) AS course ON \(course) = channel.courseid
            \(courses.isEmpty ? "" : "WHERE \(course) IN (\(ids))")
            ORDER BY \(course), \(channel), segment.item_order, \(columns.expression(.segmentID)!)
            """)
    }

    /// What the tables call a column.
    func title(_ column: Column) -> String { columns.name(column) ?? column.name }

    func name(_ table: CatalogSchema.Table) -> String { schema.name(of: table, .sqlite) }

    /// Looks up one title, of a course or a channel, by id.
    func titles(_ title: Column) throws(DatabaseError) -> Statement {
        let (table, id): (CatalogSchema.Table, Column) =
            title == .courseTitle ? (.courses, .courseID) : (.channels, .channelID)
        return try database.prepare("SELECT \(columns.name(title)!) FROM \(name(table)) WHERE \(columns.name(id)!) = ?")
    }

    /// The courses in order of their ids, those without segments included.
    func courses(_ selected: Set<Int64>) throws(DatabaseError) -> [Course] {
        let statement = try database.prepare(
            "SELECT \(columns.name(.courseID)!), \(columns.name(.courseTitle)!) FROM \(name(.courses)) ORDER BY 1")
        var courses: [Course] = []
        while try statement.step() {
            guard case .integer(let id) = statement[0], selected.isEmpty || selected.contains(id) else { continue }
            let title: String? = if case .text(let text) = statement[1] { text } else { nil }
            courses.append(Course(id: id, title: title))
        }
        return courses
    }
}

extension Database {
    /// Opens a database that is not to be touched, in a folder that may be read-only.
    fileprivate convenience init(catalog path: String) throws(DatabaseError) {
        // Without a write-ahead log the file alone is the database, and there is no need for the log's index beside it,
        // which cannot be made in a read-only folder.
        let access: Access = Self.canRead(path) || Self.mayHaveLog(path) ? .reading : .readingUnlocked
        try self.init(path: path, access)
    }

    private static func canRead(_ path: String) -> Bool {
        do throws(DatabaseError) {
            try Database(path: path, patience: 0).execute("SELECT 1 FROM sqlite_schema LIMIT 1")
            return true
        } catch {
            return error.kind != .cannotOpen && error.kind != .readOnly
        }
    }

    private static func mayHaveLog(_ path: String) -> Bool {
        do throws(SystemError) {
            return try File(reading: path + "-wal").status().st_size > 0
        } catch {
            return error.code != ENOENT
        }
    }
}

extension CatalogFailure {
    /// What a database's user can do about an error.
    init(database name: String, _ error: DatabaseError, _ schema: CatalogSchema) {
        let advice =
            switch error.kind {
            case .busy: "another program is writing to it, try again when that is done"
            case .cannotOpen, .readOnly:
                "copy it, with its '-wal' or '-journal' file, to a folder that you can write to"
            case .notADatabase, .corrupt: "check it with 'sqlite3 FILE \"PRAGMA integrity_check\"'"
            case .other where error.message.hasPrefix("no such table"):
                "give the application's own database (database/database.sqlite)"
            case .other where error.message.hasPrefix("no such column"): "name its columns with '--map FIELD=COLUMN'"
            case .other: "it should have the application's tables \(schema.tableList)"
            }
        self.init("\(name): cannot read the database: \(error.message); \(advice)")
    }
}

extension CatalogSchema {
    fileprivate var tableList: String {
        Table.allCases.map { "'\(name(of: $0, .sqlite))'" }.joined(separator: ", ")
    }
}
