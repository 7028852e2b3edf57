import Foundation
import Origin
import TestSupport
import Testing

/// Two `tf-fetch` on one output folder.
@Suite struct FetchTogetherTests {
    @Test("a part that another process writes is busy, and is not touched")
    func held() throws {
        let harness = try FetchHarness(size: 3 << 20, faults: ["*:stall=2000000*1"])
        let first = try RunningTool("tf-fetch", ["-o", harness.folder.file("out").path, "--progress", "none"])
        try first.input.write(contentsOf: Data(harness.line("c/a.mp4").utf8))
        // What came last may still be gathered in memory.
        try wait(for: "the part") { try harness.partLength("c/a.mp4") >= 1_900_000 }

        let second = try harness.run(harness.line("c/a.mp4"))
        let result = try second.result()
        #expect(second.status == 1)
        #expect(result["error"] as? String == "busy")
        #expect(result["retryable"] as? Bool == true)
        #expect(result["attempt"] == nil)
        #expect(harness.origin.log.counters.requests == 1)
        #expect(try harness.partLength("c/a.mp4") >= 1_900_000)

        first.kill()
        let left = try harness.partLength("c/a.mp4")
        let third = try harness.run(harness.line("c/a.mp4"))
        #expect(try third.result()["resumed_from"] as? Int == left)
        #expect(try harness.files() == harness.originals(["c/a.mp4"]))
    }

    @Test(
        "the same lines given to both at once: each file is fetched and whole, and nothing fails but as busy",
        arguments: 1...5)
    func raced(round: Int) throws {
        let harness = try FetchHarness(size: 1_300_000, faults: ["*\(round).mp4:cut=1100000*1", "*7.mp4:503*1"])
        let paths = (0..<60).map { "c\($0 % 3)/\($0).mp4" }
        try harness.folder.write(paths.map { harness.line($0) }.joined(), to: "input")
        let fetch = "tf-fetch -o out -j 8 --sync none --progress none --retry-delay 0.01 <input >results@"
        _ = try CommandRun.shell("seq 2 | xargs -P 2 -I @ sh -c '\(fetch)'", directory: harness.folder.url)
        let results = try ["results1", "results2"].flatMap { try harness.results(in: $0) }
        #expect(results.count == 2 * paths.count)
        let fetched = results.filter { $0["status"] as? String == "success" }.compactMap { $0["path"] as? String }
        // Not always by one alone: in folders of its own making a process does not look for what others may have put
        // there.
        #expect(Set(fetched) == Set(paths))
        let others = results.filter { $0["status"] as? String != "success" }
        #expect(others.allSatisfy { $0["status"] as? String == "skipped" || $0["error"] as? String == "busy" })
        #expect(try harness.files() == harness.originals(paths))
    }
}
