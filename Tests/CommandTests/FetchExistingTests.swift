import Foundation
import TestSupport
import Testing

/// What is at a record's path before the run, and whether it is believed.
@Suite struct FetchExistingTests {
    private static let md5 = "95b1bfe3fa24687051d622f7f7b72936"
    private static let errorPage = Data(String(repeating: "<p>Please try again later.</p>\n", count: 1000).utf8)

    private func lesson(faults: [String] = []) throws -> FetchHarness {
        try FetchHarness(serving: Fixture.data("lesson-faststart.mp4"), as: "a.mp4", faults: faults)
    }

    private func outcome(_ harness: FetchHarness, _ more: String = "", _ options: [String] = []) throws -> String? {
        try harness.run(harness.line("a.mp4", more), options).result()["status"] as? String
    }

    @Test(
        "a whole video is not fetched again",
        arguments: ["", #","size":56725"#, #","md5":"00000000000000000000000000000000","etag":"other""#])
    func skipped(more: String) throws {
        let harness = try lesson()
        try harness.place(Fixture.data("lesson-faststart.mp4"), at: "a.mp4")
        #expect(try outcome(harness, more) == "skipped")
    }

    @Test(
        "a video that was cut short is fetched again, unless only its type is asked for",
        arguments: ["structure", "type"])
    func cut(level: String) throws {
        let harness = try lesson()
        try harness.place(Fixture.data("lesson-faststart.mp4").dropLast(1000), at: "a.mp4")
        #expect(try outcome(harness, "", ["--verify", level]) == (level == "type" ? "skipped" : "success"))
    }

    @Test("any file will do with --verify none")
    func unverified() throws {
        let harness = try lesson()
        try harness.place(Self.errorPage, at: "a.mp4")
        #expect(try outcome(harness, #","size":1"#, ["--verify", "none"]) == "skipped")
    }

    @Test(
        "with --verify-existing a file that is damaged inside is fetched again",
        arguments: [(#","md5":"\#(md5)""#, []), (#","etag":"\#(md5)""#, ["--etag-is-md5"])])
    func damaged(more: String, options: [String]) throws {
        let harness = try lesson(faults: ["*:header=ETag:\"\(Self.md5)\""])
        var video = try Fixture.data("lesson-faststart.mp4")
        try harness.place(video, at: "a.mp4")
        #expect(try outcome(harness, more, options + ["--verify-existing"]) == "skipped")
        video[30_000] ^= 1
        try harness.place(video, at: "a.mp4")
        #expect(try outcome(harness, more, options) == "skipped")
        #expect(try outcome(harness, more, options + ["--verify-existing"]) == "success")
        #expect(try harness.files() == ["a.mp4": Fixture.data("lesson-faststart.mp4")])
    }

    @Test("with --verify-existing many files are hashed, and no more are fetched at a time than were allowed")
    func manyExisting() throws {
        let harness = try FetchHarness()
        let paths = (0..<50).map { "c/\($0).mp4" }
        for (index, path) in paths.enumerated() {
            try harness.place(harness.original(index % 2 == 0 ? path : "other"), at: path)
        }
        let lines = paths.map { harness.line($0, #","md5":"\#(Self.md5)""#) }.joined()
        // All have the wrong hash, the origin's own too: each is fetched, and none is taken.
        let run = try harness.run(lines, ["--verify-existing", "-j", "3"])
        #expect(run.results.count == 50)
        #expect(run.results.allSatisfy { $0["error"] as? String == "mismatch" && $0["http_status"] as? Int == 200 })
        #expect(try harness.files()["c/1.mp4"] == harness.original("other"))
    }
}
