import Catalog
import Foundation
import SQLite
import TestSupport
import Testing

@Suite struct DatabaseSourceTests {
    @Test("a segment becomes a record with the contract's fields in the contract's order")
    func record() throws {
        let test = try TestDatabase()
        try test.course(7, title: .text("Blues"), channels: 3)
        try test.segment(11, channel: .integer(3), name: .text("Intro"))
        #expect(
            try catalog(test.path).lines == [
                #"{"course_id":7,"course_title":"Blues","channel_id":3,"channel_title":"Chapter 3","#
                    + #""segment_id":11,"title":"Intro","position":1,"runtime":60,"key":"Folder/Name_med.mp4","#
                    + #""path":"truefire-courses/7/11.mp4","aliases":["truefire-courses/7/segment-11.mp4"]}"#
            ])
    }

    @Test("the order is course, channel, place in the channel, id")
    func order() throws {
        let test = try TestDatabase()
        try test.course(2, channels: 5, 4)
        try test.course(1, channels: 9)
        try test.segment(1, channel: .integer(5), order: .integer(1))
        try test.segment(2, channel: .integer(4), order: .integer(2))
        try test.segment(4, channel: .integer(4), order: .integer(1))
        try test.segment(3, channel: .integer(4), order: .integer(1))
        try test.segment(6, channel: .integer(9), order: .null)
        let run = try catalog(test.path)
        #expect(try run.values("segment_id") == ["6", "3", "4", "2", "1"])
        #expect(try run.values("position") == ["1", "1", "2", "3", "4"])
    }

    @Test(
        "a segment has a video when its column begins with mp4: and goes on; others are counted, and keep their place",
        arguments: [Statement.Value.null, .text(""), .text("mp4:"), .text("flv:a/b"), .text("MP4:a/b")])
    func withoutVideo(video: Statement.Value) throws {
        let test = try TestDatabase()
        try test.course(1, channels: 1)
        try test.course(2, channels: 2)
        try test.course(3)
        try test.segment(1, channel: .integer(1), order: .integer(1), video: video)
        try test.segment(2, channel: .integer(1), order: .integer(2))
        try test.segment(3, channel: .integer(2), video: video)
        let run = try catalog(test.path)
        #expect(try run.values("segment_id") == ["2"])
        #expect(try run.values("position") == ["2"])
        #expect(run.messages == ["FILE: 2 segments without video left out, 2 courses without any video"])
        #expect(run.isClean)
    }

    @Test("nothing is said where nothing is left out")
    func silence() throws {
        let test = try TestDatabase()
        try test.course(1, channels: 1)
        try test.segment(1, channel: .integer(1))
        #expect(try catalog(test.path).messages == [])
    }

    @Test("a course without a title is called by its number, other NULLs are left out")
    func nulls() throws {
        let test = try TestDatabase()
        try test.course(5, channels: 1)
        try test.segment(1, channel: .integer(1), name: .null, runtime: .null)
        let run = try catalog(test.path)
        #expect(try run.values("course_title") == ["Course #5"])
        #expect(!run.lines[0].contains("null") && !run.lines[0].contains("runtime"))
        #expect(try run.values("title") == ["-"])
    }

    @Test(
        "a title comes out as it is in the table",
        arguments: ["say \"hi\"\\", "two\nlines\tand\r", "🎸 Ελληνικά 日本", "nul\u{0}inside", "\u{1B}[31m", ""])
    func titles(title: String) throws {
        let test = try TestDatabase()
        try test.course(1, title: .text(title), channels: 1)
        try test.segment(1, channel: .integer(1), name: .text(title))
        let run = try catalog(test.path)
        #expect(try run.values("title") == [title])
        #expect(try run.values("course_title") == [title])
    }

    @Test(
        "a title that is not text is left out, and reported with its segment",
        arguments: [
            (Statement.Value.blob([1, 2]), "is a blob, not a text"), (.invalidText([0xFF, 0x61]), "is not UTF-8"),
        ])
    func wrongKinds(name: Statement.Value, message: String) throws {
        let test = try TestDatabase()
        try test.course(1, channels: 1)
        try test.segment(1, channel: .integer(1), name: name)
        try test.segment(2, channel: .integer(1))
        let run = try catalog(test.path)
        #expect(try run.values("title") == ["-", "x"])
        #expect(run.messages == ["FILE: 'title' is left out of 1 record: segment 1: it \(message)"])
        #expect(run.isClean)
    }

    @Test("a title may be a number")
    func numberedTitle() throws {
        let test = try TestDatabase()
        try test.course(1, channels: 1)
        try test.segment(1, channel: .integer(1), order: .integer(1), name: .integer(1984))
        try test.segment(2, channel: .integer(1), order: .integer(2), name: .real(1.5))
        #expect(try catalog(test.path).values("title") == ["1984", "1.5"])
    }

    @Test("ids may be texts, in whatever way each table has them")
    func textIDs() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("texts.sqlite").path
        try Database(path: path, .writing).execute(
            """
            CREATE TABLE local_truefire_courses (id TEXT, title TEXT);
            CREATE TABLE local_truefire_channels (id, courseid TEXT, title TEXT);
            CREATE TABLE local_truefire_segments (id TEXT, channel_id TEXT, item_order TEXT, name TEXT, video, runtime);
            INSERT INTO local_truefire_courses VALUES ('101', 'Blues'), ('="102"', 'Jazz');
            INSERT INTO local_truefire_channels VALUES (' 7 ', '101.0', 'One'), (8, '102', 'Two');
            INSERT INTO local_truefire_segments VALUES ('12', '7', '10', 'b', 'mp4:c/b', '60'),
                ('2', '7.0', '9', 'a', 'mp4:c/a', 61), ('3', '="8"', '1', 'c', 'mp4:c/c', 62.0),
                ('4', 'x', '1', 'c', 'mp4:c/c', 62.0);
            """)
        let run = try catalog(path)
        #expect(try run.values("segment_id") == ["2", "12", "3"])
        #expect(try run.values("course_title") == ["Blues", "Blues", "Jazz"])
        #expect(try run.values("channel_title") == ["One", "One", "Two"])
        #expect(run.messages == ["FILE: segment 4: its channel is not in 'local_truefire_channels'"])
        #expect(try courses(path).count == 2)
    }

    @Test("a text where an integer belongs costs that field; a number that is whole is one")
    func numbers() throws {
        let test = try TestDatabase()
        try test.course(1, channels: 1)
        try test.segment(1, channel: .integer(1), runtime: .text("long"))
        try test.segment(2, channel: .integer(1), runtime: .real(90))
        let run = try catalog(test.path)
        #expect(try run.values("runtime") == ["-", "90"])
        #expect(run.messages == ["FILE: 'runtime' is left out of 1 record: segment 1: it is 'long', not an integer"])
    }

    @Test("a segment of no known channel, and one whose channel is of no known course, are reported")
    func strays() throws {
        let test = try TestDatabase()
        try test.course(1, channels: 1)
        try test.segment(1, channel: .integer(99))
        try test.segment(2, channel: .text("?"))
        try test.database.execute("INSERT INTO local_truefire_channels VALUES (8, 77, 'x')")
        try test.segment(3, channel: .integer(8))
        let run = try catalog(test.path)
        #expect(run.lines == [])
        #expect(run.messages.filter { $0.contains("its channel is not in 'local_truefire_channels'") }.count == 2)
        #expect(
            run.messages.contains(
                "FILE: segment 3: the course of its channel 8 is not in 'local_truefire_courses'"))
    }

    @Test("a video that ends in a slash names no file")
    func noFile() throws {
        let test = try TestDatabase()
        try test.course(1, channels: 1)
        try test.segment(1, channel: .integer(1), video: .text("mp4:folder/"))
        let messages = try catalog(test.path).messages
        #expect(messages.first == "FILE: segment 1: 'video' ends in '/', so it does not name a file")
    }

    @Test("two segments with one id, where the table allows it, are reported by their path")
    func doubleIDs() throws {
        let test = try TestDatabase(segmentID: "integer")
        try test.course(1, channels: 1)
        try test.segment(4, channel: .integer(1), order: .integer(1))
        try test.segment(4, channel: .integer(1), order: .integer(2))
        let run = try catalog(test.path)
        #expect(run.lines.count == 1)
        #expect(
            run.messages == ["FILE: segment 4: path 'truefire-courses/1/4.mp4' is already used by segment 4; left out"])
    }

    @Test("two segments with one path are reported by both their ids")
    func doublePaths() throws {
        let test = try TestDatabase()
        try test.course(1, channels: 1)
        try test.segment(1, channel: .integer(1), order: .integer(1), name: .text("a/b"))
        try test.segment(2, channel: .integer(1), order: .integer(2), name: .text("a_b"))
        try test.segment(3, channel: .integer(1), order: .integer(3), name: .text("c"))
        let run = try catalog(test.path, try rules(path: "{title}.mp4"))
        #expect(try run.values("path") == ["a_b.mp4", "c.mp4"])
        #expect(run.messages == ["FILE: segment 2: path 'a_b.mp4' is already used by segment 1; left out"])
    }

    @Test("what is not a database of the application is reported, with what to do")
    func failures() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("other.sqlite").path
        try Database(path: path, .writing).execute("CREATE TABLE t (a)")
        #expect(
            throws: CatalogError(
                "\(path): cannot read the database: no such table: local_truefire_segments; "
                    + "give the application's own database (database/database.sqlite)")
        ) { try catalog(path) }
    }

    @Test("a database that is cut off is reported, without a crash")
    func torn() throws {
        let test = try TestDatabase()
        try test.course(1, channels: 1)
        for id in 1...2000 { try test.segment(Int64(id), channel: .integer(1), name: .text("a title of some length")) }
        let whole = try test.folder.read("database.sqlite")
        let torn = try test.folder.write(whole.prefix(whole.count / 2), to: "torn.sqlite")
        #expect(throws: CatalogError.self) { try catalog(torn.path) }
    }

    @Test("a database with a write-ahead log that another connection writes is read to its last commit")
    func writeAheadLog() throws {
        let test = try TestDatabase()
        try test.database.execute("PRAGMA journal_mode = WAL")
        try test.course(1, channels: 1)
        try test.segment(1, channel: .integer(1))
        try test.database.execute("BEGIN IMMEDIATE")
        try test.segment(2, channel: .integer(1))
        #expect(try catalog(test.path).values("segment_id") == ["1"])
    }

    @Test("a path with the characters of a URI is a path", arguments: ["a b?mode=rw#x%41.db", "é&.db"])
    func uriCharacters(name: String) throws {
        let test = try TestDatabase()
        try test.course(1, channels: 1)
        try test.segment(1, channel: .integer(1))
        let copy = try test.folder.write(try test.folder.read("database.sqlite"), to: name)
        #expect(try catalog(copy.path).lines.count == 1)
    }
}
