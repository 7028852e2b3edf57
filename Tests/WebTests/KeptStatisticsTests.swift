import Foundation
import TestSupport
import Testing

@testable import Web

/// Large statistics, which are kept from one request to the next.
@Suite struct KeptStatisticsTests {
    private let folder: TemporaryFolder
    private let kept: URL
    /// More than a MiB of statistics.
    private static let courses = 8000

    init() throws {
        folder = try TemporaryFolder()
        kept = folder.file("serve/statistics")
        try folder.write("", to: "videos/.tf-bulk/catalog.ndjson")
        try folder.write(folder.file("videos").path, to: "serve/output")
        try folder.write(folder.path, to: "serve/directory")
        for name in ["hosts", "tries", "token"] { try folder.write("", to: "serve/\(name)") }
        try writeStatistics(title: "Blues")
    }

    /// Replaces the statistics whole, as `tf-tally` does: all of the courses have this title, and the last one has none.
    private func writeStatistics(title: String, courses: Int = Self.courses) throws {
        let counts = #""success":3,"skipped":1,"delayed":1,"failed_for_good":2,"queued":1,"dropped":1,"bytes":70"#
        let list = (1..<courses).map { #"{"course_id":\#($0),"course_title":"\#(title) \#($0) Größe 🎸",\#(counts)}"# }
        let text =
            #"{"total":9,"success":3,"lines":{"read":9},"not_in_catalog":0,"courses":["#
            + (list + ["{\(counts)}"]).joined(separator: ",") + "]}\n"
        try Data(text.utf8).write(to: folder.file("videos/.tf-bulk/stats.json"), options: .atomic)
    }

    private func ask(_ path: String = "/courses") throws -> String {
        let service = WebService(try ServiceFolder(folder.file("serve").path), now: 2_000_000_000)
        let answer = service.answer(try request("GET", path))
        guard case .json(let bytes) = answer.body, answer.status == .ok else { return "\(answer.status)" }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "what is kept gives the same answers as the statistics themselves",
        arguments: ["/courses", "/progress", "/bulk-download-status", "/bulk-download-stats", "/bulk-queue-status"])
    func same(path: String) throws {
        let first = try ask(path)
        #expect(FileManager.default.fileExists(atPath: kept.path))
        #expect(try ask(path) == first)
    }

    @Test("it is used as long as the file is the same one, and then replaced")
    func replaced() throws {
        _ = try ask()
        // Nobody else writes there: this shows where the answer comes from.
        var bytes = try Data(contentsOf: kept)
        bytes.replaceSubrange(try #require(bytes.range(of: Data("Blues 7 ".utf8))), with: Data("Kept! 7 ".utf8))
        try bytes.write(to: kept)
        #expect(try ask().contains("Kept! 7 "))
        try writeStatistics(title: "Funky")
        #expect(try ask().contains("Funky 7 "))
        #expect(try ask().contains("Funky 7 "))
    }

    @Test("what is cut off, or cannot be kept, changes no answer", arguments: [0, 10, 100, 1000, 500_000, -1])
    func broken(length: Int) throws {
        let first = try ask()
        let bytes = try Data(contentsOf: kept)
        try bytes.prefix(length < 0 ? bytes.count + length : length).write(to: kept)
        #expect(try ask() == first)
        try FileManager.default.removeItem(at: kept)
        try FileManager.default.createDirectory(at: kept, withIntermediateDirectories: true)
        #expect(try ask() == first)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("serve").path).count == 6)
    }

    @Test("small statistics are not kept: to read them takes no longer")
    func small() throws {
        try writeStatistics(title: "Blues", courses: 3)
        #expect(try ask().contains("Blues 2 "))
        #expect(!FileManager.default.fileExists(atPath: kept.path))
    }
}
