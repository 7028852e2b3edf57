import Records
import Store
import Testing

@testable import Transfer

@Suite struct AnswerJudgeTests {
    private func judge(
        _ answer: AnswerHead, from offset: Int64 = 0, size: Int64? = nil, now: Double = 1000
    ) -> TryError? {
        AnswerJudge.judge(
            answer, asked: AskedRange(from: offset, validator: "\"v1\""), expected: ExpectedFile(size: size), now: now)
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
        #expect(judge(AnswerHeadTests.answer("HTTP/1.1 \(status) X"))?.code == error)
    }

    @Test("a 503 with Retry-After or SlowDown is a rate limit")
    func slowDown() {
        #expect(judge(AnswerHeadTests.answer("HTTP/1.1 503", "Retry-After: 7"))?.retryAfter == 7)
        #expect(judge(AnswerHeadTests.answer("HTTP/1.1 429", "Retry-After: 99999999999999"))?.retryAfter == 86400)
        let slow = AnswerHeadTests.answer("HTTP/1.1 503", body: "<Error><Code>SlowDown</Code></Error>")
        #expect(judge(slow)?.code == .rateLimited)
    }

    @Test("a rate limit and any 503 slow the host down, other failures do not")
    func slowsDown() throws {
        for (head, slows) in [
            ("HTTP/1.1 429", true), ("HTTP/1.1 503", true), ("HTTP/1.1 500", false), ("HTTP/1.1 404", false),
        ] {
            let answer = AnswerHeadTests.answer(head)
            #expect(AnswerJudge.asksToSlowDown(answer, try #require(judge(answer))) == slows, "\(head)")
        }
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
        #expect(judge(refused)?.code == .expired)
        let token = AnswerHeadTests.answer("HTTP/1.1 400", body: "<Error><Code>ExpiredToken</Code></Error>")
        #expect(judge(token)?.code == .expired)
    }

    @Test("another ETag is a mismatch that names both, as far as they are letters and digits")
    func etag() {
        var expected = ExpectedFile()
        expected.etag = "\"abc\""
        let error = AnswerJudge.judge(etag: "\"a\u{1B}[31mbd\"", expected)
        #expect(error?.message == "the origin's ETag is 'a31mbd', and the record says 'abc'")
        let without = AnswerJudge.judge(etag: nil, expected)
        #expect(without?.message == "the origin tells no ETag, and the record says 'abc'")
    }

    @Test("a length other than the record's is a mismatch before any byte has come")
    func wrongLength() {
        let answer = AnswerHeadTests.answer("HTTP/1.1 200", "Content-Length: 5000")
        #expect(judge(answer, size: 5000) == nil)
        #expect(judge(answer, size: 5001)?.code == .mismatch)
        #expect(judge(AnswerHeadTests.answer("HTTP/1.1 200", "Content-Length: 1023"))?.code == .notVideo)
    }

    @Test("the origin's words reach a message only as harmless letters and digits")
    func hostileWords() throws {
        let answer = AnswerHeadTests.answer("HTTP/1.1 403", body: "<Code>\u{1B}[31mBad<script>\n</Code>")
        let message = try #require(judge(answer)).message
        #expect(message == "the origin answered 403 31mBadscript: the URL does not open the file")
    }

    @Test("the bucket's region or endpoint is reported in the store's own words, made harmless")
    func place() throws {
        let redirect = AnswerHeadTests.answer(
            "HTTP/1.1 301",
            body: "<Error><Code>PermanentRedirect</Code><Endpoint>b.s3-eu-west-1.amazonaws.com</Endpoint></Error>")
        let moved = try #require(judge(redirect))
        #expect(moved.owner == .credentials && moved.code == .badRequest)
        #expect(moved.message.hasPrefix("the origin answered 301 PermanentRedirect: the bucket is in another region"))
        #expect(moved.message.hasSuffix("; the store says endpoint 'b.s3-eu-west-1.amazonaws.com'"))
        let signed = AnswerHeadTests.answer(
            "HTTP/1.1 400",
            body: "<Error><Code>AuthorizationQueryParametersError</Code><Region>eu-west-1'?X=<b></Region></Error>")
        #expect(try #require(judge(signed)).message.hasSuffix("; the store says region 'eu-west-1Xb'"))
        let header = AnswerHeadTests.answer(
            "HTTP/1.1 307", "x-amz-bucket-region: eu-west-3", body: "<Error><Code>IncorrectEndpoint</Code></Error>")
        #expect(try #require(judge(header)).message.hasSuffix("; the store says region 'eu-west-3'"))
    }

    @Test("a redirect that cannot be followed says why")
    func redirects() {
        #expect(
            judge(AnswerHeadTests.answer("HTTP/1.1 302"))?.message.hasSuffix("it does not say where to go on") == true)
        let other = judge(AnswerHeadTests.answer("HTTP/1.1 302", "Location: ftp://a/b?Signature=SECRET"))
        #expect(other?.message == "the origin answered 302: what it redirects to is not an http or https URL")
    }

    @Test("a refused range or condition is asked for again as the whole, a refused whole is not")
    func refusedRange() {
        for status in [412, 416] {
            #expect(judge(AnswerHeadTests.answer("HTTP/1.1 \(status)"), from: 2000)?.startsOver == true)
            #expect(judge(AnswerHeadTests.answer("HTTP/1.1 \(status)"))?.startsOver == false)
        }
    }

    @Test("a connection that is not for this host is worth another, and costs no byte")
    func misdirected() throws {
        let error = try #require(judge(AnswerHeadTests.answer("HTTP/1.1 421"), from: 2000))
        #expect(error.isPassing && !error.startsOver && error.owner == .host)
    }

    @Test("a range beyond the record's size is a mismatch, with a total or without")
    func rangeBeyondRecord() {
        for total in ["3000", "*"] {
            let answer = AnswerHeadTests.answer("HTTP/1.1 206", "Content-Range: bytes 1000-2999/\(total)")
            #expect(judge(answer, from: 1000, size: 2000)?.code == .mismatch)
            #expect(judge(answer, from: 1000, size: 3000) == nil)
        }
    }
}
