import Foundation
import Origin
import TestSupport
import Testing

/// What `tf-fetch` does when the trouble is not the records'.
@Suite struct FetchOutageTests {
    private func lines(_ harness: FetchHarness, _ count: Int) -> String {
        (0..<count).map { harness.line("c/\($0).mp4") }.joined()
    }

    @Test("where nothing is reachable the catalogue is not burnt, and the run ends with 3 when patience does")
    func unreachable() throws {
        let harness = try FetchHarness()
        harness.origin.stop()
        let run = try harness.run(lines(harness, 60), ["-j", "5", "--retries", "0", "--patience", "0.2s"])
        #expect(run.status == 3)
        #expect(run.errors.contains("nothing could be reached for"))
        // Three tell that it is not their own fault; others were under way, and a probe may have been.
        #expect((3...16).contains(run.results.count { $0["error"] as? String == "connect" }))
        #expect(run.results.allSatisfy { $0["retryable"] as? Bool == true && $0["attempt"] == nil })
    }

    @Test("where every URL is refused the run ends with 3, and says what to check", arguments: [1, 10])
    func refused(jobs: Int) throws {
        let harness = try FetchHarness(faults: ["*:error=InvalidKey"])
        let run = try harness.run(lines(harness, 60), ["-j", "\(jobs)"])
        #expect(run.status == 3)
        #expect(run.errors.contains("URLs in a row were refused (the origin answered 403 InvalidKey"))
        #expect(run.errors.contains("lines that were not started keep their tries"))
        #expect((20..<20 + 2 * jobs).contains(run.results.count { $0["error"] as? String == "forbidden" }))
        #expect(run.results.count <= 20 + 2 * jobs)
    }

    @Test("one success is enough to take refusals for the records' own fault")
    func refusedAfterSuccess() throws {
        let harness = try FetchHarness(faults: ["*bad*:403"])
        let bad = (0..<40).map { harness.line("bad/\($0).mp4") }.joined()
        let run = try harness.run(harness.line("c/1.mp4") + bad, ["-j", "1"])
        #expect(run.status == 1)
        #expect(run.results.count == 41)
    }
}
