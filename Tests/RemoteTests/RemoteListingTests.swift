import Foundation
import TestSupport
import Testing

/// tf-files, with a store in place of a folder.
@Suite struct RemoteListingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("video a", to: "store/1/a.mp4")
        try folder.write("video b", to: "store/1/old-b.mp4")
        try folder.write("vid", to: "store/1/c.mp4")
    }

    private let catalog = """
        {"n":1.0,"path":"1/a.mp4","size":7}
        {"path":"1/b.mp4","aliases":["1/old-b.mp4"],"size":7}
        {"path":"1/c.mp4","size":7}
        {"path":"1/d.mp4"}

        """

    private func files(_ arguments: String..., input: String? = nil) throws -> CommandRun {
        try CommandRun.tool(
            "tf-files", ["--remote", "store"] + arguments, input: Data((input ?? catalog).utf8),
            environment: ["RCLONE_CONFIG": "/dev/null"], directory: folder.url)
    }

    @Test("what is missing or of another size is queued again")
    func check() throws {
        let run = try files("-")
        #expect(run.status == 1)
        let flaws = run.lines.map { $0.firstMatch(of: /"path":"([^"]*)".*"error":"(\w+)"/).map { "\($0.1) \($0.2)" } }
        #expect(flaws == ["1/c.mp4 short", "1/d.mp4 missing"])
    }

    @Test("--there gives results for what the store has, under the path or an alias, of which the results do not tell")
    func there() throws {
        try folder.write(#"{"path":"1/a.mp4","status":"success","bytes":7,"finished_at":5}"# + "\n", to: "results")
        let run = try files("--there", "-")
        #expect(run.status == 0)
        #expect(run.lines.count == 2)
        #expect(
            run.lines[0].hasPrefix(
                #"{"n":1.0,"path":"1/a.mp4","size":7,"status":"skipped","bytes":7,"found":"1/a.mp4","stored":"store","#)
        )
        #expect(run.lines[1].contains(#""found":"1/old-b.mp4""#))
        #expect(try files("--there", "-", "results").lines.count == 1)
    }

    @Test("a file of unknown size does not count as there, since the store may have but a piece of it")
    func doubtful() throws {
        #expect(try files("--there", "-", input: #"{"path":"1/c.mp4"}"#).lines.isEmpty)
        #expect(try files("--there", "-", input: #"{"path":"1/c.mp4","size":3}"#).lines.count == 1)
    }

    @Test("a place that is not there is refused when files are checked, and empty for --there")
    func nowhere() throws {
        let missing = folder.file("nowhere").path
        let environment = ["RCLONE_CONFIG": "/dev/null"]
        let check = try CommandRun.tool(
            "tf-files", ["--remote", missing, "-"], input: Data(catalog.utf8), environment: environment)
        #expect(check.status == 3 && check.output.isEmpty)
        #expect(check.errors.contains("cannot be listed: "))
        let there = try CommandRun.tool(
            "tf-files", ["--remote", missing, "--there", "-"], input: Data(catalog.utf8), environment: environment)
        #expect(there.status == 0 && there.output.isEmpty)
    }

    @Test("a listing compares MD5s with --deep", arguments: [("9c0c8b5f1a3e5d2f4b6a7c8d9e0f1a2b", 1), (nil, 0)])
    func deep(md5: String?, flaws: Int) throws {
        let line = md5.map { #"{"path":"1/a.mp4","md5":"\#($0)"}"# } ?? #"{"path":"1/a.mp4"}"#
        let run = try files("--deep", "-", input: line)
        #expect(run.lines.count == flaws)
    }
}
