import Catalog
import Foundation
import SQLite
import TestSupport
import Testing

/// The same rows out of all sources: JSON, NDJSON, CSV with and without quotes, semicolons, tabs, and SQLite.
@Suite struct CellMatrixTests {
    /// A cell as its text; `expected` is the field of the record, `-` where it has none.
    struct Cell: CustomTestStringConvertible {
        let column: String
        let text: String
        let expected: String

        init(_ column: String, _ text: String, _ expected: String) {
            (self.column, self.text, self.expected) = (column, text, expected)
        }

        var testDescription: String { "\(column) '\(text)'" }
    }

    private static let integers: [(String, String)] = [
        ("101", "101"), (" 101 ", "101"), ("\u{A0}101\u{A0}", "101"), ("\u{FEFF}101", "101"), ("+101", "101"),
        ("00101", "101"), ("101.0", "101"), ("101.", "101"), ("101,0", "101"), ("101.000000", "101"),
        ("1.01e2", "101"), ("1.0E+03", "1000"), ("1010e-1", "101"), ("=\"101\"", "101"), ("\"101\"", "101"),
        ("'101", "101"), ("1,234,567", "1234567"), ("1.234.567", "1234567"), ("12,34,567", "1234567"),
        ("1 234 567", "1234567"), ("1\u{202F}234", "1234"), ("1'234", "1234"), ("1_234", "1234"),
        ("1,234,567.00", "1234567"), ("1.234.567,00", "1234567"), ("9007199254740993", "9007199254740993"),
        ("9223372036854775807", "9223372036854775807"),
    ]
    private static let nothing = [
        "", " ", "NULL", "null", "Null", "\\N", "None", "nil", "N/A", "n/a", "NA", "#N/A", "NaN", "nan", "undefined",
        "(null)", "[NULL]", "<null>", "-", "—",
    ]
    private static let unusable = [
        "x", "0x1F", "true", "1.5", "1,000", "12.3.4", "1,23,4", "2024-01-05", "05/01/2024", "Jan-24", "#REF!",
        "Infinity",
        "9223372036854775808", "99999999999999999999", "9007199254740993.0", "1.23457E+15", "1e400", "1e", "--1",
        "1 2", "5e-1",
    ]

    private static let cells: [Cell] =
        ["course_id", "segment_id", "runtime", "size"].flatMap { column in
            integers.map { Cell(column, $0.0, $0.1) }
        }
        + ["runtime", "size"].flatMap { column in
            (nothing + unusable + ["-5"]).map { Cell(column, $0, "-") }
        }
        + [
            Cell("size", "-1", "-"), Cell("runtime", "-1", "-"), Cell("size", "1,234", "1234"),
            Cell("runtime", "1,234", "-"), Cell("runtime", "12:34", "754"), Cell("runtime", "1:02:03", "3723"),
            Cell("runtime", "00:05:00", "300"), Cell("runtime", "00:05:00.000", "300"), Cell("runtime", "PT5M", "300"),
            Cell("runtime", "PT1H2M3S", "3723"), Cell("runtime", "P1DT1S", "86401"), Cell("runtime", "5 min", "300"),
            Cell("runtime", "1h 2m 3s", "3723"), Cell("runtime", "90s", "90"), Cell("runtime", "90.0 sec", "90"),
            Cell("runtime", "12:60", "-"), Cell("runtime", "PT1.5S", "-"), Cell("runtime", "1:2:3:4", "-"),
            Cell("runtime", "61.5", "-"), Cell("title", "1984", "1984"), Cell("title", "None", "None"),
            Cell("title", "5.0", "5.0"), Cell("title", " x ", " x "), Cell("etag", "", "-"), Cell("etag", "NULL", "-"),
            Cell("etag", "None", "-"), Cell("etag", "\"e\"", "\"e\""), Cell("key", "k.mp4", "k.mp4"),
            Cell("key", "null", "v/w_med.mp4"), Cell("key", "\\N", "v/w_med.mp4"), Cell("key", "", "v/w_med.mp4"),
        ]

    @Test("a cell means the same in every source", arguments: cells)
    func cell(cell: Cell) throws {
        for source in try Source.all(of: cell.column, cell.text) {
            // SQLite itself has made a number of it.
            if !source.isExact, cell.expected == "-", Source.isJSONNumber(cell.text) { continue }
            let run = try source.run()
            #expect(try run.values(cell.column) == [cell.expected], "\(source.name)")
            #expect(run.isClean, "\(source.name)")
        }
    }

    @Test(
        "an id that is not exact costs the record, with its reason",
        arguments: [
            ("x", "not an integer"), ("1,000", "which may be 1 or 1000"), ("2024-01-05", "a date, not an integer"),
            ("Jan-24", "a date, not an integer"), ("9223372036854775808", "which does not fit into 64 bits"),
            ("1.23457E+15", "which may have been rounded"), ("9007199254740993.0", "which may have been rounded"),
            ("1.5", "not an integer"), ("true", "not an integer"),
        ])
    func refusedID(text: String, reason: String) throws {
        for source in try Source.all(of: "segment_id", text) where source.isExact {
            let run = try source.run()
            #expect(run.lines == [], "\(source.name)")
            #expect(run.messages.first?.contains(": 'segment_id' is '\(text)', \(reason)") == true, "\(source.name)")
        }
    }

    @Test("what is passed over is reported once for each column, with the first row and the reason")
    func passedOver() throws {
        let row = { (id: Int, runtime: String, size: String) in
            #"{"id":\#(id),"courseid":1,"video":"mp4:a/b","runtime":"\#(runtime)","size":"\#(size)"}"#
        }
        let run = try catalog(
            text: [row(1, "60", "NULL"), row(2, "x", "-1"), row(3, "y", "1.5"), row(4, "", "8")].joined(separator: "\n")
        )
        #expect(try run.values("runtime") == ["60", "-", "-", "-"])
        #expect(
            run.messages == [
                "FILE: 'runtime' is left out of 2 records: line 2: it is 'x', not an integer",
                "FILE: 'size' is left out of 1 record: line 3: it is '1.5', not an integer",
            ])
        #expect(run.isClean)
    }

    @Test("a record's own fields are put right or left out, the rest goes out as it came")
    func records() throws {
        let run = try catalog(
            text: #"{"path":"a", "x":1E400,"course_id":"7","size":-1,"runtime":1.0,"title":5,"etag":"None"}"#)
        #expect(run.lines == [#"{"path":"a", "x":1E400,"runtime":1.0,"course_id":7,"title":"5"}"#])
        #expect(run.messages == [] && run.isClean)
    }

    @Test("words that Python writes for numbers are null, in a row and in a record, but not in a text")
    func bareWords() throws {
        let run = try catalog(
            text: #"{"id":1,"courseid":1,"video":"mp4:a/b","runtime":NaN,"name":"NaN","x":-Infinity}"# + "\n"
                + #"{"path":"p","size":NaN,"t":"\"NaN"}"#)
        #expect(try run.values("title") == ["NaN", "-"] && run.values("runtime") == ["-", "-"])
        #expect(run.lines.last == #"{"path":"p","size":null,"t":"\"NaN"}"#)
        #expect(run.lines.first?.hasSuffix(#","x":null}"#) == true)
    }

    @Test("a video that is false, a number or NULL is not one", arguments: ["false", "0", "null", "\"\"", "\"None\""])
    func noVideo(value: String) throws {
        let run = try catalog(text: #"{"id":1,"courseid":1,"video":\#(value)}"#)
        #expect(run.lines == [] && run.isClean)
    }
}

/// One row in one form, with all that a record can have.
private struct Source {
    static let columns = [
        "course_id", "course_title", "channel_id", "channel_title", "segment_id", "title", "key", "video", "runtime",
        "size", "etag",
    ]
    static let usual = ["1", "Blues", "2", "One", "3", "x", "", "mp4:v/w", "60", "5", "e"]

    let name: String
    let folder: TemporaryFolder
    let path: String
    /// Whether the value is there digit by digit.
    var isExact = true

    func run() throws -> CatalogRun {
        try withExtendedLifetime(folder) {
            try catalog(path, reading: ReadOptions(names: try ColumnNames(["size=size", "etag=etag", "key=key"])))
        }
    }

    static func all(of column: String, _ text: String) throws -> [Source] {
        let values = zip(columns, usual).map { $0 == column ? text : $1 }
        var sources: [Source] = []
        func add(_ name: String, _ content: String) throws {
            let folder = try TemporaryFolder()
            sources.append(Source(name: name, folder: folder, path: try folder.write(content, to: "rows").path))
        }
        try add("NDJSON", object(values) + "\n")
        try add("JSON", "[\n" + object(values) + "\n]\n")
        if isJSONNumber(text) { try add("number of JSON", object(values, bare: column) + "\n") }
        try add("CSV", [columns, values].map { $0.map(quoted).joined(separator: ",") }.joined(separator: "\r\n"))
        try add("semicolons", [columns, values].map { $0.map(quoted).joined(separator: ";") }.joined(separator: "\n"))
        if !text.contains(where: { ",\"".contains($0) }) {
            try add("CSV without quotes", [columns, values].map { $0.joined(separator: ",") }.joined(separator: "\n"))
        }
        let escaped = values.map { $0.replacing("\\", with: $0 == "\\N" ? "\\" : "\\\\") }
        try add("tabs", [columns, escaped].map { $0.joined(separator: "\t") }.joined(separator: "\n"))
        for type in ["TEXT", "BLOB", "INTEGER", ""] { sources.append(try database(column, values, type)) }
        return sources
    }

    private static func object(_ values: [String], bare: String = "") -> String {
        let fields = zip(columns, values).map { column, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            return "\"\(column)\":" + (column == bare ? value : "\"\(escaped)\"")
        }
        return "{\(fields.joined(separator: ","))}"
    }

    static func isJSONNumber(_ text: String) -> Bool {
        text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil
    }

    private static func quoted(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }

    /// - Parameter type: as which the columns are declared; SQLite itself makes some of the texts numbers then.
    private static func database(_ column: String, _ values: [String], _ type: String) throws -> Source {
        let folder = try TemporaryFolder()
        let path = folder.file("rows").path
        let database = try Database(path: path, .writing)
        try database.execute(
            """
            PRAGMA synchronous = OFF;
            CREATE TABLE local_truefire_courses (id \(type), title TEXT);
            CREATE TABLE local_truefire_channels (id \(type), courseid \(type), title TEXT);
            CREATE TABLE local_truefire_segments (id \(type), channel_id \(type), item_order \(type), name TEXT,
                video TEXT, runtime \(type), size \(type), etag TEXT, key TEXT);
            """)
        let value = { (name: String) in
            let text = values[columns.firstIndex(of: name)!]
            guard type == "BLOB", name == column, column != "course_id" else { return Statement.Value.text(text) }
            return .blob(Array(text.utf8))
        }
        try insert(database, "courses VALUES (?, ?)", [value("course_id"), value("course_title")])
        try insert(database, "channels VALUES (?, ?, ?)", ["channel_id", "course_id", "channel_title"].map(value))
        try insert(
            database, "segments VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?)",
            ["segment_id", "channel_id", "title", "video", "runtime", "size", "etag", "key"].map(value))
        return Source(name: "SQLite, \(type)", folder: folder, path: path, isExact: type != "INTEGER")
    }

    private static func insert(_ database: Database, _ what: String, _ values: [Statement.Value]) throws {
        let statement = try database.prepare("INSERT INTO local_truefire_" + what)
        for (index, value) in values.enumerated() { try statement.bind(Int32(index + 1), value) }
        _ = try statement.step()
    }
}
