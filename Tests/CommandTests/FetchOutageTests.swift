import Foundation
import Origin
import TestSupport
import Testing

/// What `tf-fetch` does when the trouble is not the records'.
@Suite struct FetchOutageTests {
    private func lines(_ harness: FetchHarness, _ count: Int) -> String {
        (0..<count).map { harness.line("c/\($0).mp4") }.joined()
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
}
