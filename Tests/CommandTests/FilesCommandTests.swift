import Foundation
import TestSupport
import Testing

/// tf-files, from its command line to its lines.
@Suite struct FilesCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let video = try Fixture.data("lesson-faststart.mp4")
        try folder.write(video, to: "out/1/whole.mp4")
        try folder.write(video.dropLast(), to: "out/1/cut.mp4")
        try folder.write(video, to: "out/1/old-name.mp4")
        try folder.write("not a video", to: "out/1/page.mp4")
    }

    private func files(_ arguments: String..., input: String = "") throws -> CommandRun {
        try CommandRun.tool("tf-files", ["-o", "out"] + arguments, input: Data(input.utf8), directory: folder.url)
    }

    @Test("each record whose file is not as it should be is queued again, with the reason; good ones are not named")
    func check() throws {
        let run = try files(
            "-",
            input: """
                {"n":1.0,"path":"1/whole.mp4"}
                {"path":"1/cut.mp4","attempt":3,"status":"success","bytes":5}
                {"path":"1/renamed.mp4","aliases":["1/old-name.mp4"]}
                {"n":1.0,"path":"1/gone.mp4"}
                {"path":"1/whole.mp4/below"}
                {"path":"1/page.mp4"}
                {"path":"../1/whole.mp4"}
                {"path":"1"}
                """)
        #expect(run.status == 1)
        let flaws = run.lines.map { $0.firstMatch(of: /"status":"queued","error":"(\w+)"/)?.1 ?? "" }
        #expect(flaws == ["not_video", "missing", "unsafe_path", "short", "unsafe_path", "unsafe_path"])
        #expect(
            run.lines[1].hasPrefix(#"{"n":1.0,"path":"1/gone.mp4","status":"queued","error":"missing","message":""#))
        #expect(!run.lines[0].contains("attempt"))
    }

    @Test("a file that is missing is queued again, although the clock that wrote its success was ahead")
    func clockAhead() throws {
        try folder.write(
            #"{"path":"1/gone.mp4","status":"success","finished_at":4000000000}"# + "\n", to: "results")
        let run = try files("-", "results", input: #"{"path":"1/gone.mp4"}"#)
        #expect(run.output.contains(#","known_at":4000000000.000}"#))
        try folder.write(run.output, to: "marks")
        try folder.write(#"{"path":"1/gone.mp4"}"#, to: "catalog")
        for files in [["results", "marks"], ["marks", "results"]] {
            let queue = try CommandRun.tool(
                "tf-queue", ["--state", "queued", "catalog"] + files, directory: folder.url)
            #expect(queue.lines.count == 1)
        }
    }

    @Test("with results only what they say is there is looked at, and has to have as many bytes as came")
    func results() throws {
        try folder.write(
            """
            {"path":"1/whole.mp4","status":"success","bytes":99999}
            {"path":"1/gone.mp4","status":"failed"}

            """, to: "results")
        let run = try files(
            "-", "results",
            input: """
                {"path":"1/whole.mp4"}
                {"path":"1/gone.mp4"}
                {"path":"1/never.mp4"}
                """)
        #expect(run.lines.count == 1)
        #expect(run.output.contains(#""error":"short""#))
        #expect(run.output.contains(/"finished_at":[0-9.]+}/))
    }

    @Test("strangers are what no record and no alias names; links among them, parts not, and no link is followed")
    func strangers() throws {
        try folder.write("x", to: "out/1/a\u{1B}b.txt")
        try folder.write("x", to: "out/1/gone.mp4.part")
        try folder.write("x", to: "out/.tf-bulk/log")
        try folder.write("x", to: "elsewhere/secret")
        try FileManager.default.createSymbolicLink(
            at: folder.file("out/link"), withDestinationURL: folder.file("elsewhere"))
        let run = try files(
            "--strangers", "-",
            input: """
                {"path":"1/whole.mp4"}
                {"path":"1/cut.mp4","aliases":["1/old-name.mp4"]}
                {"path":"1/page.mp4"}
                """)
        #expect(run.status == 0)
        #expect(run.output == "{\"path\":\"1/a\\u001bb.txt\",\"bytes\":1}\n{\"path\":\"link\"}\n")
        #expect(run.errors.contains("'1/a\\x1bb.txt': belongs to no record"))
    }

    @Test("--remove takes the records' files, their aliases and parts, and nothing through a link")
    func remove() throws {
        try folder.write("x", to: "out/1/cut.mp4.part")
        try folder.write("x", to: "elsewhere/a.mp4")
        try FileManager.default.createSymbolicLink(
            at: folder.file("out/link"), withDestinationURL: folder.file("elsewhere"))
        let run = try files(
            "--remove", "-",
            input: """
                {"path":"1/cut.mp4","aliases":["1/old-name.mp4"]}
                {"path":"link/a.mp4"}
                {"path":"../elsewhere/a.mp4"}
                """)
        #expect(run.status == 1)
        #expect(run.lines.count == 3)
        #expect(run.errors.contains("../elsewhere/a.mp4"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.file("out/1").path).sorted()
        #expect(left == ["page.mp4", "whole.mp4"])
        #expect(FileManager.default.fileExists(atPath: folder.file("elsewhere/a.mp4").path))
    }

    @Test(
        "wrong use is status 2",
        arguments: [
            [], ["--parts", "c"], ["--strangers", "--remove", "c"], ["--remove", "c", "r"],
            ["--deep", "--verify", "none", "c"], ["--found", "f", "c"],
            ["-", "-"],
        ])
    func usage(arguments: [String]) throws {
        let run = try CommandRun.tool("tf-files", arguments)
        #expect(run.status == 2)
        #expect(run.errors.hasSuffix("see 'tf-files --help'\n"))
    }

    @Test("--free prints one number, for a folder that is still to be made too, and null where nothing can be told")
    func free() throws {
        for path in ["out", "not/there/yet"] {
            let run = try CommandRun.tool("tf-files", ["--free", path], directory: folder.url)
            #expect(Int64(run.output.dropLast()) ?? -1 >= 0)
        }
        #expect(
            try CommandRun.tool("tf-files", ["--free", "out/1/whole.mp4"], directory: folder.url).output == "null\n")
    }

    @Test("--writable makes a file and leaves none; where it cannot, it says why and ends with 1")
    func writable() throws {
        let good = try CommandRun.tool("tf-files", ["--writable", "out/new"], directory: folder.url)
        #expect(good.status == 0 && good.output.isEmpty && good.errors.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out").path) == ["1"])
        let bad = try CommandRun.tool("tf-files", ["--writable", "out/1/whole.mp4"], directory: folder.url)
        #expect(bad.status == 1)
        #expect(bad.errors == "tf-files: 'out/1/whole.mp4': no file can be made in it: Not a directory\n")
    }
}
