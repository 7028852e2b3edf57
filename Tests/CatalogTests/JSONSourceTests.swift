import Catalog
import TestSupport
import Testing

@Suite struct JSONSourceTests {
    @Test("a title with half of a surrogate pair is left out, which is reported")
    func loneSurrogate() throws {
        let run = try catalog(text: #"{"course_id":1,"segment_id":2,"title":"\ud800","video":"mp4:a/b"}"#)
        #expect(try run.values("title") == ["-"])
        #expect(
            run.messages
                == ["FILE: 'title' is left out of 1 record: line 1: it has half of a surrogate pair"])
    }

    @Test("a record of a document that is longer than is held is reported, and the next one read")
    func longRecord() throws {
        let long = String(repeating: "x", count: 40 << 20)
        let run = try catalog(text: "{\n\"a\":\"\(long)\",\n\"data\":[1]}\n{\"path\":\"b\"}\n")
        #expect(run.messages.first == "FILE: record 1: the line is longer than 1 MiB")
        #expect(run.lines == [#"{"path":"b"}"#])
    }

    @Test("a record goes out as it came, byte for byte")
    func finished() throws {
        let line = #"{ "x":1E400, "path" : "a\u002fb.mp4","y":"\ud83d","y":123456789012345678901234567890 }"#
        #expect(try catalog(text: line).lines == [line])
    }

    @Test("a row with the old tables' names becomes a record, and keeps unknown fields after its own")
    func oldRow() throws {
        let row =
            #"{"id":11,"channel_id":3,"item_order":4,"name":"a\u00e9","video":"mp4:F/S/N","runtime":1.0,"#
            + #""courseid":7,"Level":"x","n":1.50}"#
        #expect(
            try catalog(text: row).lines == [
                #"{"course_id":7,"course_title":"Course #7","channel_id":3,"segment_id":11,"title":"a\u00e9","#
                    + #""position":1,"runtime":1,"key":"F/N_med.mp4","path":"truefire-courses/7/11.mp4","#
                    + #""aliases":["truefire-courses/7/segment-11.mp4"],"item_order":4,"Level":"x","n":1.50}"#
            ])
    }

    @Test("besides the field itself an old name means something else")
    func foreignNames() throws {
        let row = #"{"id":"uuid","segment_id":1,"course_id":2,"name":"n","title":"t","key":"k.mp4"}"#
        let line = try #require(try catalog(text: row).lines.first)
        #expect(line.hasSuffix(#","id":"uuid","name":"n"}"#))
        #expect(line.contains(#""title":"t""#) && line.contains(#""key":"k.mp4""#))
    }

    @Test("a row with a URL needs no key")
    func url() throws {
        let row = #"{"segment_id":1,"course_id":2,"url":"https://h/x.mp4"}"#
        let line = try #require(try catalog(text: row).lines.first)
        #expect(!line.contains("key") && line.hasSuffix(#""url":"https://h/x.mp4"}"#))
    }

    @Test("a row without video is left out and counted")
    func withoutVideo() throws {
        let run = try catalog(text: #"{"id":1,"courseid":2,"video":null}"#)
        #expect(
            run.messages == [
                "FILE: 1 segment without video left out, 1 course without any video", "FILE: no segments",
            ])
    }

    @Test(
        "a bad line is reported by its number, the others go on",
        arguments: [
            ("x", "the line is not JSON"),
            ("5", "the line is not a JSON object"),
            ("{\"path\":\"\u{1}\"}", "the line is not JSON"),
            ("[1]", "the line is not a JSON object"),
            (#"{"a":1}"#, "it has neither a 'path' nor a 'segment_id'"),
            (#"{"path":true}"#, "'path' is a boolean, not a string"),
            (#"{"path":"a","key":[]}"#, "'key' is an array, not a string"),
            (#"{"path":"a/../b"}"#, "its path has a component '..'"),
            (#"{"path":"/a"}"#, "its path is not relative"),
            (#"{"path":"a//b"}"#, "its path has an empty component"),
            (#"{"path":"a\u0000"}"#, "its path has a NUL byte"),
            (#"{"id":1,"video":"mp4:a/b"}"#, "'course_id' is missing, which the path is made from"),
            (#"{"id":"x","courseid":1,"video":"mp4:a/b"}"#, "'segment_id' is 'x', not an integer"),
        ])
    func badLines(line: String, message: String) throws {
        let run = try catalog(text: #"{"path":"one"}"# + "\n\(line)\n" + #"{"path":"two"}"#)
        #expect(run.lines == [#"{"path":"one"}"#, #"{"path":"two"}"#])
        #expect(run.messages == ["FILE: line 2: \(message)"])
        #expect(!run.isClean)
    }

    @Test("twenty bad lines are reported, the rest is counted")
    func manyBadLines() throws {
        let run = try catalog(text: String(repeating: "x\n", count: 25))
        #expect(run.messages.count == 21)
        #expect(run.messages.last == "FILE: 5 more bad rows, not listed")
    }

    @Test("two records with one path, however it is written, are reported by both their lines")
    func duplicates() throws {
        let run = try catalog(
            text: """
                {"path":"a/b"}

                {"path":"c"}
                {"path":"a\\u002fb"}
                {"path":"c"}
                {"path":"d"}
                """)
        #expect(try run.values("path") == ["a/b", "c", "d"])
        #expect(
            run.messages == [
                "FILE: line 4: path 'a/b' is already used by line 1; left out",
                "FILE: line 5: path 'c' is already used by line 3; left out",
            ])
        #expect(!run.isClean)
    }

    @Test(
        "an array, an object over several lines and objects on one line are read too",
        arguments: [
            #"[{"path":"a","n":1.0},{"path":"b"}]"#,
            "[\n  {\n    \"path\": \"a\",\n    \"n\": 1.0\n  },\n  {\n    \"path\": \"b\"\n  }\n]\n",
            "{\n  \"path\": \"a\",\n  \"n\": 1.0\n}\n{\n  \"path\": \"b\"\n}\n",
            #"{"path":"a","n":1.0}{"path":"b"}"#,
            "\u{FEFF}[ {\"path\" :\"a\",\"n\":\t1.0} , {\"path\":\"b\"} ]",
        ])
    func documents(text: String) throws {
        let run = try catalog(text: text)
        #expect(run.lines == [#"{"path":"a","n":1.0}"#, #"{"path":"b"}"#])
        #expect(run.isClean)
    }

    @Test("strings with brackets, quotes and spaces in them stay as they are")
    func documentStrings() throws {
        let run = try catalog(text: #"[ { "path" : "a ]}\" , {" , "t" : "x  y" } ]"#)
        #expect(run.lines == [#"{"path":"a ]}\" , {","t":"x  y"}"#])
    }

    @Test(
        "a bad record of a document is reported by its place, the others go on",
        arguments: [
            #"[{"path":"a"},{"path":"b" "c"},{"path":"d"}]"#,
            #"[{"path":"a"},7,{"path":"d"}]"#,
            #"[{"path":"a"},{"path":"b","n":1 2},{"path":"d"}]"#,
            #"[{"path":"a"},,{"path":"d"}]"#,
        ])
    func badRecords(text: String) throws {
        let run = try catalog(text: text)
        #expect(try run.values("path") == ["a", "d"])
        #expect(run.messages.count == 1 && run.messages[0].hasPrefix("FILE: record 2: "))
    }

    @Test(
        "a document that is cut off or goes on as something else cannot be read on",
        arguments: [#"[{"path":"a"},{"pa"#, #"[{"path":"a"}"#, "{\n\"path\":\"a\"}\n7\n", #"[{"path":"a"}]]"#])
    func tornDocuments(text: String) throws {
        #expect(throws: CatalogError.self) { try catalog(text: text) }
    }

    @Test("a torn first line is a bad line, not a document")
    func tornFirstLine() throws {
        let run = try catalog(text: "{\"path\":\"a\n" + #"{"path":"b"}"#)
        #expect(try run.values("path") == ["b"])
        #expect(run.messages == ["FILE: line 1: the line is not JSON"])
    }

    @Test("positions count on where the rows of a course do not follow each other")
    func positions() throws {
        let rows = [(1, 1), (2, 2), (1, 3)].map { course, id in
            #"{"courseid":\#(course),"id":\#(id),"video":"mp4:a/b"}"#
        }
        #expect(try catalog(text: rows.joined(separator: "\n")).values("position") == ["1", "1", "2"])
    }

    @Test("nothing at all, blank lines and an empty array hold no segments", arguments: ["", "\n\n", "[]", "[ ]\n"])
    func empty(text: String) throws {
        let run = try catalog(text: text)
        #expect(run.lines == [] && run.messages == ["FILE: no segments"] && run.isClean)
    }
}
