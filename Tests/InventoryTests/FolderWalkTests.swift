import Foundation
import Inventory
import NDJSON
import POSIX
import Records
import Store
import TestSupport
import Testing

@Suite struct FolderWalkTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["b/2.mp4", "b/1.mp4", "a.mp4", ".tf-bulk/log", "b/.tf-bulk/kept"] {
            try folder.write("x", to: name)
        }
        symlink("b", folder.file("link").path)
    }

    private func walked(_ problem: @escaping ([UInt8], SystemError) -> Void = { _, _ in }) throws -> [String] {
        var paths: [String] = []
        let walk = FolderWalk(try Folder(folder.path), leavingOut: ".tf-bulk", problem: problem)
        walk.visit { paths.append(String(decoding: $0.path, as: UTF8.self)) }
        return paths
    }

    @Test("all but folders is met, by name; links are not followed, and the job's own folder is left out")
    func order() throws {
        #expect(try walked() == ["a.mp4", "b/.tf-bulk/kept", "b/1.mp4", "b/2.mp4", "link"])
    }

    @Test("a name that is not UTF-8 is reported, and the walk goes on")
    func otherNames() throws {
        let path = Array(folder.path.utf8).map { CChar(bitPattern: $0) } + [0x2F, CChar(bitPattern: 0xFF), 0]
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        var told: [[UInt8]] = []
        #expect(try walked { path, _ in told.append(path) }.count == 5)
        #expect(told == [[0xFF]])
    }

    @Test("paths and aliases of a catalogue are known, and bad lines are reported")
    func known() throws {
        let lines = try Lines()
        var catalog = try LineFile(
            lines.file("{\"path\":\"a.mp4\",\"aliases\":[\"b/1.mp4\"]}\nnot a line\n{\"n\":1}\n"))
        var known = KnownPaths()
        var problems: [Int] = []
        try known.read(&catalog) { _, line in problems.append(line) }
        let answers = ["a.mp4", "b/1.mp4", "b/2.mp4"].map { known.contain(Array($0.utf8)) }
        let count = known.records
        #expect(answers == [true, true, false])
        #expect(count == 1)
        #expect(problems == [2, 3])
    }

    @Test("a file is removed with its part; what is not a plain file is left alone")
    func removal() throws {
        let disk = MemoryDisk()
        disk["a/1.mp4"] = [1, 2]
        disk["a/1.mp4.part"] = [1]
        let remover = FileRemover(OutputFolder(disk.start()))
        #expect(try remover.remove(try RelativePath("a/1.mp4")).map(\.path) == ["a/1.mp4", "a/1.mp4.part"])
        #expect(try remover.remove(try RelativePath("a/1.mp4")).isEmpty)
        #expect(try remover.remove(try RelativePath("none/1.mp4")).isEmpty)
        let real = FileRemover(try OutputFolder(folder.path))
        #expect(throws: TryError.self) { try real.remove(try RelativePath("link")) }
        #expect(throws: TryError.self) { try real.remove(try RelativePath("link/1.mp4")) }
        #expect(FileManager.default.fileExists(atPath: folder.file("b/1.mp4").path))
    }
}
