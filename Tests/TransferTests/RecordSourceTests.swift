import Foundation
import NDJSON
import POSIX
import Records
import Store
import TestSupport
import Testing

@testable import Transfer

/// Lines as they come, and the records that they are.
@Suite struct RecordSourceTests {
    private static func parse(_ line: String) -> SourceItem { RecordParser().parse(Array(line.utf8), number: 7) }

    /// The result that is written for a line that no transfer is needed for.
    private static func decided(_ line: String) -> String? {
        guard case .decided(let result) = parse(line) else { return nil }
        var buffer = LineBuffer()
        result.write(into: &buffer, now: 5)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    private static func record(_ line: String) -> FetchRecord? {
        guard case .ready(let record) = parse(line) else { return nil }
        return record
    }

    @Test("a line is read once, into a record that cannot be wrong afterwards")
    func record() {
        let record = Self.record(
            #"{"path":"a/b.mp4","url":"http://h/x","size":5000,"expires_at":9.5,"attempt":2,"aliases":["c.mp4"]}"#)
        #expect(record?.number == 7)
        #expect(record?.path.text == "a/b.mp4")
        #expect(record?.aliases.map(\.text) == ["c.mp4"])
        #expect(record?.expected.size == 5000)
        #expect(record?.expiresAt == 9.5)
        #expect(record?.attempt == 2)
    }

    @Test("the signed URL is used where there is one")
    func signedURL() {
        let record = Self.record(#"{"path":"a.mp4","url":"http://h/x","signed_url":"http://s/y?Signature=1"}"#)
        #expect(record?.url.description == "http://s/y")
    }

    @Test("unknown fields pass through, and what a result states itself does not")
    func echo() {
        let record = Self.record(#"{"path":"a.mp4","url":"http://h/x","mine":[1,{}],"status":"failed","attempt":3}"#)
        #expect(
            record.map { String(decoding: $0.echo, as: UTF8.self) }
                == #"{"path":"a.mp4","url":"http://h/x","mine":[1,{}]"#)
    }

    @Test("a URL that opens something is not echoed", arguments: ["url", "signed_url"])
    func secret(field: String) {
        let record = Self.record(#"{"path":"a.mp4","\#(field)":"http://h/x?Signature=SECRET"}"#)
        #expect(record.map { String(decoding: $0.echo, as: UTF8.self) } == #"{"path":"a.mp4""#)
    }

    @Test("an attempt beyond counting is as many as can be counted", arguments: [("-5", 0), ("99999999999", 1 << 32)])
    func attempts(text: String, attempt: Int64) {
        #expect(Self.record(#"{"path":"a.mp4","url":"http://h/x","attempt":\#(text)}"#)?.attempt == attempt)
    }

    @Test("what could not be signed is handed on as it came")
    func handedOn() {
        let line = #"{"path":"a.mp4","status":"failed","stage":"sign","error":"unsigned"}"#
        #expect(Self.decided(line) == line + "\n")
    }

    @Test(
        "a line that cannot be fetched says why, and at which line",
        arguments: [
            (#"{"url":"http://h/x"}"#, "bad_record"), (#"{"path":"a.mp4"}"#, "bad_record"),
            (#"{"path":"../a.mp4","url":"http://h/x"}"#, "unsafe_path"),
            (#"{"path":"a.mp4","url":"ftp://h/x"}"#, "bad_record"),
            (#"{"path":"a.mp4","url":"http://h/x","size":-1}"#, "bad_record"),
            (#"{"path":"a.mp4","url":"http://h/x","md5":"zz"}"#, "bad_record"),
            (#"{"path":"a.mp4""#, "bad_record"), ("[]", "bad_record"), ("", "bad_record"),
        ])
    func rejected(line: String, error: String) {
        let result = Self.decided(line)
        #expect(result?.contains(#""line":7,"status":"failed","stage":"fetch","error":"\#(error)""#) == true)
        #expect(result?.contains(#""retryable":false"#) == true)
    }

    // MARK: - From a descriptor

    @Test("a pipe has a line when it is whole, and ends when its writer does")
    func pipe() throws {
        let pipe = Pipe()
        let source = DescriptorSource(pipe.fileHandleForReading.fileDescriptor)
        func next() throws -> String {
            switch try source.next() {
            case .ready(let record): record.path.text
            case .decided: "decided"
            case .nothingYet: "nothing yet"
            case .ended: "ended"
            }
        }
        #expect(try next() == "nothing yet")
        try pipe.fileHandleForWriting.write(contentsOf: Data(#"{"path":"a.mp4","#.utf8))
        #expect(try next() == "nothing yet")
        try pipe.fileHandleForWriting.write(contentsOf: Data(#""url":"http://h/x"}"#.utf8) + Data("\nno\n".utf8))
        #expect(try next() == "a.mp4")
        #expect(try next() == "decided")
        #expect(try next() == "nothing yet")
        try pipe.fileHandleForWriting.close()
        #expect(try next() == "ended")
    }

    @Test("a descriptor that cannot be read is an error")
    func unreadable() {
        let folder = open("/", O_RDONLY)
        defer { close(folder) }
        #expect(throws: SystemError.self) { try DescriptorSource(folder).next() }
    }
}
