import Foundation
import Origin
import TestSupport
import Testing

/// What the fault matrix does not ask: where exactly a file goes on.
@Suite struct FetchFaultTests {
    @Test("a large file goes on where it was cut, whatever the new URL's query is", arguments: [1, 10])
    func resumes(jobs: Int) throws {
        let harness = try FetchHarness(size: 3 << 20, faults: ["*:cut=2000000*1"])
        let paths = (0..<jobs).map { "c/\($0).mp4" }
        let input = paths.map { harness.line($0) }.joined()
        let first = try harness.run(input, ["-j", "\(jobs)", "--retries", "0"])
        #expect(first.status == 1)
        #expect(first.results.allSatisfy { $0["error"] as? String == "truncated" && $0["attempt"] == nil })
        let second = try harness.run(input.replacingOccurrences(of: "SECRET", with: "OTHER"), ["--retries", "0"])
        #expect(second.status == 0)
        #expect(second.results.allSatisfy { $0["resumed_from"] as? Int == 2_000_000 })
        #expect(try harness.files() == Dictionary(uniqueKeysWithValues: paths.map { ($0, try harness.original($0)) }))
    }

    @Test("an origin that ignores the range gives the whole, once", arguments: ["ignore-range", "wrong-range"])
    func rangeTrouble(fault: String) throws {
        let harness = try FetchHarness(size: 3 << 20, faults: ["*:cut=2000000*1", "*:\(fault)*2"])
        _ = try harness.run(harness.line("c/a.mp4"), ["--retries", "0"])
        let second = try harness.run(harness.line("c/a.mp4"), ["--retries", "2"])
        #expect(second.status == 0)
        #expect(try harness.files() == ["c/a.mp4": harness.original("c/a.mp4")])
    }
}
