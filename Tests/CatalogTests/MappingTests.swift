import Catalog
import Foundation
import SQLite
import TestSupport
import Testing

@Suite struct MappingTests {
    @Test("a mapped column is its field, in JSON, in a table and in a database")
    func mapping() throws {
        let names = try ColumnNames(["title=headline", "segment_id=lesson"])
        let json = #"{"lesson":5,"courseid":1,"headline":"a","title":"other","name":"n","video":"mp4:x/y"}"#
        let table = "lesson,courseid,headline,title,name,video\n5,1,a,other,n,mp4:x/y\n"
        for text in [json, table] {
            let run = try catalog(text: text, names)
            #expect(try run.values("title") == ["a"] && run.values("segment_id") == ["5"])
            #expect(run.lines[0].hasSuffix(#","name":"n"}"#) && !run.lines[0].contains("other"))
        }
        let test = try TestDatabase()
        try test.course(1, channels: 1)
        try test.segment(1, channel: .integer(1), name: .text("x"))
        try test.database.execute("ALTER TABLE local_truefire_segments RENAME COLUMN name TO \"head \"\"line\"\"\"")
        let run = try catalog(test.path, reading: ReadOptions(names: try ColumnNames(["title=head \"line\""])))
        #expect(try run.values("title") == ["x"])
    }

    @Test("a column that a database does not have is reported, whatever its name says")
    func noSuchColumn() throws {
        let test = try TestDatabase()
        let reading = ReadOptions(names: try ColumnNames(["size=x\" FROM sqlite_schema; --"]))
        let error = #expect(throws: CatalogError.self) { try catalog(test.path, reading: reading) }
        #expect(error?.message.contains("no such column: segment.x\" FROM") == true)
    }

    @Test(
        "a mapping that cannot work is refused",
        arguments: [
            ("title", "'title' is not FIELD=COLUMN, as in 'title=lesson_name'"),
            ("title=", "'title=' is not FIELD=COLUMN, as in 'title=lesson_name'"),
            ("signed_url=x", "'signed_url' is not a field with a column; these are: 'course_id', "),
        ])
    func badMappings(text: String, message: String) throws {
        let error = #expect(throws: TemplateError.self) { try ColumnNames([text]) }
        #expect(error?.description.hasPrefix(message) == true)
    }

    @Test("a table without a mapped column is reported with those that it has")
    func missingColumn() throws {
        let error = #expect(throws: CatalogError.self) {
            try catalog(text: "id,courseid\n1,2\n", try ColumnNames(["title=x"]))
        }
        #expect(error?.message.hasSuffix("no column 'x' for 'title', it has 'id', 'courseid'") == true)
    }
}
