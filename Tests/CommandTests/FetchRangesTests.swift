import Foundation
import Origin
import POSIX
import TestSupport
import Testing

/// Large files by several connections, from an origin that sends each of them so many bytes a second.
@Suite struct FetchRangesTests {
    private static let size: Int64 = 24 << 20
    private static let options = ["--connections", "4", "--split-from", "16M"]

    private func slowOrigin(_ faults: String...) throws -> FetchHarness {
        try FetchHarness(size: Self.size, faults: faults, rate: 12e6)
    }

    @Test("a large file comes by as many connections as are asked for, one object by If-Range, with its hash")
    func ranges() throws {
        let harness = try slowOrigin()
        let result = try harness.run(harness.line("a.mp4"), Self.options + ["--hash", "md5"]).result()
        #expect(result["status"] as? String == "success" && result["resumed_from"] == nil)
        #expect(result["bytes"] as? Int64 == Self.size)
        #expect(result["md5"] as? String == (try digest(harness.original("a.mp4"), in: harness.folder)))
        #expect(try harness.files() == harness.originals(["a.mp4"]))
        let pieces = harness.origin.log.entries(for: "/a.mp4").dropFirst()
        #expect(pieces.count == 3)
        #expect(pieces.allSatisfy { $0.status == 206 && $0.ifRange?.hasPrefix("\"") == true })
        #expect(harness.origin.log.counters.mostAtOnce == 4)
    }

    private func digest(_ data: Data, in folder: TemporaryFolder) throws -> String {
        let run = try CommandRun.shell("md5sum", input: data, directory: folder.url)
        return String(run.output.prefix(32))
    }

    @Test(
        "one connection brings a file that is too small, or has no place left by '-j', or no second connection",
        arguments: [["--split-from", "25M", "--connections", "4"], options + ["-j", "1"], ["--split-from", "16M"]])
    func one(options: [String]) throws {
        let harness = try slowOrigin()
        #expect(try harness.run(harness.line("a.mp4"), options).status == 0)
        #expect(harness.origin.log.counters.requests == 1)
    }

    @Test("without a strong ETag there is one connection")
    func weak() throws {
        let harness = try slowOrigin(#"*:header=ETag:W/"1""#)
        #expect(try harness.run(harness.line("a.mp4"), Self.options).status == 0)
        #expect(harness.origin.log.counters.requests == 1)
        #expect(try harness.files() == harness.originals(["a.mp4"]))
    }

    @Test("connections of a file count as transfers: three files share four of them")
    func shared() throws {
        let harness = try slowOrigin()
        let paths = ["a.mp4", "b.mp4", "c.mp4"]
        let run = try harness.run(paths.map { harness.line($0) }.joined(), Self.options + ["-j", "4"])
        #expect(run.status == 0)
        // An answer that one of the four has left is still under way for the origin until it notices. Without a limit
        // there would be twelve at once.
        #expect(harness.origin.log.counters.mostAtOnce <= 8)
        #expect(harness.origin.log.counters.requests > 3)
        #expect(try harness.files() == harness.originals(paths))
    }

    @Test(
        "an origin that gives no ranges after all, or others than were asked for, is asked by one connection",
        arguments: ["ignore-range", "wrong-range", "wrong-total", "416", "503", "reset", "cut=1000000"])
    func refused(fault: String) throws {
        // The first request is the transfer's own; the second is the first of a range.
        let harness = try FetchHarness(size: Self.size, faults: ["*:slow=12M*1", "*:\(fault)*1"], rate: 12e6)
        let run = try harness.run(harness.line("a.mp4"), Self.options)
        #expect(try run.result()["status"] as? String == "success", "\(run.errors)")
        #expect(try harness.files() == harness.originals(["a.mp4"]))
    }

    @Test("what each connection brought survives kill -9, and the next run asks for no more than the rest")
    func killed() throws {
        // Each of the four falls silent in the midst of its piece, so that the note stays as it is until the kill.
        let harness = try FetchHarness(size: 64 << 20, faults: ["*:stall=9M*4"], rate: 20e6)
        let first = try RunningTool(
            "tf-fetch", ["-o", harness.folder.file("out").path, "--progress", "none"] + Self.options)
        try first.input.write(contentsOf: Data(harness.line("a.mp4").utf8))
        try first.input.close()
        try wait(for: "a note of four pieces") {
            let noted = notedPieces(of: harness.folder.file("out/a.mp4.part").path)
            return noted.count == 4 && noted.allSatisfy { $0.count >= 1 << 20 }
        }
        first.kill()
        let noted = notedPieces(of: harness.folder.file("out/a.mp4.part").path)
        try wait(for: "the origin to see it") { harness.origin.log.counters.running == 0 }
        harness.origin.log.clear()
        let result = try harness.run(harness.line("a.mp4"), Self.options).result()
        #expect(result["status"] as? String == "success")
        #expect(result["resumed_from"] as? Int == noted[0].count)
        #expect(try harness.files() == harness.originals(["a.mp4"]))
        #expect(harness.origin.log.counters.bytes < 64 << 20)
    }

    /// What a part's note says has come: `ranges:0-4194304,16777216-20971520 …`.
    private func notedPieces(of part: String) -> [Range<Int>] {
        let note = (try? File(reading: part))?.attribute("user.tf.part") ?? ""
        guard let list = note.split(separator: " ").first, list.hasPrefix("ranges:") else { return [] }
        return list.dropFirst("ranges:".count).split(separator: ",").compactMap { range in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            return ends.count == 2 && ends[0] <= ends[1] ? ends[0]..<ends[1] : nil
        }
    }

    @Test(
        "numbers that make no sense are refused",
        arguments: [["--connections", "0"], ["--connections", "17"], ["--split-from", "1000"]])
    func usage(options: [String]) throws {
        let harness = try FetchHarness()
        #expect(try harness.run(harness.line("a.mp4"), options).status == 2)
    }
}
