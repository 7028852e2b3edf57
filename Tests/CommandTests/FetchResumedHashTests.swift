import Foundation
import TestSupport
import Testing

/// Hashes of files that arrive in two runs, or in two tries.
@Suite struct FetchResumedHashTests {
    /// Of the synthetic video of 3 MiB under `c/a.mp4`, by md5sum(1).
    private static let md5 = "a21319bb482dbb91ae3aed3f18c1063d"

    /// An origin that cuts the first answer, and a run that got it.
    private func interrupted(then faults: [String] = []) throws -> FetchHarness {
        let harness = try FetchHarness(size: 3 << 20, faults: ["*:cut=2000000*1"] + faults)
        #expect(
            try harness.run(harness.line("c/a.mp4"), ["--retries", "0"]).result()["error"] as? String == "truncated")
        return harness
    }

    @Test("a file that a later run continues is hashed from its first byte")
    func resumed() throws {
        let harness = try interrupted()
        let run = try harness.run(harness.line("c/a.mp4", #","md5":"\#(Self.md5)""#))
        #expect(try run.result()["resumed_from"] as? Int == 2_000_000)
        #expect(run.status == 0)
        #expect(try harness.files() == ["c/a.mp4": harness.original("c/a.mp4")])
    }

    @Test("a file that a quick retry continues is hashed as a whole")
    func retried() throws {
        let harness = try FetchHarness(size: 3 << 20, faults: ["*:cut=2000000*1"])
        let run = try harness.run(harness.line("c/a.mp4", #","md5":"\#(Self.md5)""#))
        #expect(run.status == 0)
        #expect(try run.result()["resumed_from"] as? Int == 2_000_000)
    }

    @Test("a part whose bytes were damaged is a mismatch, and the next try starts over")
    func damaged() throws {
        let harness = try interrupted()
        let part = try FileHandle(forUpdating: harness.folder.file("out/c/a.mp4.part"))
        try part.seek(toOffset: 1_000_000)
        try part.write(contentsOf: Data("damage".utf8))
        try part.close()
        let line = harness.line("c/a.mp4", #","md5":"\#(Self.md5)""#)
        let result = try harness.run(line).result()
        #expect(result["error"] as? String == "mismatch")
        #expect(result["resumed_from"] as? Int == 2_000_000)
        #expect(try harness.files().isEmpty)
        let next = try harness.run(line)
        #expect(try next.result()["resumed_from"] == nil)
        #expect(next.status == 0)
    }

    @Test("of a part's answer only what its uploader noted is about the whole")
    func partialAnswer() throws {
        let wrongPart = try interrupted(then: ["*:header=x-amz-checksum-sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
        #expect(try wrongPart.run(wrongPart.line("c/a.mp4")).status == 0)
        let wrongWhole = try interrupted(then: ["*:header=x-amz-meta-md5chksum:AAAAAAAAAAAAAAAAAAAAAA=="])
        #expect(try wrongWhole.run(wrongWhole.line("c/a.mp4")).result()["error"] as? String == "mismatch")
    }

    @Test(
        "a part that has all bytes already is hashed before it is believed",
        arguments: [(md5, 0), ("0" + md5.dropFirst(), 1)] as [(String, Int32)])
    func complete(md5: String, status: Int32) throws {
        let harness = try interrupted()
        let part = try FileHandle(forUpdating: harness.folder.file("out/c/a.mp4.part"))
        try part.seekToEnd()
        try part.write(contentsOf: harness.original("c/a.mp4").dropFirst(2_000_000))
        try part.close()
        let run = try harness.run(harness.line("c/a.mp4", #","md5":"\#(md5)""#))
        #expect(try run.result()["http_status"] as? Int == 416)
        #expect(run.status == status)
    }
}
