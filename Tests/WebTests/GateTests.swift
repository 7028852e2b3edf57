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
            refusal { () throws(WebError) in try gate.admit(request.sender, to: .stop, method: "POST") } == .forbidden)
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

    @Test("so do a POST, and what the user of a browser typed")
    func otherPlainRequests() throws {
        #expect(try verdict("POST", "/download-all-courses") == .forbidden)
        #expect(try verdict("POST", "/retry-failed") == .forbidden)
        #expect(try verdict("GET", "/download-all-courses", ["HTTP_SEC_FETCH_SITE": "none"]) == .forbidden)
    }
}
