import Catalog
import Foundation
import TestSupport
import Testing

@Suite struct TableSourceTests {
    /// The titles of three segments, out of a table whose last column is the title.
    private func titles(_ separator: String, _ fields: [String], lineEnd: String = "\n") throws -> [String] {
        let header = ["id", "courseid", "video", "name"].joined(separator: separator)
        let rows = fields.enumerated().map { index, field in
            ["\(index + 1)", "7", "mp4:a/\(index)", field].joined(separator: separator)
        }
        return try catalog(text: ([header] + rows).joined(separator: lineEnd) + lineEnd).values("title")
    }

    @Test("a row of a table becomes the record that a row of JSON becomes; unknown columns follow it as text")
    func record() throws {
        let json = #"{"segment_id":11,"course_id":7,"title":"a","runtime":60,"video":"mp4:F/N","Level":"2"}"#
        let table = "segment_id,course_id,title,runtime,video,Level\n11,7,a,60,mp4:F/N,2\n"
        #expect(try catalog(text: table).lines == catalog(text: json).lines)
    }

    @Test("quoted fields hold commas, quotes and line ends; an empty field, NULL and \\N are NULL, in quotes a text")
    func commas() throws {
        #expect(
            try titles(",", [#""a, ""b"" c""#, "\"two\nlines\r\n\n\"", "", "\"\"", "NULL", "\"NULL\"", #"\N"#, " x "])
                == [#"a, "b" c"#, "two\nlines\r\n\n", "-", "", "-", "NULL", "-", " x "])
    }

    @Test("semicolons part the fields of a table whose header has them before any comma")
    func semicolons() throws {
        #expect(try titles(";", [#""a; ""b"" c""#, "1,5", "", "\"\""]) == [#"a; "b" c"#, "1,5", "-", ""])
    }

    @Test("lines may end in CR LF, which belongs to no field", arguments: [",", ";", "\t"])
    func carriageReturns(separator: String) throws {
        #expect(try titles(separator, ["a", "b"], lineEnd: "\r\n") == ["a", "b"])
    }

    @Test("tabs, line ends, NUL and backslashes are escaped in a table with tabs; quotes and CR are themselves")
    func tabs() throws {
        #expect(
            try titles("\t", [#"a\tb\nc\0d\\n"#, "NULL", #"\N"#, #"\\N"#, "\"q\"", "cr\r", #"\x\"#])
                == ["a\tb\nc\u{0}d\\n", "-", "-", #"\N"#, "\"q\"", "cr\r", #"\x\"#])
    }

    @Test("a column that the header names twice is refused, one without a name is left out")
    func columns() throws {
        #expect(throws: CatalogError.self) { try catalog(text: "id,courseid,video,name,name\n1,2,mp4:a/b,x,y\n") }
        let run = try catalog(text: "id,courseid,video,,level,\n1,2,mp4:a/b,x,3,y\n")
        #expect(run.lines.allSatisfy { $0.hasSuffix(#","level":"3"}"#) && !$0.contains(#""":"#) })
        #expect(run.lines.count == 1)
    }

    @Test("UTF-16 is recognised, with its mark and without", arguments: ["\u{FEFF}id,courseid\n", "{}\n"])
    func utf16(text: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("", to: "FILE")
        try Data(text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }).write(to: file)
        let expected = CatalogError("\(file.path): it is UTF-16, make it UTF-8 with 'iconv -f UTF-16 -t UTF-8'")
        #expect(throws: expected) { try catalog(file.path) }
    }

    @Test("a column that tells whether another is NULL parts NULL from the text 'NULL'")
    func nullFlags() throws {
        let table = "id\tcourseid\tvideo\ttitle\ttitle_is_null\n1\t2\tmp4:a/b\tNULL\t1\n2\t2\tmp4:a/b\tNULL\t0\n"
        #expect(try catalog(text: table).values("title") == ["-", "NULL"])
    }

    @Test(
        "a bad row is reported by its line, the others go on",
        arguments: [
            ("1,2", "it has 2 fields, the header has 4"),
            ("1,2,mp4:a/b,\"a\"b", "there is text after a closing quotation mark"),
            ("x,2,mp4:a/b,t", "'segment_id' is 'x', not an integer"),
        ])
    func badRows(row: String, message: String) throws {
        let run = try catalog(text: "id,courseid,video,name\n8,2,mp4:a/b,\"two\nlines\"\n\(row)\n9,2,mp4:a/b,x\n")
        #expect(try run.values("segment_id") == ["8", "9"])
        #expect(run.messages == ["FILE: line 4: \(message)"])
    }

    @Test("a quotation mark that is never closed costs one line")
    func openQuote() throws {
        let run = try catalog(text: "id,courseid,video\n1,2,\"mp4:a/b\n2,2,mp4:a/b\n")
        #expect(try run.values("segment_id") == ["2"])
        #expect(run.messages == ["FILE: line 2: a quotation mark is not closed"])
    }

    @Test("a title that is not UTF-8 is left out, and reported")
    func badUTF8() throws {
        let folder = try TemporaryFolder()
        var bytes = Array("id,courseid,video,name\n1,2,mp4:a/b,".utf8)
        bytes += [0xFF, 0x0A]
        let run = try catalog(try folder.write(.init(bytes), to: "table").path)
        #expect(try run.values("segment_id") == ["1"])
        #expect(run.messages == ["FILE: 'title' is left out of 1 record: line 2: it is not UTF-8"])
    }

    @Test("a table that was made from records is a catalogue again")
    func records() throws {
        let run = try catalog(text: "path,key,size,etag\na/b.mp4,k,5,\"\"\"e\"\"\"\n")
        #expect(run.lines == [#"{"key":"k","path":"a/b.mp4","size":5,"etag":"\"e\""}"#])
    }

    @Test("a table of none of the known columns is reported with the columns that it has")
    func unknownColumns() throws {
        let error = #expect(throws: CatalogError.self) { try catalog(text: "lesson,clip\n1,2\n") }
        #expect(error?.message.contains("it has 'lesson', 'clip'; name them with '--map FIELD=COLUMN'") == true)
    }

    @Test("a row without a segment is a course without segments")
    func emptyCourse() throws {
        let run = try catalog(text: "course_id,segment_id,video\n1,1,mp4:a/b\n2,,\n")
        #expect(run.messages == ["FILE: 1 course without any video"] && run.isClean)
    }

    @Test("a table is read alike in whatever pieces it comes")
    func pieces() throws {
        let text = "id,courseid,video,name\n" + (1...20_000).map { "\($0),7,mp4:a/b,\"line\n\($0)\"\n" }.joined()
        let values = try catalog(text: text).values("title")
        #expect(values == (1...20_000).map { "line\n\($0)" })
    }
}
