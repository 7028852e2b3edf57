import Foundation
import TestSupport
import Testing

@testable import Transfer

/// Headers of the user's own, and cookies.
@Suite struct RequestExtrasTests {
    private static func headers(_ text: String) throws -> OwnHeaders { try OwnHeaders(Array(text.utf8)) }

    private static func url(_ text: String) -> VideoURL { VideoURL(Array(text.utf8))! }

    @Test("lines as curl takes them are read, with either line end, and blank lines between them")
    func read() throws {
        let headers = try Self.headers("X-One: 1\r\n\n \t\nx_two!:\t2 3 \u{e9}")
        let url = Self.url("http://origin/a")
        #expect(headers.lines(for: url, of: url) == ["X-One: 1", "x_two!: 2 3 \u{e9}"])
        #expect("\(headers)" == "2 header lines")
    }

    @Test(
        "what is not a header, or would change the request, is named by its line, without its value",
        arguments: [
            ("X: 1\nSECRET", "line 2: this is not 'Name: value'"),
            (": SECRET", "line 1: this is not 'Name: value'"),
            ("X y: SECRET", "line 1: this is not 'Name: value'"),
            ("X: SECRET\rY: 1", "line 1: 'x' has a control character, or is not UTF-8"),
            ("X: SECRET\u{0}", "line 1: 'x' has a control character, or is not UTF-8"),
            ("\n\nhost: SECRET", "line 3: 'host' cannot be set: the URL says it"),
            ("Range: bytes=0-", "line 1: 'range' cannot be set: tf-fetch asks for ranges itself"),
            ("If-None-Match: SECRET", "line 1: 'if-none-match' cannot be set: tf-fetch sets conditions itself"),
            ("Transfer-Encoding: x", "line 1: 'transfer-encoding' cannot be set: it is the connection's own"),
            ("User-Agent: x", "line 1: 'user-agent' cannot be set: give --user-agent"),
            ("Authorization: a\nAuthorization: SECRET", "line 2: there is a second 'authorization'"),
            ("X:  ", "line 1: 'x' has no value"), ("\n", "line 1: there is no header"),
        ])
    func refused(text: String, message: String) {
        let error = #expect(throws: OwnHeadersError.self) { try Self.headers(text) }
        #expect(error?.description == message)
    }

    @Test("only the record's own host gets them, and an Authorization is not sent beside a signature of S3")
    func hosts() throws {
        let headers = try Self.headers("X: 1\nAuthorization: SECRET")
        let first = Self.url("http://origin/a")
        #expect(headers.lines(for: first, of: first).count == 2)
        #expect(headers.lines(for: Self.url("https://origin/b"), of: first).count == 2)
        for other in ["http://other/a", "http://origin:81/a", "http://origin.evil/a", "https://sub.origin/a"] {
            #expect(headers.lines(for: Self.url(other), of: first).isEmpty)
        }
        for signed in ["http://origin/a?X-Amz-Credential=A%2Fb&X-Amz-Signature=s", "http://u:p@origin/a"] {
            #expect(headers.lines(for: Self.url(signed), of: Self.url(signed)) == ["X: 1"])
        }
        let cloudFront = Self.url("http://origin/a?Policy=p&Signature=s&Key-Pair-Id=K")
        #expect(headers.lines(for: cloudFront, of: cloudFront).count == 2)
    }

    @Test("each request has them, that of a part's rest too, and a redirect to another host does not")
    func requests() throws {
        let video = ScriptedWorld.video(size: 5000)
        let world = ScriptedWorld { request in
            guard request.origin == "http://origin" else { return .video(video, request) }
            return [
                .head(["HTTP/1.1 302 Found", "Location: http://other/a.mp4"]), .redirect("http://other/a.mp4"), .end,
            ]
        }
        world.settings.hosts = HostPolicy(followsToOthers: true)
        world.settings.extras.headers = try Self.headers("X-Key: SECRET")
        world.add("a.mp4")
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.map(\.headers) == [["X-Key: SECRET"], []])
        #expect(!world.results[0].line.contains("SECRET"))
    }

    private static let jar = """
        # Netscape HTTP Cookie File
        cdn.example\tFALSE\t/c1/\tTRUE\t2000\tCloudFront-Policy\tp
        #HttpOnly_cdn.example\tFALSE\t/c1/\tTRUE\t0\tCloudFront-Signature\ts
        cdn.example\tFALSE\t/\tFALSE\t0\tall\t
        .example\tTRUE\t/c1\tFALSE\t0\twide\tw

        """

    @Test(
        "a request gets the cookies of its host, path, scheme and time, those of the longest path first",
        arguments: [
            ("https://cdn.example/c1/a.mp4?x", "CloudFront-Policy=p; CloudFront-Signature=s; wide=w; all="),
            ("https://CDN.example:444/c1/a", "CloudFront-Policy=p; CloudFront-Signature=s; wide=w; all="),
            ("http://cdn.example/c1/a", "wide=w; all="), ("https://cdn.example/c10/a", "all="),
            ("https://cdn.example", "all="), ("https://cdn.example/c1", "wide=w; all="),
            ("https://other.example/c1/a", "wide=w"), ("https://cdn.example.evil/c1/a", nil),
            ("https://xexample/c1/a", nil), ("https://127.0.0.1/c1/a", nil),
        ])
    func cookies(url: String, header: String?) throws {
        let cookies = try Cookies(Array(Self.jar.utf8))
        #expect(cookies.header(for: Self.url(url), at: 1000) == header)
        #expect(cookies.header(for: Self.url(url), at: 3000)?.contains("CloudFront-Policy") != true)
    }

    @Test(
        "a line that is not of the form is named by its number", arguments: ["a b c", "h\tTRUE\t/\tTRUE\tx\tn\tSECRET"])
    func badJar(line: String) {
        let error = #expect(throws: CookieJarError.self) { try Cookies(Array("# c\n\(line)\n".utf8)) }
        #expect(error?.description.hasPrefix("line 2: ") == true && error?.description.contains("SECRET") == false)
    }

    @Test("a jar that comes later or changes is read again, and a bad one leaves what is known")
    func changes() throws {
        let folder = try TemporaryFolder()
        let jar = try CookieJar(folder.file("jar").path)
        let url = Self.url("http://h/a")
        #expect(jar.header(for: url, at: 0) == nil)
        try folder.write("h\tFALSE\t/\tFALSE\t0\ta\t1\n", to: "jar")
        #expect(jar.header(for: url, at: 0) == "a=1")
        try folder.write("h\tFALSE\t/\tFALSE\t0\ta\t22\n", to: "jar")
        #expect(jar.header(for: url, at: 0) == "a=22")
        try folder.write("bad", to: "jar")
        #expect(jar.header(for: url, at: 0) == "a=22")
    }
}
