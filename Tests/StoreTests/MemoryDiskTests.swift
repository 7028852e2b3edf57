import Glibc
import POSIX
import Records
import TestSupport
import Testing

@testable import Store

/// The disk in memory behaves as the kernel's does, where the store relies on it.
@Suite struct MemoryDiskTests {
    private let disk = MemoryDisk()
    private let path: RelativePath

    init() throws { path = try RelativePath("c/1.mp4") }

    private func part(_ output: OutputFolder) throws -> PartFile { try output.part(for: path, bootID: disk.bootID) }

    /// A part with so many bytes of an object of 2 MiB.
    private func begun(_ count: Int) throws -> PartFile {
        let part = try part(OutputFolder(disk.start()))
        try part.note(validator: "\"v1\"", total: 2 << 20, bootID: disk.bootID)
        try [UInt8](repeating: 7, count: count).withUnsafeBytes { try part.append($0) }
        return part
    }

    @Test("a file is published under its name, with its time, and nothing else is left")
    func publishing() throws {
        let part = try begun(3000)
        try part.save()
        try part.publish(modified: 1_700_000_000)
        #expect(disk.files == ["c/1.mp4"])
        #expect(disk["c/1.mp4"] == [UInt8](repeating: 7, count: 3000))
        #expect(disk.modificationTime(of: "c/1.mp4") == 1_700_000_000)
    }

    @Test("a full disk takes what there is room for, and says so")
    func full() throws {
        disk.capacity = 100_000
        let trouble = #expect(throws: TryError.self) { try begun(150_000) }
        #expect(trouble?.code == .diskFull)
        #expect(disk["c/1.mp4.part"]?.count == 100_000)
    }

    @Test("a refusal passes and holds as often as it says, for the paths that it names")
    func refusing() throws {
        disk.refuse(.create, at: "c", with: EACCES, passing: 1, times: 1)
        let output = OutputFolder(disk.start())
        func makes(_ text: String) throws -> Bool {
            let part = try output.part(for: try RelativePath(text), bootID: "b")
            return (try? part.save()) != nil
        }
        #expect(try ["c/1", "d/1", "c/2", "c/3"].map(makes) == [true, true, false, true])
    }

    @Test("a part that a process holds is busy for the next one, until it is killed; its bytes stay")
    func killing() throws {
        let part = try begun(1 << 20)
        try part.save()
        let next = OutputFolder(disk.start())
        #expect(throws: TryError(.busy, "another process is fetching this file", countsAsAttempt: false)) {
            try self.part(next)
        }
        disk.kill()
        #expect(try self.part(OutputFolder(disk.start())).length == 1 << 20)
        #expect(throws: TryError.self) { try part.restart() }
        #expect(disk["c/1.mp4.part"]?.count == 1 << 20)
    }

    @Test("a power cut takes what was not synced: bytes, names and folders")
    func powerCut() throws {
        let part = try begun(1 << 20)
        try part.save()
        try part.syncFileSystem()
        try [UInt8](repeating: 8, count: 1 << 18).withUnsafeBytes { try part.append($0) }
        try part.publish(modified: nil)
        disk.cutPower()
        #expect(disk["c/1.mp4.part"] == [UInt8](repeating: 7, count: 1 << 20))
        #expect(disk.files == ["c/1.mp4.part"])
        #expect(try self.part(OutputFolder(disk.start())).length == 0, "it is of another boot")
    }

    @Test("a file system may have kept a name and lost the bytes behind it")
    func lostBytes() throws {
        let part = try begun(100_000)
        try part.save()
        try part.publish(modified: nil)
        disk.cutPower(keepingNames: true)
        #expect(disk["c/1.mp4"] == [])
    }
}
