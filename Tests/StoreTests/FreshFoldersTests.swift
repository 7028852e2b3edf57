import Foundation
import TestSupport
import Testing

@testable import Store

@Suite struct FreshFoldersTests {
    private func path(_ text: String) throws -> RelativePath { try RelativePath(text) }

    @Test("in a folder that was made here nothing is but what was begun there")
    func lacks() throws {
        var fresh = FreshFolders()
        fresh.add("a/b")
        fresh.begin(try path("a/b/1.mp4"))
        fresh.begin(try path("c/1.mp4"))
        #expect(fresh.lacks(try path("a/b/2.mp4")))
        #expect(!fresh.lacks(try path("a/b/1.mp4")))
        #expect(!fresh.lacks(try path("a/2.mp4")))
        #expect(!fresh.lacks(try path("c/2.mp4")))
    }

    @Test("a file that somebody else put there meanwhile is replaced, and from then on files are looked for")
    func otherWriters() throws {
        let folder = try TemporaryFolder()
        let output = try OutputFolder(folder.file("out").path)
        let part = try output.part(for: try path("c/1.mp4"), bootID: "b")
        try Array("ours".utf8).withUnsafeBytes { try part.append($0) }
        try Data("theirs".utf8).write(to: folder.file("out/c/1.mp4"))
        #expect(output.lacks(try path("c/2.mp4")))
        try part.save()
        try part.publish(modified: nil)
        #expect(!output.lacks(try path("c/2.mp4")))
        #expect(try Data(contentsOf: folder.file("out/c/1.mp4")) == Data("ours".utf8))
    }
}
