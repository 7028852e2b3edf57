import Foundation
import Origin
import TestSupport
import Testing

@Suite("An origin with a folder")
struct FolderTests {
    private let folder: TemporaryFolder
    private let origin: OriginServer

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("outside", to: "secret.mp4")
        try folder.write("0123456789", to: "root/course 1/a.mp4")
        origin = try OriginServer.start(OriginServer.Settings(content: FolderContent(root: folder.file("root").path)))
    }

    @Test("gives its files, and ranges of them")
    func files() throws {
        let reply = try origin.ask("/course%201/a.mp4")
        #expect(reply.text == "0123456789")
        #expect(reply.header("Content-Type") == "video/mp4")
        let part = try origin.ask(
            "/course%201/a.mp4", ["Range": "bytes=4-6", "If-Range": try #require(reply.header("ETag"))])
        #expect(part.text == "456")
    }

    @Test("gives another tag when a file has changed")
    func changed() throws {
        let first = try origin.ask("/course%201/a.mp4").header("ETag")
        try folder.write("0123456789 and more", to: "root/course 1/a.mp4")
        #expect(try origin.ask("/course%201/a.mp4").header("ETag") != first)
    }

    @Test(
        "says as S3 does that there is no such file",
        arguments: ["/", "/no.mp4", "/course%201", "/course%201/", "/course%201/a.mp4/", "/course%201//a.mp4"])
    func missing(target: String) throws {
        let reply = try origin.ask(target)
        #expect(reply.status == 404)
        #expect(reply.text.contains("<Code>NoSuchKey</Code>"))
    }

    @Test(
        "lets no one out of it",
        arguments: [
            "/../secret.mp4", "/%2e%2e/secret.mp4", "/course%201/../../secret.mp4", "/..%2fsecret.mp4",
            "/course%201/%2E%2E%2F..%2Fsecret.mp4", "//etc/passwd", "/%2Fetc/passwd", "/./../secret.mp4",
            "/link.mp4", "/linked/secret.mp4",
        ])
    func escape(target: String) throws {
        let manager = FileManager.default
        try manager.createSymbolicLink(at: folder.file("root/link.mp4"), withDestinationURL: folder.file("secret.mp4"))
        try manager.createSymbolicLink(at: folder.file("root/linked"), withDestinationURL: folder.url)
        let reply = try origin.ask(target)
        #expect(reply.status == 404)
        #expect(!reply.text.contains("outside"))
    }

    @Test("does not wait for the writer of a FIFO")
    func fifo() throws {
        #expect(mkfifo(folder.file("root/pipe").path, 0o600) == 0)
        #expect(try origin.ask("/pipe").status == 404)
    }

    @Test("closes the connection when a file is cut off under the answer")
    func cutOff() throws {
        try folder.write(Data(count: 40 << 20), to: "root/big.mp4")
        let client = try Connection(port: origin.port)
        try client.send("GET /big.mp4 HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(client.read(12) == Array("HTTP/1.1 200".utf8))
        try FileHandle(forWritingTo: folder.file("root/big.mp4")).truncate(atOffset: 1)
        #expect(client.readToEnd().bytes.count < 40 << 20)
    }

    @Test("is not started where there is no folder")
    func noFolder() throws {
        #expect(throws: (any Error).self) { try FolderContent(root: folder.file("none").path) }
    }
}
