import Glibc
import Inventory
import NDJSON
import Records
import Store
import TestSupport
import Testing

/// What is wrong with a record's file, on a disk in memory.
@Suite struct FileInspectorTests {
    private let disk = MemoryDisk()
    private let video: [UInt8]
    private static let md5 = "95b1bfe3fa24687051d622f7f7b72936"

    init() throws {
        video = Array(try Fixture.data("lesson-faststart.mp4"))
        disk["c/whole.mp4"] = video
        disk["c/padded.mp4"] = video + [UInt8](repeating: 0, count: 512)
        disk["c/more.mp4"] = video + [1, 2, 3]
        disk["c/cut.mp4"] = video.dropLast()
        disk["c/short.mp4"] = [1, 2, 3]
    }

    private func finding(
        _ fields: String, downloaded: Int64? = nil, deep: Bool = false
    ) throws -> FileInspector.Finding? {
        let line = LineScanner<Field>()
        try line.scan(Array("{\(fields)}".utf8))
        let inspector = FileInspector(OutputFolder(disk.start()), Verification(hashesExisting: deep))
        return inspector.finding(line, fetched: FetchedFile(bytes: downloaded))
    }

    @Test("a whole file is found under its path, or under an alias")
    func whole() throws {
        #expect(try finding(#""path":"c/whole.mp4""#) == nil)
        #expect(try finding(#""path":"c/new.mp4","aliases":["c/none.mp4","c/whole.mp4"]"#) == nil)
    }

    @Test("a file that is not whole says more than a missing one")
    func alias() throws {
        #expect(try finding(#""path":"c/none.mp4","aliases":["c/short.mp4"]"#)?.flaw == .short)
        #expect(try finding(#""path":"c/none.mp4","aliases":["c/none-either.mp4"]"#)?.flaw == .missing)
    }

    @Test(
        "each flaw has its name",
        arguments: [
            (#""path":"c/cut.mp4""#, .notVideo), (#""path":"c/more.mp4""#, .notVideo),
            (#""path":"c/short.mp4""#, .short),
            (#""path":"c/whole.mp4","size":99999999"#, .short), (#""path":"c/whole.mp4","size":2000"#, .mismatch),
            (#""path":"../c/whole.mp4""#, .unsafePath), (#""path":"c/whole.mp4/below""#, .unsafePath),
            (#""path":"c/whole.mp4","size":"many""#, .mismatch),
        ] as [(String, FileInspector.Flaw)])
    func flaws(fields: String, flaw: FileInspector.Flaw) throws {
        #expect(try finding(fields)?.flaw == flaw)
    }

    @Test("as many bytes are expected as were once fetched, where the record has no size")
    func downloaded() throws {
        #expect(try finding(#""path":"c/whole.mp4""#, downloaded: Int64(video.count)) == nil)
        #expect(try finding(#""path":"c/whole.mp4""#, downloaded: 5000)?.flaw == .mismatch)
    }

    @Test("hashes are looked at with --deep, and where only they can excuse what follows the last box")
    func hashes() throws {
        #expect(try finding(#""path":"c/whole.mp4","md5":"\#(Self.md5)""#, deep: true) == nil)
        let wrong = #""md5":"00000000000000000000000000000000""#
        #expect(try finding(#""path":"c/whole.mp4",\#(wrong)"#) == nil)
        #expect(try finding(#""path":"c/whole.mp4",\#(wrong)"#, deep: true)?.flaw == .mismatch)
        #expect(try finding(#""path":"c/more.mp4",\#(wrong)"#)?.flaw == .mismatch)
        #expect(try finding(#""path":"c/padded.mp4""#) == nil)
    }

    @Test(
        "what may not be read, and a disk that fails, are reported and are not missing",
        arguments: [EACCES, EIO, ESTALE])
    func unreadable(code: CInt) throws {
        disk.refuse(.open, at: "c/whole.mp4", with: code)
        #expect(try finding(#""path":"c/whole.mp4""#)?.flaw == .unreadable)
    }
}
