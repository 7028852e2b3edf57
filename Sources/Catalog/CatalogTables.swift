internal import Glibc
internal import POSIX
internal import SQLite

/// The old system's three tables, opened to be read.
struct CatalogTables {
    enum Table: String, CaseIterable {
        case courses = "local_truefire_courses"
        case channels = "local_truefire_channels"
        case segments = "local_truefire_segments"
    }

    /// What `segments(of:)` selects, in order.
    enum SegmentColumn: Int32 {
        case courseID, foundChannelID, segmentID, name, runtime, video
    }

    private let database: Database
    /// Whether the table itself sees to it that no id stands twice.
    let segmentIDIsPrimaryKey: Bool

    init(path: String) throws(DatabaseError) {
        database = try Database(catalog: path)
        // A database from elsewhere may hold views and triggers with functions in them.
        try database.execute("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON")
        let key = try database.prepare(
            "SELECT pk FROM pragma_table_info('\(Table.segments.rawValue)') WHERE name = 'id' AND "
                + "(SELECT sum(pk > 0) FROM pragma_table_info('\(Table.segments.rawValue)')) = 1")
        segmentIDIsPrimaryKey = try key.step() && key[0] == .integer(1)
    }

    /// All segments, those of no known channel or course first.
    ///
    /// From the segments to what they belong to: that needs no index on the channels' ids, which old databases may
    /// lack, and finds the strays too. Sorting spills to temporary files at 2 MB. In order of the table, since reading
    /// it in the order of an index took twice the time.
    func segments(of courses: Set<Int64>) throws(DatabaseError) -> Statement {
        let ids = courses.sorted().map { String($0) }.joined(separator: ", ")
        return try database.prepare(
            """
            SELECT course.id, channel.id, segment.id, segment.name, segment.runtime, segment.video
            FROM \(Table.segments.rawValue) AS segment NOT INDEXED
            LEFT JOIN \(Table.channels.rawValue) AS channel ON channel.id = segment.channel_id
            LEFT JOIN \(Table.courses.rawValue) AS course ON course.id = channel.courseid
            \(courses.isEmpty ? "" : "WHERE course.id IN (\(ids))")
            ORDER BY course.id, channel.id, segment.item_order, segment.id
            """)
    }

    /// Looks up one title by id.
    func titles(of table: Table) throws(DatabaseError) -> Statement {
        try database.prepare("SELECT title FROM \(table.rawValue) WHERE id = ?")
    }

    /// The courses in order of their ids, those without segments included.
    func courses(_ selected: Set<Int64>) throws(DatabaseError) -> [Course] {
        let statement = try database.prepare("SELECT id, title FROM \(Table.courses.rawValue) ORDER BY id")
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
    init(database name: String, _ error: DatabaseError) {
        let advice =
            switch error.kind {
            case .busy: "another program is writing to it, try again when that is done"
            case .cannotOpen, .readOnly:
                "copy it, with its '-wal' or '-journal' file, to a folder that you can write to"
            case .notADatabase, .corrupt: "check it with 'sqlite3 FILE \"PRAGMA integrity_check\"'"
            case .other where error.message.hasPrefix("no such table"):
                "give the application's own database (database/database.sqlite)"
            case .other: "it should have the application's tables \(CatalogTables.Table.list)"
            }
        self.init("\(name): cannot read the database: \(error.message); \(advice)")
    }
}

extension CatalogTables.Table {
    fileprivate static var list: String { allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ") }
}
