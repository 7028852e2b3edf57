import Foundation
import POSIX
import Records
import TestSupport
import Testing

@testable import Store

@Suite struct OutputFolderTests {
    private let folder: TemporaryFolder
    private let output: OutputFolder

    init() throws {
        folder = try TemporaryFolder()
        output = try OutputFolder(folder.path)
    }

    @Test("folders whose names Unicode takes for the same are two where their bytes differ")
    func bytesOfNames() throws {
        for path in ["caf\u{E9}/1.mp4", "cafe\u{301}/2.mp4"] {
            _ = try output.part(for: try RelativePath(path), bootID: "b")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names.map { Array($0.utf8) }) == [Array("caf\u{E9}".utf8), Array("cafe\u{301}".utf8)])
    }

    @Test("a link to what is not there, as to a disk that is not mounted, is refused, and nothing is made there")
    func danglingLink() throws {
        let (link, target) = (folder.file("videos").path, folder.file("disk").path)
        #expect(symlink(target, link) == 0)
        for path in [link, link + "/", link + "/course"] {
            let error = #expect(throws: SystemError.self) { try OutputFolder(path) }
            #expect(error?.action == "cannot use '\(link)', a link to a place that is not there (is its disk mounted?)")
        }
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    @Test("what is in a part's place and is not a plain file is not written to")
    func partIsNoFile() throws {
        #expect(mkfifo(folder.file("a.mp4.part").path, 0o600) == 0)
        let trouble = #expect(throws: TryError.self) { try output.part(for: try RelativePath("a.mp4"), bootID: "b") }
        #expect(trouble?.code == .unsafePath)
    }
}
