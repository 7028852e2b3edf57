internal import Glibc
internal import POSIX
internal import Records
internal import SQLite

/// The old system's three tables, opened to be read.
///
/// SQLite lets any kind of value be in any column. What `CellNumber` takes for an integer is one here too: in joins and
/// in the order, a function of SQL says so.
struct CatalogTables {
    private let database: Database
    private let schema: CatalogSchema
    private let columns: CatalogColumns
    /// Whether the table itself makes sure that no id is there twice.
    let segmentIDIsPrimaryKey: Bool
    /// The tables whose ids are integers, by which a row is found at once.
    private let keyed: Set<CatalogSchema.Table>
    /// Whether the channels tell their courses by integers.
    private let hasIntegerCourses: Bool

    /// What `segments(of:)` selects, in order.
    let selected: [Column]
    /// The titles that are looked up, since they need not go through the sorting then.
    let lookedUp: [Column]

    private static let integerFunction = "tf_integer"
    /// What segments belong to, and what they call it in SQL.
    private static let owners: [(table: CatalogSchema.Table, id: Column, alias: String)] = [
        (.courses, .courseID, "course"), (.channels, .channelID, "channel"),
    ]

    init(path: String, _ reading: ReadOptions) throws(DatabaseError) {
        database = try Database(catalog: path)
        schema = reading.schema
        columns = CatalogColumns(names: reading.names, dialect: .sqlite)
        // A database from elsewhere may hold views and triggers with functions in them.
        try database.execute("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON")
        // In the usual 2 MB the channels of a large library are read again and again.
        try database.execute("PRAGMA cache_size = -4000")
        try database.define(integer: Self.integerFunction) { Self.integer($0) }
        let segments = schema.name(of: .segments, .sqlite)
        // Of tables that are not there, this is the one to tell of.
        _ = try database.prepare("SELECT 1 FROM \(segments)")
        var keyed: Set<CatalogSchema.Table> = []
        for (table, column, alias) in Self.owners {
            let text = try database.prepare(
                "SELECT 1 FROM \(schema.name(of: table, .sqlite)) AS \(alias) "
                    + "WHERE typeof(\(columns.expression(column)!)) NOT IN ('integer', 'null') LIMIT 1")
            if try !text.step() { keyed.insert(table) }
        }
        self.keyed = keyed
        let oddCourse = try database.prepare(
            "SELECT 1 FROM \(schema.name(of: .channels, .sqlite)) WHERE typeof(courseid) NOT IN ('integer', 'null') "
                + "LIMIT 1")
        hasIntegerCourses = try !oddCourse.step()
        lookedUp =
            (keyed.contains(.courses) ? [.courseTitle] : []) + (keyed.contains(.channels) ? [.channelTitle] : [])
        selected = columns.all.filter { [lookedUp] in !lookedUp.contains($0) }
        // A key that has an index of its own is not the rowid, and may be a text (sqlite.org/lang_createtable.html#rowid).
        let key = try database.prepare(
            "SELECT pk FROM pragma_table_info('\(segments)') WHERE name = 'id' AND upper(type) = 'INTEGER' AND "
                + "(SELECT sum(pk > 0) FROM pragma_table_info('\(segments)')) = 1 AND NOT EXISTS "
                + "(SELECT 1 FROM pragma_index_list('\(segments)') WHERE origin = 'pk')")
        let hasKey = try key.step() && key[0] == .integer(1)
        segmentIDIsPrimaryKey = hasKey && reading.names.mapped(.segmentID) == nil
    }

    /// All segments, those of no known channel or course first.
    ///
    /// From the segments to what they belong to: that needs no index on the channels' ids, which old databases may
    /// lack, and finds the strays too. Sorting spills to temporary files when it has filled a cache. In order of the
    /// table, since reading it in the order of an index took twice the time.
    func segments(of courses: Set<Int64>) throws(DatabaseError) -> Statement {
        let ids = courses.sorted().map { String($0) }.joined(separator: ", ")
        let (course, channel) = (key(.courses), key(.channels))
        let expressions = selected.map { column in
            column == .courseID ? course : column == .channelID ? channel : columns.expression(column)!
        }
        let id = columns.expression(.segmentID)!
        let segment = segmentIDIsPrimaryKey ? id : asInteger(id)
        let courseOfChannel = hasIntegerCourses ? "channel.courseid" : asInteger("channel.courseid")
        return try database.prepare(
            """
            \(materialized)SELECT \(expressions.joined(separator: ", "))
            FROM \(name(.segments)) AS segment NOT INDEXED
            LEFT JOIN \(source(.channels)) AS channel ON \(channel) = \(asInteger("segment.channel_id"))
            LEFT JOIN \(source(.courses)) AS course ON \(course) = \(courseOfChannel)
            \(courses.isEmpty ? "" : "WHERE \(course) IN (\(ids))")
            ORDER BY \(course), \(channel), \(asInteger("segment.item_order")), \(segment)
            """)
    }

    /// A table whose ids may be texts is read once, with their integers beside them, so that SQLite makes an index.
    private var materialized: String {
        let parts = Self.owners.filter { !keyed.contains($0.table) }.map { table, id, alias in
            "\(source(table)) AS MATERIALIZED "
                + "(SELECT *, \(asInteger(columns.expression(id)!)) AS tf_id FROM \(name(table)) AS \(alias))"
        }
        return parts.isEmpty ? "" : "WITH \(parts.joined(separator: ", ")) "
    }

    private func source(_ table: CatalogSchema.Table) -> String { keyed.contains(table) ? name(table) : "tf_\(table)" }

    private func key(_ table: CatalogSchema.Table) -> String {
        let (alias, id): (String, Column) = table == .courses ? ("course", .courseID) : ("channel", .channelID)
        return keyed.contains(table) ? columns.expression(id)! : "\(alias).tf_id"
    }

    private func asInteger(_ expression: String) -> String { "\(Self.integerFunction)(\(expression))" }

    private static func integer(_ value: Statement.Value) -> Int64? {
        switch value {
        case .null: nil
        case .integer(let integer): integer
        case .real(let real): CellNumber(real, of: .segmentID).integer
        case .text(let text): CellNumber(text, of: .segmentID).integer
        case .invalidText, .blob: nil
        }
    }

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
            "SELECT \(columns.name(.courseID)!), \(columns.name(.courseTitle)!) FROM \(name(.courses))")
        var courses: [Course] = []
        while try statement.step() {
            guard let id = Self.integer(statement[0]), selected.isEmpty || selected.contains(id) else { continue }
            let title: String? = if case .text(let text) = statement[1] { text } else { nil }
            courses.append(Course(id: id, title: title))
        }
        return courses.sorted { $0.id < $1.id }
    }
}

extension Database {
    /// Opens a database that is not to be touched, in a folder that may be read-only.
    fileprivate convenience init(catalog path: String) throws(DatabaseError) {
        // Without a write-ahead log the file alone is the database, and the log's index beside it is not needed,
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

extension CatalogError {
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
