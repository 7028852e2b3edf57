import Foundation
import TestSupport
import Testing

/// What a record's `kind` has its file checked for, by tf-fetch and tf-files.
@Suite struct FetchKindTests {
    private static let pdf = Data("%PDF-1.4\n".utf8) + Data(repeating: 0x20, count: 5000) + Data("%%EOF\n".utf8)
    private static let subtitles = Data("WEBVTT\n\n00:01.000 --> 00:04.000\nSlowly\n".utf8)
    private static let page = Data("<html><title>Sign in</title>".utf8) + Data(repeating: 0x20, count: 5000)

    private func fetch(_ file: Data, _ kind: String, _ options: [String] = []) throws -> FetchHarness.Run {
        let harness = try FetchHarness(serving: file, as: "a")
        return try harness.run(harness.line("a", #","kind":"\#(kind)""#), options)
    }

    @Test(
        "a file that is what its record says arrives whole, and is found again",
        arguments: [(pdf, "document"), (subtitles, "subtitles"), (page, "any"), (Data("x".utf8), "any")])
    func whole(file: Data, kind: String) throws {
        let harness = try FetchHarness(serving: file, as: "a")
        let line = harness.line("a", #","kind":"\#(kind)""#)
        #expect(try harness.run(line).result()["status"] as? String == "success")
        #expect(try harness.files() == ["a": file])
        let again = try harness.run(line).result()
        #expect(again["status"] as? String == "skipped" && again["kind"] as? String == kind)
    }

    @Test(
        "an error page is no file of a kind, and nothing stays of it",
        arguments: ["video", "audio", "document", "subtitles"])
    func errorPage(kind: String) throws {
        let result = try fetch(Self.page, kind).result()
        #expect(result["error"] as? String == "not_video")
        #expect((result["message"] as? String)?.hasSuffix(": perhaps an error page") == true)
    }

    @Test("a document without its end is not whole, unless only its type is asked for")
    func cut() throws {
        let result = try fetch(Self.pdf.dropLast(8), "document").result()
        #expect(
            result["message"] as? String
                == "the file is not a whole document: of what is a PDF, the end is missing: '%%EOF'")
        #expect(try fetch(Self.pdf.dropLast(8), "document", ["--verify", "type"]).status == 0)
    }

    @Test("without a kind a record is about a video, as strictly as ever")
    func ofVideos() throws {
        let harness = try FetchHarness(serving: Self.pdf, as: "a")
        #expect(
            try harness.run(harness.line("a")).result()["message"] as? String
                == "the bytes are not a video: perhaps an error page")
    }

    @Test("an unknown kind is a bad record, and the message names those that there are")
    func unknown() throws {
        let result = try fetch(Self.pdf, "movie").result()
        #expect(result["error"] as? String == "bad_record" && result["retryable"] as? Bool == false)
        #expect(
            result["message"] as? String
                == "'kind' is 'movie', not 'video', 'audio', 'document', 'subtitles' or 'any'")
    }

    @Test("tf-files checks each file by its kind")
    func files() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.pdf, to: "out/a.pdf")
        try folder.write(Self.pdf.dropLast(8), to: "out/b.pdf")
        try folder.write(Self.page, to: "out/c.mp3")
        let run = try CommandRun.tool(
            "tf-files", ["-o", "out", "--deep", "-"],
            input: Data(
                """
                {"path":"a.pdf","kind":"document"}
                {"path":"b.pdf","kind":"document"}
                {"path":"c.mp3","kind":"audio"}
                {"path":"c.mp3","kind":"any"}
                """.utf8), directory: folder.url)
        #expect(run.status == 1)
        #expect(run.lines.map { $0.contains(#""error":"not_video""#) } == [true, true])
        #expect(run.lines[0].contains("b.pdf") && run.lines[1].contains("c.mp3"))
    }
}
