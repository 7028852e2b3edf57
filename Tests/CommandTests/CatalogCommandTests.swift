import Foundation
import TestSupport
import Testing

@Suite struct CatalogCommandTests {
    private func run(_ arguments: [String], input: String = "") throws -> CommandRun {
        try CommandRun.tool("tf-catalog", arguments, input: Data(input.utf8))
    }

    @Test("records pass from standard input to standard output", arguments: [[], ["-"]])
    func filter(arguments: [String]) throws {
        let result = try run(arguments, input: #"{"path":"a","n":1.0}"#)
        #expect(result.output == #"{"path":"a","n":1.0}"# + "\n")
        #expect(result.status == 0 && result.errors == "")
    }

    @Test("an empty catalogue prints nothing, says so and is not an error")
    func empty() throws {
        let result = try run([])
        #expect(result.status == 0 && result.output == "")
        #expect(result.errors == "tf-catalog: standard input: no segments\n")
    }

    @Test("a bad line ends it with 1, after the good ones")
    func badLine() throws {
        let result = try run([], input: "x\n" + #"{"path":"a"}"#)
        #expect(result.status == 1 && result.lines.count == 1)
        #expect(result.errors == "tf-catalog: standard input: line 1: the line is not JSON\n")
    }

    @Test(
        "a source of which no row is a record ends it with 3, and what it looks like",
        arguments: [
            ("hello\nworld\n", "it looks like plain text: give a database, JSON, NDJSON, CSV or TSV"),
            ("<!DOCTYPE html>\n<html>\n", "it looks like a web page: give the URL that answers JSON"),
            ("<?xml version=\"1.0\"?>\n", "it looks like XML: make JSON or CSV of it"),
            ("-- MySQL dump 10.13\n", "it looks like a dump of SQL: load it into its database, and use '--print-sql'"),
            ("+----+\n| id |\n+----+\n", "it looks like a table drawn for people: use 'mysql --batch' or 'psql --csv'"),
            ("{\"a\":1}\n{\"b\":2}\n", "it looks like JSON whose objects have neither a 'path' nor a 'segment_id': "),
            ("id,courseid,video\nx,1,mp4:a/b\n", "it looks like a table whose rows lack what makes a record"),
            ("\u{1F}\u{8B}", "it is compressed: unpack it first"), ("%PDF-1.7\n", "it is a PDF: "),
            ("-----BEGIN RSA PRIVATE KEY-----\n", "it is a private key, not a catalogue"),
            ("-----BEGIN CERTIFICATE-----\n", "it is a key or a certificate, not a catalogue"),
            ("PK\u{3}\u{4}", "it is a ZIP file or a spreadsheet: unpack it, or save the sheet as CSV"),
        ])
    func noCatalogue(text: String, words: String) throws {
        let input = Data(text.unicodeScalars.map { UInt8($0.value) })
        let result = try CommandRun.tool("tf-catalog", [], input: input)
        #expect(result.status == 3 && result.output == "")
        #expect(result.errors.split(separator: "\n").last?.contains(words) == true)
    }

    @Test("a file without one record is refused, unless a part was asked for")
    func fileWithoutRecords() throws {
        let folder = try TemporaryFolder()
        for text in ["", "[]", #"{"id":1,"courseid":2,"video":null}"#] {
            let file = try folder.write(text, to: "source").path
            let result = try run([file])
            #expect(result.status == 3)
            #expect(result.errors.hasSuffix("tf-catalog: \(file): there is no record in it: is it the right one?\n"))
            #expect(try run(["--course", "7", file]).status == 0)
            #expect(try run(["--limit", "0", file]).status == 0)
            #expect(try run(["--plan", file]).status == 0)
        }
    }

    @Test("from a pipe, which cannot be read again, a second record of a path is reported by the path")
    func duplicateInPipe() throws {
        let result = try run([], input: #"{"path":"a"}"# + "\n" + #"{"path":"a"}"#)
        #expect(result.status == 1)
        #expect(result.errors == "tf-catalog: standard input: line 2: path 'a' is already used; left out\n")
    }

    @Test("a row that is reported stays one line, whatever its path has in it")
    func messageLines() throws {
        let result = try run([], input: #"{"path":"a\nb"}"# + "\n" + #"{"path":"a\nb"}"#)
        #expect(
            result.errors == #"tf-catalog: standard input: line 2: path 'a\x0ab' is already used; left out"# + "\n")
    }

    @Test("a database in a pipe that has a name is reported, with what to do")
    func databaseInPipe() throws {
        let folder = try TemporaryFolder()
        let script = #"mkfifo pipe; printf 'SQLite format 3\0' > pipe & until [ -p pipe ]; do :; done; tf-catalog pipe"#
        let result = try CommandRun.shell(script, directory: folder.url)
        #expect(result.status == 3)
        #expect(
            result.errors
                == "tf-catalog: pipe: a SQLite database cannot be read as a stream, give the path of its file\n")
    }

    @Test(
        "wrong use ends with 2 and one line",
        arguments: [
            ["--key-template", "{nope}"], ["--key-template", "nope"], ["--path-template", "/{title}"],
            ["--alias-template", "x"], ["--limit", "-1"], ["--limit", "x"], ["--course", "x"],
            ["--courses", "--plan"], ["--nope"], ["a", "b"],
        ])
    func wrongUse(arguments: [String]) throws {
        let result = try run(arguments, input: #"{"path":"a"}"#)
        #expect(result.status == 2 && result.output == "")
        #expect(result.errors.hasPrefix("tf-catalog: ") && result.errors.split(separator: "\n").count == 1)
    }

    @Test("what cannot be read ends with 3 and says what")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        let missing = try run([folder.file("none").path])
        #expect(missing.status == 3)
        #expect(missing.errors == "tf-catalog: cannot open '\(folder.file("none").path)': No such file or directory\n")
        #expect(try run([folder.path]).status == 3)
        #expect(try run([], input: "SQLite format 3\0").status == 3)
    }

    @Test("a full disk behind standard output ends with 3")
    func fullDisk() throws {
        let result = try CommandRun.shell(#"echo '{"path":"a"}' | tf-catalog > /dev/full"#)
        #expect(result.status == 3)
        #expect(result.errors == "tf-catalog: cannot write standard output: No space left on device\n")
    }

    @Test("a reader that leaves ends it as the system does")
    func brokenPipe() throws {
        let script = #"(trap '' PIPE; yes '{"a":1,"path":"x"}' | tf-catalog 2>/dev/null; echo $? >&2) | :"#
        #expect(try CommandRun.shell("trap '' PIPE; " + script).errors.contains("141") == true)
    }

    @Test("aliases can be several, or none")
    func aliases() throws {
        let row = #"{"id":1,"courseid":2,"video":"mp4:a/b"}"#
        let two = try run(["--alias-template", "a{segment_id}", "--alias-template", "b{segment_id}"], input: row)
        #expect(two.output.contains(#""aliases":["a1","b1"]"#))
        #expect(try !run(["--alias-template", ""], input: row).output.contains("aliases"))
    }

    @Test("courses and plan are one object for each course, or one for all")
    func listings() throws {
        let rows = #"{"id":1,"courseid":2,"video":"mp4:a/b"}"# + "\n" + #"{"id":2,"courseid":3,"video":null}"#
        #expect(
            try run(["--courses"], input: rows).lines == [
                #"{"course_id":2,"course_title":"Course #2","segments":1,"segments_without_video":0}"#,
                #"{"course_id":3,"course_title":"Course #3","segments":0,"segments_without_video":1}"#,
            ])
        #expect(
            try run(["--plan"], input: rows).lines == [
                #"{"courses":2,"courses_without_segments":1,"segments":1,"segments_without_video":1,"#
                    + #""bytes_known":0,"segments_with_size":0,"bytes_estimated":52428800}"#
            ])
    }

    @Test("a finished line is out before it waits for the next")
    func liveness() throws {
        // The writer goes on only when the line has come out at the other end.
        let script = """
            mkfifo go && (echo '{"path":"a"}'; read line < go; echo '{"path":"b"}') | tf-catalog |
            (read first; echo "$first" > go; cat)
            """
        let folder = try TemporaryFolder()
        let result = try CommandRun.shell(script, directory: folder.url)
        #expect(result.lines == [#"{"path":"b"}"#])
    }
}
