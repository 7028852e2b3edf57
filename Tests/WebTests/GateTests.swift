import Testing

@testable import Web

@Suite struct GateTests {
    private let gate = Gate(names: ["films.example"], token: "s3cret")

    /// How the gate refuses a request; nil where it admits it.
    private func verdict(
        _ method: String, _ path: String, _ variables: [String: String] = [:]
    ) throws -> WebStatus? {
        let request = try request(method, path, variables)
        let route = try Route(request)
        return refusal { () throws(WebError) in try gate.admit(request.sender, to: route, method: method) }
    }

    private static let own = "http://127.0.0.1:8088"

    // MARK: - Host

    @Test(
        "an address, 'localhost' and a name that was given are known, whatever the port",
        arguments: ["127.0.0.1:8088", "192.168.1.7", "[::1]:8088", "localhost:8088", "LOCALHOST", "films.example"])
    func knownHost(host: String) throws {
        #expect(try verdict("GET", "/progress", ["HTTP_HOST": host]) == nil)
    }

    @Test(
        "any other name is refused, even for reading: it may have been made to point here",
        arguments: [
            "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "films.example.evil", "0x7f.1",
            "1.2.3.4.5",
            "127.0.0.1:", "127.0.0.1:99999", "a@127.0.0.1", "[::1", "",
        ])
    func unknownHost(host: String) throws {
        #expect(try verdict("GET", "/progress", ["HTTP_HOST": host]) == .misdirected)
        let token = ["HTTP_HOST": host, "HTTP_AUTHORIZATION": "Bearer s3cret"]
        #expect(try verdict("POST", "/stop", token) == .misdirected)
    }

    // MARK: - The page's own origin

    @Test("the page may change things: its origin is this host and port")
    func ownOrigin() throws {
        #expect(try verdict("POST", "/stop", ["HTTP_ORIGIN": Self.own, "HTTP_SEC_FETCH_SITE": "same-origin"]) == nil)
        #expect(try verdict("POST", "/stop", ["HTTP_ORIGIN": Self.own]) == nil)
        #expect(try verdict("GET", "/download-all-courses", ["HTTP_SEC_FETCH_SITE": "same-origin"]) == nil)
    }

    @Test("behind a server that speaks TLS the port that is not told is 443")
    func ownOriginOverTLS() throws {
        let variables = ["HTTP_HOST": "films.example", "HTTP_ORIGIN": "https://films.example"]
        #expect(try verdict("POST", "/stop", variables) == nil)
    }

    @Test(
        "another origin may not, not even with the token",
        arguments: [
            "http://evil.example", "null", "http://127.0.0.1:8089", "http://127.0.0.1", "http://localhost:8088",
            "ftp://127.0.0.1:8088", "http://127.0.0.1:8088.evil.example", "http://127.0.0.1:8088@evil.example", "",
        ])
    func otherOrigin(origin: String) throws {
        #expect(try verdict("POST", "/stop", ["HTTP_ORIGIN": origin]) == .forbidden)
        let token = ["HTTP_ORIGIN": origin, "HTTP_AUTHORIZATION": "Bearer s3cret"]
        #expect(try verdict("POST", "/stop", token) == .forbidden)
        #expect(try verdict("GET", "/download-all-courses", ["HTTP_ORIGIN": origin]) == .forbidden)
    }

    @Test(
        "a browser that says the request comes from another site is believed",
        arguments: ["cross-site", "same-site", "?"])
    func otherSite(site: String) throws {
        #expect(try verdict("GET", "/download-all-courses", ["HTTP_SEC_FETCH_SITE": site]) == .forbidden)
        #expect(try verdict("GET", "/progress", ["HTTP_SEC_FETCH_SITE": site]) == .forbidden)
        let both = ["HTTP_ORIGIN": Self.own, "HTTP_SEC_FETCH_SITE": site]
        #expect(try verdict("POST", "/stop", both) == .forbidden)
    }

    @Test("an old browser tells another site by the page that it comes from")
    func otherReferer() throws {
        #expect(try verdict("GET", "/download-all-courses", ["HTTP_REFERER": "http://evil.example/a"]) == .forbidden)
        #expect(try verdict("GET", "/download-all-courses", ["HTTP_REFERER": Self.own + "/truefire-courses"]) == nil)
    }

    // MARK: - Behind a reverse proxy

    @Test(
        "behind a proxy that puts its own Host, the page may ask: the browser vouches for it, and its name was given",
        arguments: [
            "https://films.example", "http://films.example", "https://films.example:8443", "https://FILMS.example",
        ])
    func rewrittenHost(origin: String) throws {
        let page = ["HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_REFERER": origin + "/truefire-courses"]
        #expect(try verdict("GET", "/progress", page) == nil)
        #expect(try verdict("POST", "/stop", page.merging(["HTTP_ORIGIN": origin]) { $1 }) == nil)
    }

    @Test(
        "a page of any other name may not, nor one that the browser does not vouch for",
        arguments: [
            ("https://evil.example", "same-origin"), ("https://films.example.evil", "same-origin"),
            ("https://films.example", "same-site"), ("https://films.example", "cross-site"),
            ("https://films.example", "none"), ("null", "same-origin"), ("https://localhost", "same-origin"),
        ])
    func rewrittenHostOfOthers(origin: String, site: String) throws {
        let page = ["HTTP_ORIGIN": origin, "HTTP_SEC_FETCH_SITE": site]
        #expect(try verdict("POST", "/stop", page) == .forbidden)
        #expect(try verdict("GET", "/progress", page) == .forbidden)
    }

    @Test("a refusal that a proxy may have caused says what the proxy has to do")
    func reason() throws {
        let request = try request("GET", "/progress", ["HTTP_ORIGIN": "http://films.example"])
        do throws(WebError) {
            try gate.admit(request.sender, to: Route(request), method: "GET")
            Issue.record("it was admitted")
        } catch {
            for word in ["proxy", "'Host'", "--host", "tf-web(8)"] { #expect(error.message.contains(word)) }
        }
    }

    @Test(
        "without Fetch Metadata, as over http in a local network, the proxy tells the name",
        arguments: [
            ("HTTP_X_FORWARDED_HOST", "films.example"), ("HTTP_X_FORWARDED_HOST", "films.example, films.example:80"),
            ("HTTP_FORWARDED", "for=192.0.2.1;host=films.example;proto=http"),
            ("HTTP_FORWARDED", "for=\"[2001:db8::1]\", host=\"films.example:80\""),
        ])
    func forwardedHost(header: String, value: String) throws {
        let page = ["HTTP_ORIGIN": "http://films.example", header: value]
        #expect(try verdict("POST", "/stop", page) == nil)
        #expect(
            try verdict("POST", "/stop", page.merging(["HTTP_ORIGIN": "http://films.example:9999"]) { $1 })
                == .forbidden)
    }

    @Test(
        "a name that a proxy was asked by and that was not given is refused: it may have been made to point at the proxy",
        arguments: [
            ("HTTP_X_FORWARDED_HOST", "evil.example"), ("HTTP_X_FORWARDED_HOST", "films.example, evil.example"),
            ("HTTP_X_FORWARDED_HOST", "evil.example,films.example"), ("HTTP_FORWARDED", "host=evil.example"),
            ("HTTP_FORWARDED", "host=films.example, for=_x;Host=\"evil.example\""), ("HTTP_X_FORWARDED_HOST", "a b"),
        ])
    func unknownForwardedHost(header: String, value: String) throws {
        let page = [header: value, "HTTP_ORIGIN": "https://evil.example", "HTTP_SEC_FETCH_SITE": "same-origin"]
        #expect(try verdict("GET", "/progress", page) == .misdirected)
        #expect(try verdict("POST", "/stop", page) == .misdirected)
        #expect(try verdict("GET", "/progress", [header: value]) == .misdirected)
    }

    // MARK: - The token

    @Test("a program with the token may change things from anywhere")
    func token() throws {
        let variables = ["HTTP_AUTHORIZATION": "Bearer s3cret", "REMOTE_ADDR": "192.168.1.9"]
        #expect(try verdict("POST", "/stop", variables) == nil)
        #expect(try verdict("GET", "/download-all-courses", variables) == nil)
    }

    @Test(
        "a wrong token, or none, is refused",
        arguments: ["", "Bearer", "Bearer ", "Bearer s3cres", "Bearer s3cret1", "Basic s3cret", "s3cret"])
    func wrongToken(header: String) throws {
        #expect(try verdict("POST", "/stop", ["HTTP_AUTHORIZATION": header]) == .forbidden)
    }

    @Test("an empty token opens nothing")
    func emptyToken() throws {
        let request = try request("POST", "/stop", ["HTTP_AUTHORIZATION": "Bearer "])
        let gate = Gate(names: [], token: "")
        #expect(
            refusal { () throws(WebError) in try gate.admit(request.sender, to: .stop(now: false), method: "POST") }
                == .forbidden)
    }

    // MARK: - Clients of the old system

    @Test(
        "a plain GET from loopback starts a run, as ever",
        arguments: ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
    func plainGET(address: String) throws {
        #expect(try verdict("GET", "/download-all-courses", ["REMOTE_ADDR": address]) == nil)
    }

    @Test("from elsewhere, or through a proxy, it needs the token")
    func plainGETFromElsewhere() throws {
        #expect(try verdict("GET", "/download-all-courses", ["REMOTE_ADDR": "192.168.1.9"]) == .forbidden)
        #expect(try verdict("GET", "/download-all-courses", ["REMOTE_ADDR": "127.evil"]) == .forbidden)
        #expect(try verdict("GET", "/download-all-courses", ["HTTP_X_FORWARDED_FOR": "192.168.1.9"]) == .forbidden)
    }

    @Test("every header that a proxy adds tells that it is one", arguments: Sender.proxyHeaders)
    func plainGETThroughProxy(header: String) throws {
        #expect(try verdict("GET", "/download-all-courses", ["HTTP_" + header: "localhost"]) == .forbidden)
    }

    @Test("a browser is not a client of the old system, even if a proxy hides where its request comes from")
    func plainGETOfBrowser() throws {
        let browser = ["HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"]
        #expect(try verdict("GET", "/download-all-courses", browser) == .forbidden)
        #expect(try verdict("GET", "/download-all-courses", ["HTTP_USER_AGENT": "curl/8.14.1"]) == nil)
    }

    @Test("so do a POST, and what the user of a browser typed")
    func otherPlainRequests() throws {
        #expect(try verdict("POST", "/download-all-courses") == .forbidden)
        #expect(try verdict("POST", "/retry-failed") == .forbidden)
        #expect(try verdict("GET", "/download-all-courses", ["HTTP_SEC_FETCH_SITE": "none"]) == .forbidden)
    }
}
