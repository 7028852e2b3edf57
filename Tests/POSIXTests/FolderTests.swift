import Foundation
import POSIX
import TestSupport
import Testing

@Suite struct FolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func code(_ body: () throws -> Void) -> CInt {
        do { try body() } catch { return (error as? SystemError)?.code ?? -1 }
        return 0
    }

    @Test("a folder takes files if one can be made in it; none is left behind")
    func writable() throws {
        let open = try Folder(folder.path)
        #expect(code { try open.checkWritable() } == 0)
        #expect(try open.names() == [])
        // What a process left that was killed while it looked.
        try folder.write("", to: ".tf-write-check-\(getpid()).part")
        #expect(code { try open.checkWritable() } == 0)
        #expect(try open.names() == [])
        try FileManager.default.removeItem(at: folder.url)
        #expect(code { try open.checkWritable() } == ENOENT)
    }

    @Test("a file system that takes no files says why, whatever the permissions are")
    func notWritable() throws {
        #expect(code { try Folder("/proc").checkWritable() } != 0)
    }

    @Test("the nearest folder that exists is opened; a file in the way is not passed over")
    func nearest() throws {
        try folder.write("x", to: "a/file")
        let below = try Folder(nearest: folder.path + "/a/b/c")
        #expect(try below.names() == [Array("file".utf8)])
        #expect(code { _ = try Folder(nearest: folder.path + "/a/file/b") } == ENOTDIR)
        _ = try Folder(nearest: "not/there")
        _ = try Folder(nearest: "")
    }

    @Test("no link is followed on the way to a folder below, unless links are allowed")
    func links() throws {
        try folder.write("x", to: "real/sub/file")
        symlink("real", folder.file("link").path)
        let open = try Folder(folder.path)
        #expect(code { _ = try open.folder("real/sub") } == 0)
        #expect([ELOOP, ENOTDIR].contains(code { _ = try open.folder("link/sub") }))
        #expect(code { _ = try open.folder("link/sub", links: .followed) } == 0)
        #expect(code { _ = try open.folder("../x") } != 0)
    }

    @Test("what can have no second name moves only where that is asked for")
    func noHardLink() throws {
        // No file system has hard links of folders.
        try folder.write("x", to: "a/file")
        let open = try Folder(folder.path)
        let refusal = code { try open.link("a", in: open, "b", movesIfNeeded: false) }
        #expect(SystemError("", code: refusal).meansNoHardLink)
        #expect(try open.names() == [Array("a".utf8)])
        try open.link("a", in: open, "b", movesIfNeeded: true)
        #expect(try open.names() == [Array("b".utf8)])
    }

    @Test("a rename to a free name does not replace what is there")
    func renameToNew() throws {
        try folder.write("1", to: "a")
        try folder.write("2", to: "b")
        let open = try Folder(folder.path)
        #expect(try !open.renameToNew("a", to: "b"))
        #expect(try folder.read("b") == Data("2".utf8))
        #expect(try open.renameToNew("a", to: "c"))
        #expect(try folder.read("c") == Data("1".utf8))
    }

    @Test("a replaced file is the old one or the new one, and nothing else is left")
    func replaced() throws {
        let file = try ReplacedFile(folder.file("state").path)
        try file.replace(Array("one".utf8))
        try folder.write("left by a crash", to: "state.new")
        try file.replace(Array("two".utf8))
        #expect(try folder.read("state") == Data("two".utf8))
        #expect(try Folder(folder.path).names().count == 1)
        #expect(code { _ = try ReplacedFile("a/") } == EISDIR)
    }
}
