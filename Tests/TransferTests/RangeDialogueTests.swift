import Curl
import NDJSON
import POSIX
import Records
import Store
import TestSupport
import Testing

@testable import Transfer

/// An origin that answers a file's requests in whatever way the RFC allows, and one that also lies, against the
/// transfer that puts the file together; only lengths are checked, so nothing but the ranges keeps wrong bytes out.
@Suite struct RangeDialogueTests {
    private static let size = 1_200_000
    private static let content: [UInt8] = {
        var numbers = SeededGenerator(seed: 7)
        return (0..<size).map { _ in UInt8.random(in: 0...255, using: &numbers) }
    }()
    /// Another version of the object.
    private static let otherContent = content.map { ~$0 }
    private static let seeds = Array(UInt64(1)...10)

    /// What the origin says: the head, the body, and how the transfer ends.
    private struct Reply {
        var lines: [String]
        var body: ArraySlice<UInt8> = []
        var failure: CurlFailure?
    }

    @Test("whatever the RFC allows an origin to answer completes the file", arguments: seeds)
    func allowed(seed: UInt64) throws {
        var numbers = SeededGenerator(seed: seed)
        let tries = try fetch(&numbers) { offset, numbers in Self.allowed(offset, &numbers) }
        #expect(tries != nil)
    }

    @Test("whatever else it answers never gets into the file", arguments: seeds)
    func forbidden(seed: UInt64) throws {
        var numbers = SeededGenerator(seed: seed)
        _ = try fetch(&numbers) { offset, numbers in
            Bool.random(using: &numbers) ? Self.allowed(offset, &numbers) : Self.forbidden(offset, &numbers)
        }
    }

    /// How many tries it took; nil where 100 were not enough. The file has to be the origin's bytes.
    private func fetch(
        _ numbers: inout SeededGenerator, _ reply: (Int, inout SeededGenerator) -> Reply
    ) throws -> Int? {
        let disk = MemoryDisk()
        let line = LineScanner<Field>()
        try line.scan(Array(#"{"path":"a.mp4","url":"http://127.0.0.1/a.mp4"}"#.utf8))
        let record = try FetchRecord(line, number: 1)
        let output = OutputFolder(disk.start())
        let part = try output.part(for: record.path, bootID: disk.bootID)
        var transfer = Self.transfer(record, part, disk)
        for count in 1...100 {
            // Another process knows of the part what lies on the disk.
            if Int.random(in: 0..<8, using: &numbers) == 0 { transfer = Self.transfer(record, part, disk) }
            let request = transfer.nextRequest()
            let answer = reply(Int(request.offset), &numbers)
            let isTaken = Self.send(answer, to: transfer)
            let failure = isTaken ? answer.failure : CurlFailure(.stoppedByReceiver)
            guard let error = transfer.judgeEnd(failure, wasConnected: true, limits: Self.limits) else {
                try part.save()
                #expect(disk["a.mp4.part"] == Self.content)
                return count
            }
            #expect(error.isPassing)
            if error.startsOver { try part.restart() }
        }
        return nil
    }

    private static let limits = TransferSettings(
        userAgent: "t", connectTimeout: 30, wholeTimeout: 600, stallTimeout: 30, stallSpeed: 1024)

    private static func transfer(_ record: FetchRecord, _ part: PartFile, _ disk: MemoryDisk) -> FileTransfer {
        FileTransfer(
            record, part: part,
            rules: FileTransfer.Rules(
                bootID: disk.bootID, wholeTimeout: 600, hosts: HostPolicy(), verification: Verification(level: .none),
                rateLimit: nil, clock: SystemClock()))
    }

    private static func send(_ reply: Reply, to transfer: FileTransfer) -> Bool {
        for line in reply.lines + [""] {
            Array((line + "\r\n").utf8).withUnsafeBytes { transfer.receive(header: $0) }
        }
        var left = reply.body
        while !left.isEmpty {
            let piece = left.prefix(300_000)
            guard piece.withUnsafeBytes({ transfer.receive(body: $0) }) else { return false }
            left = left.dropFirst(piece.count)
        }
        return true
    }

    // MARK: - What the origin says

    private static func allowed(_ offset: Int, _ numbers: inout SeededGenerator) -> Reply {
        if offset == size {
            // S3 may say it in the body alone; a range may be left out of the head.
            let told = Bool.random(using: &numbers) ? ["Content-Range: bytes */\(size)"] : []
            return Reply(
                lines: ["HTTP/1.1 416 Range Not Satisfiable"] + told,
                body: ArraySlice("<Error><ActualObjectSize>\(size)</ActualObjectSize></Error>".utf8))
        }
        guard offset > 0, Int.random(in: 0..<10, using: &numbers) > 0 else { return whole(&numbers) }
        let isPiece = Bool.random(using: &numbers)
        let end = isPiece ? Int.random(in: offset + 1...size, using: &numbers) : size
        let total = Bool.random(using: &numbers) ? "\(size)" : "*"
        var lines = ["HTTP/1.1 206 Partial Content", "Content-Range: bytes \(offset)-\(end - 1)/\(total)"]
        let hasLength = Bool.random(using: &numbers)
        if hasLength { lines.append("Content-Length: \(end - offset)") }
        if Bool.random(using: &numbers) { lines.append("ETag: \"v1\"") }
        return cut(Reply(lines: lines, body: content[offset..<end]), &numbers)
    }

    /// The first answer tells the length, else nothing could be continued; it is cut off beyond a MiB at times.
    private static func whole(_ numbers: inout SeededGenerator) -> Reply {
        cut(Reply(lines: ["HTTP/1.1 200 OK", "Content-Length: \(size)", "ETag: \"v1\""], body: content[...]), &numbers)
    }

    private static func cut(_ reply: Reply, _ numbers: inout SeededGenerator) -> Reply {
        var reply = reply
        guard Int.random(in: 0..<3, using: &numbers) > 0 else { return reply }
        reply.body = reply.body.prefix(Int.random(in: 0...reply.body.count, using: &numbers))
        if reply.body.isEmpty { reply.body = [] }
        reply.failure = CurlFailure([.partial, .broken, .timedOut].randomElement(using: &numbers)!)
        return reply
    }

    private static func forbidden(_ offset: Int, _ numbers: inout SeededGenerator) -> Reply {
        let head = "HTTP/1.1 206 Partial Content"
        let other = max(0, offset + [-1, 1, 4096, -4096].randomElement(using: &numbers)!)
        let rest = content[min(offset, size)...]
        let range = "Content-Range: bytes \(offset)-\(size - 1)/\(size)"
        let replies = [
            Reply(lines: [head, "Content-Range: bytes 0-\(size - 1)/\(size)"], body: content[...]),
            Reply(
                lines: [head, "Content-Range: bytes \(other)-\(size - 1)/\(size)"], body: content[min(other, size)...]),
            Reply(lines: [head], body: rest),
            Reply(lines: [head, "Content-Type: multipart/byteranges; boundary=b", range], body: [0x2D, 0x2D] + rest),
            Reply(lines: [head, range, "ETag: \"v2\""], body: otherContent[min(offset, size)...]),
            Reply(lines: [head, range, "Content-Length: \(size)"], body: content[...]),
            Reply(lines: [head, range], body: rest + [1, 2, 3]),
            Reply(lines: ["HTTP/1.1 200 OK", range, "Content-Length: \(size - offset)", "ETag: \"v1\""], body: rest),
            Reply(lines: ["HTTP/1.1 416", "Content-Range: bytes */\(size + 1)"]),
            Reply(lines: ["HTTP/1.1 416", "Content-Range: bytes */\(offset)", "ETag: \"v2\""]),
            Reply(lines: ["HTTP/1.1 412"]),
            Reply(lines: ["HTTP/1.1 421"]),
        ]
        // With no part every range is unasked, and the last four say nothing about one.
        return replies.prefix(offset > 0 && offset < size ? replies.count : 7).randomElement(using: &numbers)!
    }
}
