import NDJSON
import POSIX
import Records
import Store
import TestSupport
import Testing

@testable import Transfer

@Suite struct TransferTests {
    /// A transfer that is given these header lines.
    private func transfer(_ lines: [String]) throws -> FileTransfer {
        let folder = try TemporaryFolder()
        let line = LineScanner<Field>()
        try line.scan(Array(#"{"path":"a.mp4","url":"http://127.0.0.1/a.mp4"}"#.utf8))
        let record = try FetchRecord(line, number: 1)
        let rules = FileTransfer.Rules(
            bootID: "b", wholeTimeout: 60, hosts: HostPolicy(), verification: Verification(), rateLimit: nil,
            clock: SystemClock())
        let part = try OutputFolder(folder.path).part(for: record.path, bootID: rules.bootID)
        let transfer = FileTransfer(record, part: part, rules: rules)
        _ = transfer.nextRequest()
        for line in lines { Array((line + "\r\n").utf8).withUnsafeBytes { transfer.receive(header: $0) } }
        return transfer
    }

    @Test("the head that counts is the one behind the interim ones")
    func interim() throws {
        #expect(try transfer(["HTTP/1.1 103 Early", "", "HTTP/1.1 200 OK", ""]).answer.status == 200)
    }

    @Test("what comes behind the body does not change the answer")
    func trailer() throws {
        #expect(try transfer(["HTTP/1.1 200 OK", "", "HTTP/9: 503"]).answer.status == 200)
    }
}
