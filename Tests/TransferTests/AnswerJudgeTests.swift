import Curl
import Records
import Store
import Testing

@testable import Transfer

@Suite struct AnswerJudgeTests {
    private func judge(
        _ answer: AnswerHead, from offset: Int64 = 0, size: Int64? = nil, now: Double = 1000
    ) -> TryError? {
        AnswerJudge.judge(answer, askedFrom: offset, expected: ExpectedFile(size: size), now: now)
    }

    @Test(
        "each status has its error",
        arguments: [
            (204, ErrorCode.badAnswer), (301, .badRequest), (302, .badRequest), (400, .badRequest), (401, .forbidden),
            (403, .forbidden), (404, .notFound), (408, .timeout), (410, .notFound), (416, .badAnswer),
            (418, .badRequest),
            (429, .rateLimited), (500, .serverError), (502, .serverError), (503, .serverError), (599, .serverError),
            (700, .badAnswer),
        ])
    func statuses(status: Int, error: ErrorCode) {
        #expect(judge(AnswerHeadTests.answer("HTTP/1.1 \(status) X"))?.error == error)
    }

    @Test("a 503 with Retry-After or SlowDown is a rate limit")
    func slowDown() {
        #expect(judge(AnswerHeadTests.answer("HTTP/1.1 503", "Retry-After: 7"))?.retryAfter == 7)
        #expect(judge(AnswerHeadTests.answer("HTTP/1.1 429", "Retry-After: 99999999999999"))?.retryAfter == 86400)
        let slow = AnswerHeadTests.answer("HTTP/1.1 503", body: "<Error><Code>SlowDown</Code></Error>")
        #expect(judge(slow)?.error == .rateLimited)
    }

    @Test("Retry-After as a date counts from the origin's own clock")
    func retryAfterDate() {
        let answer = AnswerHeadTests.answer(
            "HTTP/1.1 429", "Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:49:57 GMT")
        #expect(judge(answer, now: 5)?.retryAfter == 20)
    }

    @Test("S3's words for an old URL are an expiry, not a refusal")
    func expiredWords() {
        let refused = AnswerHeadTests.answer(
            "HTTP/1.1 403", body: "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
        #expect(judge(refused)?.error == .expired)
        let token = AnswerHeadTests.answer("HTTP/1.1 400", body: "<Error><Code>ExpiredToken</Code></Error>")
        #expect(judge(token)?.error == .expired)
    }

    @Test(
        "a 206 is believed only when it is what was asked for",
        arguments: [
            ("bytes 100-1999/2000", Int64(100), true), ("bytes 0-1999/2000", 100, false),
            ("bytes 100-1998/2000", 100, false),
            ("bytes 101-1999/2000", 100, false), ("bytes 100-1999/*", 100, false), ("bytes 0-1999/2000", 0, false),
        ])
    func partialContent(range: String, offset: Int64, isBelieved: Bool) {
        let answer = AnswerHeadTests.answer(
            "HTTP/1.1 206", "Content-Range: \(range)", "Content-Length: \(2000 - offset)")
        #expect((judge(answer, from: offset) == nil) == isBelieved)
    }

    @Test("a length other than the record's is a mismatch before any byte has come")
    func wrongLength() {
        let answer = AnswerHeadTests.answer("HTTP/1.1 200", "Content-Length: 5000")
        #expect(judge(answer, size: 5000) == nil)
        #expect(judge(answer, size: 5001)?.error == .mismatch)
        #expect(judge(AnswerHeadTests.answer("HTTP/1.1 200", "Content-Length: 1023"))?.error == .notVideo)
    }

    @Test("the origin's words reach a message only as harmless letters")
    func hostileWords() throws {
        let answer = AnswerHeadTests.answer("HTTP/1.1 403", body: "<Code>\u{1B}[31mBad<script>\n</Code>")
        let message = try #require(judge(answer)).message
        #expect(message == "the origin answered 403 mBadscript")
    }

    private static let limits = TransferSettings(
        userAgent: "t", connectTimeout: 30, wholeTimeout: 600, stallTimeout: 30, stallSpeed: 1024)

    @Test(
        "what libcurl gave up is told apart by what had happened",
        arguments: [
            (CurlFailure.connection("x"), 1.0, true, ErrorCode.connect), (.tls("x"), 1, false, .tls),
            (.partial, 1, true, .truncated), (.timedOut, 30, false, .connect), (.timedOut, 600, true, .timeout),
            (.timedOut, 45, true, .stalled), (.protocolViolation("x"), 1, true, .badAnswer),
            (.badURL, 0, false, .badRecord),
        ])
    func failures(failure: CurlFailure, total: Double, wasConnected: Bool, error: ErrorCode) {
        let answer = AnswerHeadTests.answer("HTTP/1.1 200", "Content-Length: 5000")
        let trouble = AnswerJudge.judge(
            failure, answer, limits: Self.limits, wasConnected: wasConnected,
            isTimeOver: total >= 600)
        #expect(trouble.error == error)
    }

    @Test("a body of unknown length that was cut is no answer")
    func cutWithoutLength() {
        let trouble = AnswerJudge.judge(
            .partial, AnswerHeadTests.answer("HTTP/1.1 200"), limits: Self.limits,
            wasConnected: true, isTimeOver: false)
        #expect(trouble.error == .badAnswer)
        #expect(trouble.startsOver)
    }
}
