import Foundation
import TestSupport
import Testing

/// What is appended to a journal begins on a line of its own, whatever bytes are before it, by whichever tool.
@Suite struct JournalEndTests {
    private let folder: TemporaryFolder

    /// What crashes, power cuts and editors leave at the end of a file.
    static let ends: [String] = [
        "", "\n", "{\"path\":\"x\",\"sta", "{\"path\":\"x\",\"status\":\"success\"}", "\u{0}",
        String(repeating: "\u{0}", count: 4096), "{\"path\":\"x\"" + String(repeating: "\u{0}", count: 512), "\u{FEFF}",
        "\r", "{\"path\":\"x\"}\n" + String(repeating: "\u{0}", count: 2 << 20), " ", "é",
    ]

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("{\"path\":\"a\",\"key\":\"k\"}\n{\"path\":\"b\",\"key\":\"k\"}\n", to: "catalog")
        try folder.write(
            "{\"path\":\"a\",\"status\":\"dropped\"}\n{\"path\":\"b\",\"status\":\"dropped\"}\n", to: "marks")
    }

    private func isDropped() throws -> Bool {
        let summary = try CommandRun.tool(
            "tf-queue", ["--summary", "--plain", "catalog", "journal"], directory: folder.url)
        return summary.lines.contains("dropped 2")
    }

    @Test("marks count behind any end of a journal", arguments: ends.indices)
    func marks(_ end: Int) throws {
        for command in ["tf-queue --append-to journal marks", "tf-queue --mark dropped catalog >>journal"] {
            try folder.write(Self.ends[end], to: "journal")
            let run = try CommandRun.shell(command, directory: folder.url)
            #expect(run.status == 0)
            #expect(run.errors.isEmpty)
            #expect(try isDropped())
        }
    }

    @Test("what an older version wrote right behind NULs, or behind half a line and NULs, counts")
    func rightBehind() throws {
        let marks = String(decoding: try folder.read("marks"), as: UTF8.self)
        for end in Self.ends where end.hasSuffix("\u{0}") {
            try folder.write(end + marks, to: "journal")
            #expect(try isDropped())
        }
    }

    @Test("lines that no reader would count are reported, and not appended")
    func otherLines() throws {
        try folder.write(
            "{\"path\":\"a\"}\n{\"path\":\"a\",\"status\":\"done\"}\nx\n{\"path\":\"a\",\"status\":\"queued\"}\n",
            to: "lines")
        let run = try CommandRun.tool("tf-queue", ["--append-to", "journal", "lines"], directory: folder.url)
        #expect(run.status == 0)
        #expect(run.errors.contains("line 1: 'status' is missing"))
        #expect(run.errors.contains("line 2: 'status' is a string, not one that a journal knows"))
        let appended = String(decoding: try folder.read("journal"), as: UTF8.self)
        #expect(appended.wholeMatch(of: /{"path":"a","status":"queued","finished_at":[0-9.]+}\n/) != nil)
        let none = try CommandRun.tool("tf-queue", ["--append-to", "journal", "catalog"], directory: folder.url)
        #expect(none.status == 3)
        #expect(none.errors.contains("no line is a result or a mark"))
    }
}

/// What scripts ask of one file.
@Suite struct QueueForScriptsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func check(_ text: String) throws -> CommandRun {
        try folder.write(text, to: "new")
        return try CommandRun.tool("tf-queue", ["--check-catalog", "new"], directory: folder.url)
    }

    @Test("a catalogue, and one of which nothing was selected, may take the old one's place")
    func catalogs() throws {
        #expect(
            try check("{\"path\":\"a\",\"key\":\"k\"}\n{\"path\":\"b\",\"url\":\"u\"}\n").output
                == "records 2\nothers 0\n")
        #expect(try check("").status == 0)
        let mixed = try check(
            "{\"path\":\"a\",\"key\":\"k\"}\n{\"path\":\"b\",\"url\":\"u\"}\n{\"path\":\"../c\",\"key\":\"k\"}\n")
        #expect(mixed.status == 0)
        #expect(mixed.errors.contains("'new': line 3: 'path' has a component '..'"))
    }

    @Test(
        "what is not a catalogue is named for what it looks like",
        arguments: [
            ("{\n  \"path\": \"a\",\n  \"key\": \"k\"\n}\n", "jq -c"), ("[\n  {\n    \"path\": \"a\" } ]\n", "jq -c"),
            ("[{\"path\":\"a\",\"key\":\"k\"}]\n", "JSON array"), ("\"a.mp4\"\n\"b.mp4\"\n", "these are texts"),
            ("true\nfalse\n", "select("), ("101\n102\n", "these are numbers"), ("<html>\n", "HTML"),
            ("id,path\n1,a.mp4\n", "CSV"), ("\"id\";\"path\"\n1;a.mp4\n", "CSV"), ("\u{1F}\u{8B}x\n", "not text"),
            ("{\"id\":1}\n", "other objects"), ("{\"path\":\"a\"}\n", "'key' or 'url'"), ("hello\n", "as tf-catalog"),
        ])
    func shapes(_ text: String, _ words: String) throws {
        let run = try check(text)
        #expect(run.status == 1)
        #expect(run.errors.contains(words))
    }

    @Test("--sums adds up the numbers of all lines, and counts their words")
    func sums() throws {
        try folder.write(
            """
            {"path":"a","status":"success","bytes":10,"seconds":0.5,"tries":{"total":2}}
            {"path":"b","status":"failed","error":"timeout","bytes":5,"seconds":1,"tries":{"total":1}}
            {"title":"\\"bytes\\":7","bytes":9223372036854775807,"B\\u0061d":1}

            """, to: "lines")
        let run = try CommandRun.tool("tf-queue", ["--sums", "lines"], directory: folder.url)
        #expect(
            run.output == """
                lines 3
                status.success 1
                bytes 9223372036854775807
                seconds 1.500
                tries.total 3
                status.failed 1
                error.timeout 1

                """)
    }

    @Test("--texts prints a member's text of each line that has it, without escapes or control characters")
    func texts() throws {
        try folder.write(
            """
            {"path":"a","message":"no \\"such\\" key"}
            {"path":"b","title":"\\"message\\":\\"x\\""}
            {"path":"c","message":"a\\u001b[2J\\nb"}

            """, to: "lines")
        let run = try CommandRun.tool("tf-queue", ["--texts", "message", "lines"], directory: folder.url)
        #expect(run.status == 0)
        #expect(run.output == "no \"such\" key\na\\x1b[2J\\x0ab\n")
    }

    @Test("--summary --plain prints names and numbers")
    func plain() throws {
        try folder.write("{\"path\":\"a\"}\n", to: "catalog")
        try folder.write("{\"path\":\"a\",\"status\":\"success\"}\n", to: "results")
        let run = try CommandRun.tool(
            "tf-queue", ["--summary", "--plain", "catalog", "results"], directory: folder.url)
        #expect(run.lines.contains("success 1"))
        #expect(run.lines.allSatisfy { $0.split(separator: " ").count == 2 })
    }
}
