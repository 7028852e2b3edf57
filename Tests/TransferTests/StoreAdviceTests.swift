import Records
import Store
import Testing

@testable import Transfer

/// What a 403 means, as far as its body and the clocks tell.
@Suite struct StoreAdviceTests {
    private func judge(_ body: String, _ headers: String..., url: String = "https://a/b", expiresAt: Double? = nil)
        throws -> TryError
    {
        var answer = AnswerHead()
        for header in ["HTTP/1.1 403"] + headers { Array(header.utf8).withUnsafeBytes { answer.receive(header: $0) } }
        answer.append(errorBody: Array("<Error>\(body)</Error>".utf8))
        let signature = UsedSignature(expiresAt: expiresAt, url: VideoURL(Array(url.utf8)))
        return try #require(
            AnswerJudge.judge(answer, askedFrom: 0, expected: ExpectedFile(), signature: signature, now: 1000))
    }

    @Test("a key that is not trusted is named")
    func invalidKey() throws {
        let trouble = try judge(
            "<Code>InvalidKey</Code><Message>Unknown Key</Message>",
            url: "https://a/b?Signature=SECRET&Key-Pair-Id=K2JCJ<script>")
        #expect(trouble.error == .forbidden)
        #expect(trouble.message.contains("key pair K2JCJscript is not trusted by this distribution"))
        #expect(!trouble.message.contains("SECRET"))
    }

    @Test(
        "each reason has its advice",
        arguments: [
            ("<Code>MissingKey</Code>", "the URL is not signed"),
            ("<Code>MalformedPolicy</Code>", "sign the record anew"),
            ("<Code>AccessDenied</Code><Message>Access denied</Message>", "tf-sign --explain"),
            ("<Code>AccessDenied</Code><RequestId>1</RequestId><HostId>2</HostId>", "no such object"),
            ("<Code>SignatureDoesNotMatch</Code>", "the secret key is another one"),
        ])
    func advice(body: String, words: String) throws {
        #expect(try judge(body).message.contains(words))
    }

    @Test("a refusal after the URL's end is an expiry, by our clock or by the origin's")
    func expiry() throws {
        let body = "<Code>AccessDenied</Code><Message>Access denied</Message>"
        #expect(try judge(body, expiresAt: 1001).error == .forbidden)
        #expect(try judge(body, expiresAt: 1000).error == .expired)
        let skewed = try judge(body, "Date: Thu, 01 Jan 1970 01:00:00 GMT", expiresAt: 2000)
        #expect(skewed.error == .expired)
        #expect(skewed.message.contains("the clock is 2600 s behind the origin's"))
    }

    @Test("the store's own refusal is no expiry")
    func store() throws {
        let body = "<Code>AccessDenied</Code><RequestId>1</RequestId><HostId>2</HostId>"
        #expect(try judge(body, expiresAt: 10).error == .forbidden)
    }
}
