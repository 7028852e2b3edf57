import Testing

@testable import Transfer

@Suite struct VideoURLTests {
    private func parse(_ text: String) -> VideoURL? { Array(text.utf8).withUnsafeBytes { VideoURL($0) } }

    @Test("a URL's printed form has lost its query and its user")
    func description() throws {
        let url = try #require(parse("https://me:pw@host:8443/a/b.mp4?Expires=1&Signature=SECRET#x"))
        #expect(url.description == "https://host:8443/a/b.mp4")
        #expect(url.origin == "https://host:8443")
        #expect(url.isSigned)
    }

    @Test(
        "only http and https are taken",
        arguments: ["ftp://h/x", "file:///etc/passwd", "h/x", "http://", "https:///x", ""])
    func schemes(text: String) {
        #expect(parse(text) == nil)
    }

    @Test(
        "a URL is signed by any of the parameters of CloudFront and S3",
        arguments: [
            ("http://h/x?Signature=1", true), ("http://h/x?a=1&X-Amz-Signature=1", true), ("HTTP://h/x?policy=1", true),
            ("http://h/x?a=Signature", false), ("http://h/x", false), ("http://h/Signature=1", false),
        ])
    func signed(text: String, isSigned: Bool) throws {
        #expect(try #require(parse(text)).isSigned == isSigned)
    }
}
