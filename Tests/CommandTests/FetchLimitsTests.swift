import Foundation
import Origin
import TestSupport
import Testing

/// A limit of the speed that changes while large files run, by libcurl itself.
@Suite struct FetchLimitsTests {
    private static let paths = ["a.mp4", "b.mp4", "c.mp4", "d.mp4"]
    /// None of them is whole before the test has ended.
    private let harness: FetchHarness
    private let limits: URL
    private let run: RunningTool
    private let errors = Pipe()

    init() throws {
        harness = try FetchHarness(size: 1 << 29, rate: 8e6)
        limits = harness.folder.file("limits")
        try Data().write(to: limits)
        run = try RunningTool(
            "tf-fetch",
            [
                "-o", harness.folder.file("out").path, "--progress", "none", "--sync", "none", "-j", "4", "--limits",
                limits.path,
            ], errors: errors)
        try run.input.write(contentsOf: Data(Self.paths.map { harness.line($0) }.joined().utf8))
    }

    @Test("under a limit that is set while large files run each of them goes on in its turn, and all faster without it")
    func turns() throws {
        try wait(for: "bytes of all files") { sizes.allSatisfy { $0 > 1 << 20 } }
        try set("rate-limit = 1M")
        let (before, began) = (sizes, ContinuousClock.now)
        try wait(for: "more of each file") { zip(before, sizes).allSatisfy { $1 >= $0 + 1_000_000 } }
        let after = sizes
        // A tenth of a second may be saved up, and each file may have a buffer on its way when the limit comes.
        let most = 1_048_576 * ((ContinuousClock.now - began) / .seconds(1) + 0.1) + 4 * (512 + 64) * 1024
        #expect(Double(total(after) - total(before)) <= most)
        for (path, range) in zip(Self.paths, zip(before, after).map { $0..<$1 }) {
            #expect(try bytes(path, range) == original(path, range), "\(path)")
        }
        try set("rate-limit = off")
        // With the limit they would take longer than a test waits.
        let end = total(sizes) + 100 << 20
        try wait(for: "100 MiB more") { total(sizes) >= end }
        run.kill()
    }

    /// Returns when it is in force.
    private func set(_ limit: String) throws {
        try Data("\(limit)\n".utf8).write(to: limits, options: .atomic)
        let told = try RunningTool.nextLine(of: errors.fileHandleForReading)
        #expect(told?.contains("from now on") == true, "\(told ?? "")")
    }

    private var sizes: [Int] { Self.paths.map { (try? harness.partLength($0)) ?? 0 } }

    private func total(_ sizes: [Int]) -> Int { sizes.reduce(0, +) }

    private func bytes(_ path: String, _ range: Range<Int>) throws -> Data? {
        let part = try FileHandle(forReadingFrom: harness.folder.file("out/\(path).part"))
        try part.seek(toOffset: UInt64(range.lowerBound))
        return try part.read(upToCount: range.count)
    }

    private func original(_ path: String, _ range: Range<Int>) throws -> Data {
        let content = SyntheticContent(sizes: SizeRange(harness.size...harness.size))
        return Data(try content.video(at: path).bytes(Int64(range.lowerBound)..<Int64(range.upperBound)))
    }
}
