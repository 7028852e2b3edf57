import Foundation
import Origin
import TestSupport
import Testing

/// A limit of the speed that changes while large files run, by libcurl itself.
@Suite struct FetchLimitsTests {
    private static let paths = ["a.mp4", "b.mp4", "c.mp4", "d.mp4"]

    @Test("under a limit that is set while large files run each of them goes on in its turn, and all faster without it")
    func turns() throws {
        let harness = try FetchHarness(size: 64 << 20, rate: 8e6)
        let limits = harness.folder.file("limits")
        try Data().write(to: limits)
        let errors = Pipe()
        let run = try RunningTool(
            "tf-fetch",
            ["-o", harness.folder.file("out").path, "--progress", "none", "-j", "4", "--limits", limits.path],
            errors: errors)
        try run.input.write(contentsOf: Data(Self.paths.map { harness.line($0) }.joined().utf8))
        try run.input.close()
        try wait(for: "bytes of all files") { sizes(harness).allSatisfy { $0 > 1 << 20 } }
        try Data("rate-limit = 2M\n".utf8).write(to: limits, options: .atomic)
        #expect(try RunningTool.nextLine(of: errors.fileHandleForReading)?.contains("from now on") == true)
        let before = sizes(harness)
        try wait(for: "more of each file") { zip(before, sizes(harness)).allSatisfy { $1 >= $0 + 300_000 } }
        try Data("rate-limit = off\n".utf8).write(to: limits, options: .atomic)
        #expect(try run.finish() == 0)
        #expect(try harness.files() == harness.originals(Self.paths))
    }

    private func sizes(_ harness: FetchHarness) -> [Int] {
        Self.paths.map { path in
            let part = harness.folder.file("out/\(path).part").path
            return (try? FileManager.default.attributesOfItem(atPath: part)[.size] as? Int) ?? 0
        }
    }
}
