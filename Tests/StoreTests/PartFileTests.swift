import Foundation
import POSIX
import Records
import TestSupport
import Testing

@testable import Store

@Suite struct PartFileTests {
    private let folder: TemporaryFolder
    private let output: OutputFolder

    init() throws {
        folder = try TemporaryFolder()
        output = try OutputFolder(folder.file("out").path)
    }

    private func part() throws -> PartFile { try output.part(for: try RelativePath("c/1.mp4"), bootID: "boot") }

    private func append(_ count: Int, to part: PartFile) throws {
        let start = Int(part.length)
        try (start..<start + count).map { UInt8(truncatingIfNeeded: $0) }.withUnsafeBytes { try part.append($0) }
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.file("out/c").path) }
    }

    private func bytes(of name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.file("out/c/" + name))) }

    private func counting(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0) } }

    @Test("a small file of a new folder is on the disk from when it is saved, and has its name when it is published")
    func small() throws {
        let part = try part()
        try append(3000, to: part)
        try append(2000, to: part)
        #expect(try names == [])
        try part.save()
        #expect(try names == ["1.mp4.part"])
        try part.publish(modified: 1_700_000_000)
        #expect(try names == ["1.mp4"])
        #expect(try bytes(of: "1.mp4") == counting(5000))
    }

    @Test("bytes that a sync will wait for are on their way to the disk as they come; of other files they are not")
    func early() throws {
        let disk = MemoryDisk()
        let output = OutputFolder(disk.start())
        func write(_ name: String, isToBeSynced: Bool) throws -> PartFile {
            let part = try output.part(for: try RelativePath(name), bootID: "boot")
            part.isToBeSynced = isToBeSynced
            let piece = [UInt8](repeating: 1, count: 1 << 20)
            for _ in 0..<9 { try piece.withUnsafeBytes { try part.append($0) } }
            return part
        }
        _ = try write("a", isToBeSynced: false)
        #expect(disk.writesBegun == [])
        let part = try write("b", isToBeSynced: true)
        let whole: [Range<Int64>] = [0..<4 << 20, 4 << 20..<8 << 20]
        #expect(disk.writesBegun == whole)
        try part.restart()
        try [UInt8](repeating: 2, count: 4 << 20).withUnsafeBytes { try part.append($0) }
        #expect(disk.writesBegun == whole + [0..<4 << 20])
    }

    @Test("what is gathered is written when it grows too large")
    func growing() throws {
        let part = try part()
        try append(PartFile.mostGathered, to: part)
        #expect(try names == [])
        try append(1, to: part)
        #expect(try bytes(of: "1.mp4.part") == counting(PartFile.mostGathered))
        #expect(part.length == Int64(PartFile.mostGathered) + 1)
        try part.save()
        #expect(try bytes(of: "1.mp4.part") == counting(PartFile.mostGathered + 1))
    }

    @Test("a file that will be large has its part at once, and says which object it is from")
    func large() throws {
        let part = try part()
        try part.note(validator: "\"v1\"", total: 2 << 20, bootID: "boot")
        #expect(try names == ["1.mp4.part"])
        #expect(part.validator == "\"v1\"")
    }

    @Test("a large piece goes to the file at once, and a small one waits for more")
    func pieces() throws {
        let part = try part()
        try part.note(validator: "\"v1\"", total: 2 << 20, bootID: "boot")
        try append(20_000, to: part)
        try append(100, to: part)
        #expect(try bytes(of: "1.mp4.part") == counting(20_000))
        try append(100_000, to: part)
        #expect(try bytes(of: "1.mp4.part") == counting(120_100))
    }

    @Test("a part that can be continued keeps all its bytes when it is left")
    func leaving() throws {
        let part = try part()
        try part.note(validator: "\"v1\"", total: 2 << 20, bootID: "boot")
        try append(1 << 20, to: part)
        try append(100, to: part)
        part.leave(startsOver: false)
        #expect(try bytes(of: "1.mp4.part") == counting((1 << 20) + 100))
    }

    @Test("what starts over begins with nothing")
    func restarting() throws {
        let part = try part()
        try append(10, to: part)
        try part.restart()
        #expect(part.length == 0)
        try append(4, to: part)
        try part.save()
        #expect(try bytes(of: "1.mp4.part") == counting(4))
    }

    @Test("a part that another process has begun meanwhile is busy, and one that it left is overwritten")
    func others() throws {
        let ours = try part()
        try append(10, to: ours)
        let path = folder.file("out/c/1.mp4.part").path
        try Data(repeating: 7, count: 5000).write(to: URL(fileURLWithPath: path))
        let theirs = try File(appendingTo: path)
        #expect(try theirs.tryLock())
        #expect(throws: TryError(.busy, "another process is fetching this file", countsAsAttempt: false)) {
            try ours.save()
        }
        #expect(!output.lacks(try RelativePath("c/2.mp4")))
        File.close([theirs])
        let again = try output.part(for: try RelativePath("c/1.mp4"), bootID: "boot")
        #expect(again.length == 0)
        try append(3, to: again)
        try again.save()
        #expect(try bytes(of: "1.mp4.part") == counting(3))
    }
}
