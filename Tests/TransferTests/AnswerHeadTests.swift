import Curl
import Testing

@testable import Transfer

@Suite struct AnswerHeadTests {
    static func answer(_ lines: String..., body: String = "") -> AnswerHead {
        var answer = AnswerHead()
        for line in lines { Array((line + "\r\n").utf8).withUnsafeBytes { answer.receive(header: $0) } }
        answer.append(errorBody: Array(body.utf8))
        return answer
    }

    @Test("the last head of several counts: interim answers are forgotten")
    func interim() {
        let answer = Self.answer("HTTP/1.1 100 Continue", "ETag: \"x\"", "HTTP/1.1 206 Partial", "content-LENGTH:  12 ")
        #expect(answer.status == 206)
        #expect(answer.contentLength == 12)
        #expect(answer.etag == nil)
    }

    @Test(
        "only a strong ETag is a validator",
        arguments: [
            ("\"abc\"", true), ("W/\"abc\"", false), ("abc", false), ("\"", false), ("\"\"", true),
        ])
    func strongETag(text: String, isStrong: Bool) {
        #expect((Self.answer("HTTP/2 200", "etag: \(text)").strongETag != nil) == isStrong)
    }

    @Test(
        "a content range is read as RFC 9110 writes it, and nothing else is",
        arguments: [
            ("bytes 5-9/10", [5, 9, 10]), ("BYTES 0-0/1", [0, 0, 1]), ("bytes 5-9/*", [5, 9, -1]),
            ("bytes */7", [-1, -1, 7]),
        ])
    func contentRange(text: String, numbers: [Int64]) throws {
        let range = try #require(ContentRange(text))
        #expect([range.first ?? -1, range.last ?? -1, range.total ?? -1] == numbers)
    }

    @Test(
        "a content range that contradicts itself is none",
        arguments: [
            "bytes 9-5/10", "bytes 5-10/10", "bytes -5/10", "items 0-1/2", "bytes 1-2", "bytes a-b/c", "",
        ])
    func badContentRange(text: String) {
        #expect(ContentRange(text) == nil)
    }

    @Test("an HTTP date is read, anything else is none")
    func dates() {
        #expect(HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(HTTPDate.parse("yesterday") == nil)
        #expect(HTTPDate.parse("Sun, 06 Xyz 1994 08:49:37 GMT") == nil)
    }

    @Test("an age beyond all measure cannot make the origin's clock overflow")
    func age() {
        let answer = Self.answer("HTTP/1.1 200", "Date: Sun, 06 Nov 1994 08:49:37 GMT", "Age: \(Int64.max)")
        #expect(answer.generatedAt == 784_111_777 + Double(1 << 31))
    }

    @Test("of an error page only the start is kept")
    func errorBody() {
        let answer = Self.answer("HTTP/1.1 403", body: String(repeating: "x", count: 10000))
        #expect(answer.errorBody.count == AnswerHead.longestErrorBody)
    }
}
