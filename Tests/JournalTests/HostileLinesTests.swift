import Foundation
import Journal
import NDJSON
import POSIX
import TestSupport
import Testing

/// Lines that are not results, or results with odd fields.
@Suite struct HostileLinesTests {
    private let lines: Lines

    init() throws { lines = try Lines() }

    @Test("torn and foreign lines are passed over and counted, blank ones are not lines")
    func passedOver() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"success"}
            {"path":"b","status":"succ
            hello
            [1,2]

            {"path":"c"}
            {"path":"d","status":"done"}
            {"path":5,"status":"success"}
            {"path":"\\ud800","status":"success"}
            {"line":3,"status":"failed","error":"bad_record"}
            {"path":"e","status":"skipped"}
            """)
        #expect(journal.paths == 2)
        #expect(journal.lines.read == 10)
        #expect(journal.lines.passedOver == 8)
        #expect(journal.lines.withoutPath == 1)
    }

    @Test("a line torn at the end of the file is counted, and the rest is read")
    func tornAtTheEnd() throws {
        let journal = try lines.fold("{\"path\":\"a\",\"status\":\"success\"}\n{\"path\":\"b\",\"sta")
        #expect(journal.state(of: "a") == .success)
        #expect(journal.lines.passedOver == 1)
    }

    @Test("a line longer than 1 MiB is passed over, the next one is read")
    func tooLong() throws {
        let long = String(repeating: "x", count: 1 << 20)
        let journal = try lines.fold(
            """
            {"path":"\(long)","status":"success"}
            {"path":"b","status":"success"}
            """)
        #expect(journal.lines.passedOver == 1)
        #expect(journal.state(of: "b") == .success)
    }

    @Test("fields of the wrong type, or beyond all sense, count as absent")
    func oddFields() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"success","bytes":"many","seconds":[],"attempt":1.5,"course_id":"x","finished_at":true}
            {"path":"b","status":"failed","bytes":-1,"retryable":true,"attempt":99999999999,"retry_at":1E400,"error":7}
            {"path":"c","status":"success","bytes":9000000000000000000,"seconds":-3,"finished_at":-1}
            """)
        #expect(journal.state(of: "a") == .success)
        #expect(journal.outcome(of: "a")?.bytes == 0)
        #expect(journal.outcome(of: "b")?.bytes == 0)
        #expect(journal.outcome(of: "b")?.retryAt == 0)
        #expect(journal.outcome(of: "b")?.attempt == 2047)
        #expect(journal.error(of: "b") == "(none)")
        #expect(journal.outcome(of: "c")?.bytes == .max)
        #expect(journal.span == nil)
    }

    @Test("a code that is not known is kept as it is; millions of them are not")
    func unknownCodes() throws {
        let many = (0..<2000).map { #"{"path":"\#($0)","status":"failed","error":"code_\#($0)"}"# }
        let journal = try lines.fold(many.joined(separator: "\n"))
        #expect(journal.error(of: "7") == "code_7")
        #expect(journal.error(of: "1999") == "(none)")
    }

    @Test("a file is read up to the length that it had when it was opened")
    func lengthAtTheStart() throws {
        let name = "growing.ndjson"
        let path = try lines.folder.write("{\"path\":\"a\",\"status\":\"success\"}\n", to: name).path
        var file = try LineFile(path)
        var text = try lines.folder.read(name)
        text.append(contentsOf: "{\"path\":\"b\",\"status\":\"success\"}\n".utf8)
        try text.write(to: lines.folder.file(name))
        var read = FoldedJournal()
        try read.read(&file)
        let journal = Fold(read)
        #expect(journal.state(of: "a") == .success)
        #expect(journal.state(of: "b") == nil)
    }
}
