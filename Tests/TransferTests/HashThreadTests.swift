import NDJSON
import POSIX
import Records
import Store
import TestSupport
import Testing

@testable import Transfer

@Suite struct HashThreadTests {
    private static let md5 = "95b1bfe3fa24687051d622f7f7b72936"

    /// What the thread says of a real file; `prepare` has the thread before the file is handed over.
    private func verdict(md5: String, prepare: (HashThread) -> Void = { _ in }) throws -> HashThread.Verdict {
        let folder = try TemporaryFolder()
        try folder.write(Fixture.data("lesson-faststart.mp4"), to: "a.mp4")
        let line = LineScanner<Field>()
        try line.scan(Array(#"{"path":"a.mp4","url":"http://127.0.0.1/a.mp4","md5":"\#(md5)"}"#.utf8))
        let record = try FetchRecord(line, number: 1)
        let file = try #require(
            try ExistingFile.find(
                record.path, orUnder: record.aliases, record.expected, in: OutputFolder(folder.path),
                Verification(hashesExisting: true)))
        let woken = Mailbox<Bool>()
        let thread = HashThread(hasThread: true, wake: { woken.put(true) })
        prepare(thread)
        thread.check(.existing(file, record))
        _ = woken.take()
        defer { #expect(thread.count == 0) }
        return try #require(thread.removeVerdicts().first)
    }

    @Test("a file that is what the record says comes back without a trouble")
    func same() throws {
        #expect(try verdict(md5: Self.md5).error == nil)
    }

    @Test("a file that is not comes back as a mismatch")
    func other() throws {
        #expect(try verdict(md5: String(Self.md5.reversed())).error?.code == .mismatch)
    }

    @Test("once parked, the thread reads no more, and gives everything back as interrupted")
    func parked() throws {
        #expect(try verdict(md5: Self.md5, prepare: { $0.park() }).error == .interrupted)
    }
}
