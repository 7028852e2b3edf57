import Records
import Store
import Testing

@testable import Transfer

@Suite struct HostPolicyTests {
    private func url(_ text: String) throws -> VideoURL { try #require(VideoURL(Array(text.utf8))) }

    @Test(
        "a redirect is followed to the same host alone",
        arguments: [
            ("http://a.org/1", "http://a.org/2", true), ("http://A.org/1", "http://a.org/2", true),
            ("http://a.org/1", "http://b.org/1", false), ("http://a.org/1", "http://x.a.org/1", false),
            ("http://a.org/1", "http://a.org:81/1", false), ("http://a.org/1", "https://a.org/1", true),
            ("https://a.org/1", "http://a.org/1", false),
        ])
    func sameHost(from: String, to: String, isFollowed: Bool) throws {
        let refusal = HostPolicy().refusal(ofRedirectFrom: try url(from), to: try url(to))
        #expect((refusal == nil) == isFollowed)
    }

    @Test("--follow goes to any host, but never from TLS to none")
    func follow() throws {
        let policy = HostPolicy(followsToOthers: true)
        #expect(policy.refusal(ofRedirectFrom: try url("http://a.org/"), to: try url("http://b.org/")) == nil)
        #expect(policy.refusal(ofRedirectFrom: try url("https://a.org/"), to: try url("http://b.org/")) != nil)
    }

    @Test(
        "only the hosts that are allowed are asked, ports and user names notwithstanding",
        arguments: [
            ("https://a.org:444/", true), ("https://A.ORG/", true), ("https://a.org@b.org/", false),
            ("https://b.org/", false), ("https://c.d.net/", true), ("https://d.net/", false),
            ("https://xd.net/", false), ("https://[::1]:80/", true), ("https://[::2]/", false),
        ])
    func allowed(address: String, isAllowed: Bool) throws {
        let policy = HostPolicy(allowed: ["a.org", "*.d.net", "[::1]"])
        #expect((policy.refusal(of: try url(address)) == nil) == isAllowed)
    }

    @Test("a redirect goes to an allowed host without --follow, and to no other with it")
    func allowedRedirect() throws {
        let policy = HostPolicy(allowed: ["a.org", "b.org"], followsToOthers: true)
        #expect(policy.refusal(ofRedirectFrom: try url("http://a.org/"), to: try url("http://b.org/")) == nil)
        #expect(policy.refusal(ofRedirectFrom: try url("http://a.org/"), to: try url("http://c.org/")) != nil)
    }

    @Test("a refusal names the host, and nothing of the redirect's query")
    func noSecret() throws {
        let refusal = HostPolicy().refusal(
            ofRedirectFrom: try url("http://a.org/"), to: try url("http://b.org/x?Signature=SECRET"))
        #expect(refusal?.message == "the origin redirects to 'http://b.org': --follow would go there")
    }

    @Test("a redirect that is not followed is the way's fault where no origin has marked it, else the settings'")
    func owners() throws {
        let (from, to) = (try url("http://a.org/"), try url("http://b.org/"))
        #expect(HostPolicy().refusal(ofRedirectFrom: from, to: to)?.owner == .way)
        let marks = AnswerHeadTests.answer("HTTP/1.1 302", "Server: AmazonS3").marks
        #expect(HostPolicy().refusal(ofRedirectFrom: from, to: to, marks: marks)?.owner == .credentials)
    }

    @Test("redirects end after ten, and the host is to blame")
    func circles() throws {
        let same = try url("http://a.org/")
        #expect(HostPolicy().refusal(ofRedirectFrom: same, to: same, after: 9) == nil)
        #expect(HostPolicy().refusal(ofRedirectFrom: same, to: same, after: 10)?.owner == .host)
    }
}
