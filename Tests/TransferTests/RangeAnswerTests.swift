import Records
import Store
import Testing

@testable import Transfer

/// Answers to a request for a range (RFC 9110, sections 14.4, 14.6, 15.3.7, 15.5.17): which bytes belong into a part.
@Suite struct RangeAnswerTests {
    private static let head206 = "HTTP/1.1 206 Partial Content"

    private func fault(_ lines: [String], from offset: Int64 = 100, total: Int64? = nil) -> RangeFault? {
        RangeFault(AnswerHeadTests.answer(lines), to: AskedRange(from: offset, validator: "\"v1\"", total: total))
    }

    @Test(
        "a content range is read as RFC 9110 writes it",
        arguments: [
            ("bytes 5-9/10", [5, 9, 10]), ("BYTES 0-0/1", [0, 0, 1]), ("bytes 5-9/*", [5, 9, -1]),
            ("bytes */7", [-1, -1, 7]), ("bytes 05-09/010", [5, 9, 10]),
        ])
    func contentRange(text: String, numbers: [Int64]) throws {
        let range = try #require(ContentRange(text))
        #expect([range.first ?? -1, range.last ?? -1, range.total ?? -1] == numbers)
    }

    @Test(
        "a content range that contradicts itself, or is written in another way, is none",
        arguments: [
            "bytes 9-5/10", "bytes 5-10/10", "bytes -5/10", "items 0-1/2", "bytes 1-2", "bytes a-b/c", "", "bytes",
            "bytes=5-9/10", "bytes +5-9/10", "bytes 5-9/+10", "bytes 5-9/10/10", "bytes 5-6-7/10", "bytes 5-9/",
            "bytes 5-/10", "bytes 0-1/99999999999999999999", "bytes 99999999999999999999-1/*", "bytes 5 - 9/10",
        ])
    func badContentRange(text: String) {
        #expect(ContentRange(text) == nil)
    }

    /// What the RFC allows.
    static let allowedHeads: [[String]] = [
        ["Content-Range: bytes 100-1999/2000", "Content-Length: 1900", "ETag: \"v1\""],
        ["Content-Range: bytes 100-1999/2000", "ETag: \"v1\""],
        ["Content-Range: bytes 100-1999/2000", "Content-Length: 1900"],
        ["Content-Range: bytes 100-1999/*", "Content-Length: 1900"],
        ["Content-Range: bytes 100-1999/*"],
        ["Content-Range: bytes 100-299/2000", "Content-Length: 200"],
        ["Content-Range: bytes 100-100/2000", "Content-Length: 1"],
        ["Content-Range: bytes 100-299/*"],
        ["Content-Range: bytes 100-1999/2000", "Content-Range: bytes 100-1999/2000"],
        ["Content-Range: bytes 100-1999/2000", "Content-Type: video/mp4", "Transfer-Encoding: chunked"],
        ["content-range:bytes 100-1999/2000", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"],
    ]

    @Test("a range that begins where it was asked from belongs into the part", arguments: allowedHeads)
    func allowed(lines: [String]) {
        #expect(fault([Self.head206] + lines) == nil)
        #expect(fault([Self.head206] + lines, total: 2000) == nil)
    }

    /// What it forbids, or what cannot be appended.
    static let forbiddenHeads: [(lines: [String], fault: RangeFault)] = [
        (["Content-Length: 1900"], .noRange),
        (["Content-Range: bytes */2000"], .unreadable),
        (["Content-Range: bytes 100-1999"], .unreadable),
        (["Content-Range: items 100-1999/2000"], .unreadable),
        (["Content-Range: bytes 100-1999/1000"], .unreadable),
        (["Content-Range: bytes 100-1999/2000", "Content-Range: bytes 100-1998/2000"], .unreadable),
        (["Content-Type: multipart/byteranges; boundary=x"], .multipart),
        (["Content-Type: multipart/byteranges; boundary=x", "Content-Range: bytes 100-1999/2000"], .multipart),
        (["Content-Range: bytes 0-1999/2000", "Content-Length: 2000"], .otherStart),
        (["Content-Range: bytes 99-1999/2000"], .otherStart),
        (["Content-Range: bytes 101-1999/2000"], .otherStart),
        (["Content-Range: bytes 100-1999/2000", "Content-Length: 1899"], .otherLength),
        (["Content-Range: bytes 100-1999/2000", "Content-Length: 2000"], .otherLength),
        (["Content-Range: bytes 100-2000/2001"], .otherTotal),
        (["Content-Range: bytes 100-1998/1999"], .otherTotal),
        (["Content-Range: bytes 100-2000/*"], .otherTotal),
        (["Content-Range: bytes 100-1999/2000", "ETag: \"v2\""], .otherVersion),
        (["Content-Range: bytes 100-1999/2000", "ETag: W/\"v1\""], .otherVersion),
    ]

    @Test("a range that does not belong there is refused, for the reason that is so", arguments: forbiddenHeads)
    func forbidden(lines: [String], fault: RangeFault) {
        #expect(self.fault([Self.head206] + lines, total: 2000) == fault)
    }

    @Test("a range is refused where none was asked for")
    func unasked() {
        #expect(fault([Self.head206, "Content-Range: bytes 0-1999/2000"], from: 0) == .unasked)
    }

    @Test(
        "the whole is the whole, unless it says that it is a part",
        arguments: [
            ([], nil), (["Content-Length: 2000"], nil), (["Content-Range: bytes 0-1999/2000"], nil),
            (["Content-Range: nonsense"], nil), (["Content-Range: bytes 100-1999/2000"], .pieceAsWhole),
            (["Content-Range: bytes 0-99/2000"], .pieceAsWhole), (["Content-Range: bytes 100-1999/*"], .pieceAsWhole),
        ] as [([String], RangeFault?)])
    func whole(lines: [String], fault: RangeFault?) {
        #expect(self.fault(["HTTP/1.1 200 OK"] + lines) == fault)
    }

    @Test("every fault is met above")
    func complete() {
        let met = Set(Self.forbiddenHeads.map(\.fault)).union([.unasked, .pieceAsWhole])
        #expect(met == Set(RangeFault.allCases))
    }

    @Test(
        "416 means that nothing is left, where it does not say otherwise",
        arguments: [
            (["Content-Range: bytes */2000"], "", true), (["Content-Range: bytes */2000", "ETag: \"v1\""], "", true),
            (["Content-Range: bytes */2000", "ETag: \"v2\""], "", false), (["Content-Range: bytes */1999"], "", false),
            (["Content-Range: bytes */2001"], "", false),
            (["Content-Range: bytes 0-1/2000", "Content-Range: x"], "", false),
            ([], "<Error><Code>InvalidRange</Code><ActualObjectSize>2000</ActualObjectSize></Error>", true),
            ([], "<Error><ActualObjectSize>3000</ActualObjectSize></Error>", false),
        ] as [([String], String, Bool)])
    func unsatisfiable(lines: [String], body: String, isComplete: Bool) {
        let answer = AnswerHeadTests.answer(["HTTP/1.1 416"] + lines, body: body)
        #expect(
            answer.saysComplete(2000, askedFor: AskedRange(from: 2000, validator: "\"v1\""), size: nil) == isComplete)
        #expect(!answer.saysComplete(2000, askedFor: AskedRange(), size: nil))
    }

    @Test("a 416 that tells no length is believed where the length was known before")
    func unsatisfiableUntold() {
        let answer = AnswerHeadTests.answer("HTTP/1.1 416")
        let asked = AskedRange(from: 2000, validator: "\"v1\"")
        #expect(!answer.saysComplete(2000, askedFor: asked, size: nil))
        #expect(answer.saysComplete(2000, askedFor: asked, size: 2000))
        #expect(
            answer.saysComplete(2000, askedFor: AskedRange(from: 2000, validator: "\"v1\"", total: 2000), size: nil))
    }

    @Test(
        "a range that ended before the end is asked for again from there, keeping what came",
        arguments: [
            ("bytes 100-299/2000", 300, 2000, false), ("bytes 100-1999/2000", 1500, 2000, false),
            ("bytes 100-1999/2000", 2000, 2000, true), ("bytes 100-1999/*", 2000, 2000, true),
            ("bytes 100-1999/*", 2000, nil, false),
        ] as [(String, Int64, Int64?, Bool)])
    func pieces(range: String, length: Int64, total: Int64?, isWhole: Bool) {
        let answer = AnswerHeadTests.answer(Self.head206, "Content-Range: \(range)")
        let error = AnswerJudge.judgeLength(length, answer, total: total, ExpectedFile(size: isWhole ? length : 2000))
        #expect(error?.code == (isWhole ? nil : .truncated))
        #expect(error?.startsOver != true)
    }
}
