import Records
import Store
import TestSupport

@testable import Transfer

/// Values that the tests of this room need again and again.
enum Sample {
    /// A record as its line is read.
    static func record(
        _ path: String, host: String = "http://origin", size: Int? = nil, number: Int = 1
    ) -> FetchRecord {
        let size = size.map { #","size":\#($0)"# } ?? ""
        let line = #"{"path":"\#(path)","url":"\#(host)/\#(path)"\#(size)}"#
        guard case .ready(let record) = RecordParser().parse(Array(line.utf8), number: number) else {
            preconditionFailure("not a record: \(line)")
        }
        return record
    }

    /// A transfer that has not begun yet.
    static func transfer(
        _ path: String, host: String = "http://origin", clock: TestClock = TestClock(), disk: MemoryDisk = MemoryDisk(),
        rateLimit: RateLimit? = nil
    ) throws -> FileTransfer {
        let record = record(path, host: host)
        let part = try OutputFolder(disk.start()).part(for: record.path, bootID: "boot")
        let rules = FileTransfer.Rules(
            bootID: "boot", wholeTimeout: 600, hosts: HostPolicy(), verification: Verification(), rateLimit: rateLimit,
            clock: clock)
        return FileTransfer(record, part: part, rules: rules)
    }

    /// An answer that takes its time: its head at once, the video so many seconds later.
    static func slow(_ seconds: Double, _ video: [UInt8], _ request: ScriptedRequest) -> [ScriptedStep] {
        var steps = [ScriptedStep].video(video, request)
        steps.insert(.wait(seconds), at: 1)
        return steps
    }
}
