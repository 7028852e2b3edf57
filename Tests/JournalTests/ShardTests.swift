import Foundation
import Journal
import NDJSON
import POSIX
import TestSupport
import Testing

/// What is due, in parts that are the same everywhere.
@Suite struct ShardTests {
    private let lines: Lines

    init() throws { lines = try Lines() }

    private func number(_ path: String, of count: Int) -> Int {
        Array(path.utf8).withUnsafeBytes { Shard.number(of: $0, of: count) }
    }

    @Test("the shard of a path is its FNV-1a hash modulo their number, on every machine and in every version")
    func published() {
        // From the published test vectors of FNV-1a, 64 bits.
        #expect(number("", of: 100_000) == Int(UInt64(0xCBF2_9CE4_8422_2325) % 100_000) + 1)
        #expect(number("a", of: 100_000) == Int(UInt64(0xAF63_DC4C_8601_EC8C) % 100_000) + 1)
        #expect(number("foobar", of: 100_000) == Int(UInt64(0x8594_4171_F739_67E8) % 100_000) + 1)
    }

    @Test("shards are alike in size", arguments: [2, 10, 64, 1000])
    func even(_ count: Int) {
        var sizes = Array(repeating: 0, count: count)
        for segment in 0..<count * 200 {
            sizes[number("truefire-courses/\(segment / 60)/\(segment).mp4", of: count) - 1] += 1
        }
        #expect(sizes.min()! > 120)
        #expect(sizes.max()! < 290)
    }

    @Test("a shard is written k/n", arguments: ["1/1", "3/10", "10/10"])
    func text(_ text: String) { #expect(Shard(text) != nil) }

    @Test(
        "what is not one of 1/n to n/n is refused",
        arguments: ["", "0/3", "4/3", "1", "1/2/3", "a/b", "1/0", "1/999999"])
    func refused(_ text: String) { #expect(Shard(text) == nil) }

    private let catalog = (0..<40).map { "{\"path\":\"c/\($0)\",\"key\":\"k\"}" }.joined(separator: "\n")
    private let results = """
        {"path":"c/7","status":"failed","error":"connect","retryable":true,"attempt":2,"finished_at":10}
        {"path":"c/8","status":"success"}
        {"path":"c/9","status":"failed","error":"not_found","retryable":false}
        """

    private func split(_ count: Int, into folder: String) throws -> [[String]] {
        let place = lines.folder.file(folder).path
        var queue = Queue(
            QueueRequest(.due, now: 1000), catalog: try LineFile(lines.file(catalog)),
            journal: try lines.journal(results), output: QueueOutput(try ShardFiles(count, in: place))
        ) { _, _ in }
        try queue.print()
        #expect(!FileManager.default.fileExists(atPath: place + ".new"))
        return try (1...count).map { number in
            String(decoding: try lines.folder.read("\(folder)/shard-\(number).ndjson"), as: UTF8.self)
                .split(separator: "\n").map(String.init)
        }
    }

    @Test("what is due is in one shard each, as it would be printed, and nothing else is")
    func all() throws {
        let shards = try split(3, into: "shards")
        #expect(shards.joined().count == 38)
        #expect(Set(shards.joined()).count == 38)
        #expect(shards.joined().contains(#"{"path":"c/7","key":"k","attempt":2,"known_at":10.000}"#))
        for (index, shard) in shards.enumerated() {
            for line in shard {
                let path = try #require(line.firstMatch(of: /"path":"([^"]*)"/)?.1)
                #expect(number(String(path), of: 3) == index + 1)
            }
        }
    }

    @Test("a shard without records has an empty file; a folder with shards is left alone")
    func empty() throws {
        #expect(try split(200, into: "shards").contains([]))
        #expect(throws: SystemError.self) { try ShardFiles(2, in: lines.folder.file("shards").path) }
    }

    @Test("the same shard alone is what its file has")
    func alone() throws {
        var request = QueueRequest(.due, now: 1000)
        request.shard = Shard("2/3")
        let handle = try FileHandle(forWritingTo: try lines.folder.write("", to: "output"))
        var queue = Queue(
            request, catalog: try LineFile(lines.file(catalog)), journal: try lines.journal(results),
            output: QueueOutput(LineOutput(handle.fileDescriptor))
        ) { _, _ in }
        try queue.print()
        try handle.close()
        let printed = String(decoding: try lines.folder.read("output"), as: UTF8.self).split(separator: "\n")
        #expect(try split(3, into: "shards")[1] == printed.map(String.init))
    }
}
