import Foundation
import POSIX
import TestSupport
import Testing

@Suite struct FileTests {
    @Test("files are closed together, and no others")
    func closing() throws {
        let pipes = (0..<4).map { _ in Pipe() }
        let ends = pipes.map { File(owning: dup($0.fileHandleForWriting.fileDescriptor)) }
        for pipe in pipes { try pipe.fileHandleForWriting.close() }
        File.close([ends[3], ends[0], ends[1]])
        try Array("x".utf8).withUnsafeBytes { try Descriptor.write(ends[2].descriptor, $0) }
        File.close([ends[2]])
        let arrived = try pipes.map { try $0.fileHandleForReading.readToEnd() ?? Data() }
        #expect(arrived == [Data(), Data(), Data("x".utf8), Data()])
    }

    @Test("an attribute is read as it was set, and is gone once it is removed; without one there is nothing")
    func attributes() throws {
        let folder = try TemporaryFolder()
        let file = try Folder(folder.path).open("a", .creating)
        #expect(file.attribute("user.tf.test") == nil)
        do { try file.setAttribute("user.tf.test", "boot \"v1\"") } catch {
            // A file system without attributes.
            #expect(error.code == EOPNOTSUPP)
            return
        }
        #expect(file.attribute("user.tf.test") == "boot \"v1\"")
        try file.setAttribute("user.tf.test", nil)
        #expect(file.attribute("user.tf.test") == nil)
    }

    @Test("a lock is held by one open file at a time, and goes with it")
    func locks() throws {
        let place = try TemporaryFolder()
        let folder = try Folder(place.path)
        var first: File? = try folder.open("a", .creating)
        let second = try folder.open("a", .updating)
        #expect(try first?.tryLock() == true)
        #expect(try !second.tryLock())
        #expect(try !second.tryLock(shared: true))
        first = nil
        #expect(try second.tryLock())
    }

    @Test("a file beyond the limit is refused, not cut", arguments: [(10, true), (9, false)])
    func limit(limit: Int, isRead: Bool) throws {
        let folder = try TemporaryFolder()
        try folder.write("0123456789", to: "a")
        let file = try File(reading: folder.file("a").path)
        #expect(((try? file.readAll(limit: limit)) != nil) == isRead)
    }
}
