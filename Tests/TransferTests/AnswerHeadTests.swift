import Testing

@testable import Transfer

@Suite struct AnswerHeadTests {
    static func answer(_ lines: String..., body: String = "") -> AnswerHead { answer(lines, body: body) }

    static func answer(_ lines: [String], body: String = "") -> AnswerHead {
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

    @Test("an answer's marks tell who gave it")
    func marks() {
        let store = Self.answer(
            "HTTP/1.1 200 OK", "Server: AmazonS3", "X-Amz-Request-Id: 1", "Content-Type: video/mp4",
            "Accept-Ranges: bytes"
        ).marks
        #expect(store.server == "AmazonS3" && store.hasAmazonFields && store.contentType == .other)
        #expect(!store.hasVia && !store.hasCache && !store.isEmpty)
        let edge = Self.answer(
            "HTTP/2 403", "server: CloudFront", "via: 1.1 abc.cloudfront.net (CloudFront)",
            "x-cache: Error from cloudfront", "x-amz-cf-id: x", "content-type: TEXT/HTML; charset=utf-8")
        #expect(edge.marks.server == "CloudFront" && edge.marks.hasVia && edge.marks.hasCache && edge.isHTML)
        let portal = Self.answer("HTTP/1.0 302 Found", "Location: http://login/", "Content-Type: text/html")
        #expect(portal.marks.isEmpty && portal.isHTML && portal.hasLocation)
    }

    @Test("what a server calls itself is cut short, and is one word")
    func server() {
        let answer = Self.answer("HTTP/1.1 200", "Server: nginx/1.22.1 (Ubuntu)", "Content-Type: video/mp4")
        #expect(answer.marks.server == "nginx")
        #expect(Self.answer("HTTP/1.1 200", "Server: averyveryverylongname").marks.server.utf8.count == 15)
    }

    @Test("a later answer has the marks of its origin, a portal's has not")
    func sameOrigin() {
        let amazon = Self.answer("HTTP/1.1 200", "Server: AmazonS3", "x-amz-id-2: 1").marks
        let edge = Self.answer("HTTP/1.1 504", "Server: CloudFront", "X-Cache: Error from cloudfront").marks
        let nginx = Self.answer("HTTP/1.1 200", "Server: nginx/1.2").marks
        let newer = Self.answer("HTTP/1.1 200", "Server: nginx/1.3").marks
        let portal = Self.answer("HTTP/1.1 302", "Server: Portal", "Location: /login").marks
        #expect(edge.mayBe(ofSameOriginAs: amazon) && newer.mayBe(ofSameOriginAs: nginx))
        #expect(!portal.mayBe(ofSameOriginAs: amazon) && !portal.mayBe(ofSameOriginAs: nginx))
        #expect(portal.mayBe(ofSameOriginAs: AnswerMarks()))
    }

    @Test("every field that decides is found, in whatever letters, and none beside it", arguments: HeaderField.allCases)
    func fields(field: HeaderField) {
        func found(_ name: String) -> HeaderField? { Array(name.utf8).withUnsafeBytes { HeaderField($0[...]) } }
        #expect(found(field.rawValue) == field && found(field.rawValue.uppercased()) == field)
        #expect(
            found(field.rawValue + "x") == nil && found(String(field.rawValue.dropLast())) == nil && found("") == nil)
    }
}
