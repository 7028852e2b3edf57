import Journal
import Testing

@testable import Web

@Suite struct RequestTests {
    @Test("parameters lose their escapes, and '+' is a space")
    func parameters() throws {
        let parameters = try request(query: "test=true&name=a+b%20%C3%A9%26&flag&_=17").parameters
        #expect(parameters == ["test": "true", "name": "a b é&", "flag": "", "_": "17"])
    }

    @Test(
        "a query that is not text is a bad request",
        arguments: [
            "test=%", "test=%4", "test=%zz", "test=%ff", "test=%00", "test=%0a", "test=%1b[2J", "a=1&a=2", "%61=1&a=2",
        ])
    func hostileQuery(query: String) {
        #expect(refusal { () throws(WebError) in _ = try request(query: query) } == .badRequest)
    }

    @Test("a query of more than 1,024 bytes is too long")
    func longQuery() {
        #expect(refusal { () throws(WebError) in _ = try request(query: String(repeating: "a", count: 1024)) } == nil)
        #expect(
            refusal { () throws(WebError) in _ = try request(query: String(repeating: "a", count: 1025)) }
                == .uriTooLong
        )
    }

    @Test("a body is refused, since a parameter in it would not be heard")
    func body() {
        let length = refusal { () throws(WebError) in _ = try request("POST", "", ["CONTENT_LENGTH": "9"]) }
        #expect(length == .badRequest)
        let chunked = refusal { () throws(WebError) in
            _ = try request("POST", "", ["HTTP_TRANSFER_ENCODING": "chunked"])
        }
        #expect(chunked == .badRequest)
        #expect(refusal { () throws(WebError) in _ = try request("POST", "", ["CONTENT_LENGTH": "0"]) } == nil)
    }

    @Test("tags that the client holds are compared weakly")
    func tags() throws {
        #expect(try request("GET", "/progress", ["HTTP_IF_NONE_MATCH": #""a", W/"b""#]).heldTags == [#""a""#, #""b""#])
    }

    @Test(
        "a tag that a proxy has marked, since it compressed the answer, is the same tag",
        arguments: [#"W/"a-b""#, #""a-b-gzip""#, #"W/"a-b-br""#, #""a-b"-gzip"#, #"  "a-b-zstd" "#])
    func compressedTags(header: String) throws {
        #expect(try request("GET", "/progress", ["HTTP_IF_NONE_MATCH": header]).heldTags == [#""a-b""#])
    }
}

@Suite struct RouteTests {
    private func route(_ method: String, _ path: String, query: String = "") throws(WebError) -> Route {
        try Route(request(method, path, query: query))
    }

    @Test("each path leads to its answer")
    func paths() throws {
        #expect(try route("GET", "/bulk-download-status") == .document(.bulkStatus))
        #expect(try route("HEAD", "/bulk-download-stats") == .document(.bulkStats))
        #expect(try route("GET", "/bulk-queue-status", query: "_=123") == .document(.queueStatus))
        #expect(try route("GET", "/download-all-courses", query: "test=true") == .start(isTest: true))
        #expect(try route("POST", "/download-all-courses") == .start(isTest: false))
        #expect(try route("POST", "/stop") == .stop(now: false))
        #expect(try route("POST", "/stop", query: "now=true") == .stop(now: true))
        let limits = try RunLimitChange(["rate_limit": "5M", "jobs": "4", "requests_per_second": "0.5"], reset: false)
        #expect(try route("POST", "/limit", query: "rate_limit=5M&jobs=4&requests_per_second=0.5") == .limit(limits))
        #expect(limits.words == ["--rate-limit", "5M", "--jobs", "4", "--requests-per-second", "0.5"])
        #expect(try RunLimitChange(["jobs": "auto"], reset: false).words == ["--jobs", "auto"])
        #expect(try route("POST", "/limit", query: "reset=true") == .limit(RunLimitChange([:], reset: true)))
        #expect(try route("POST", "/retry-failed") == .retryFailed(course: nil))
        #expect(try route("POST", "/retry-failed", query: "course=7") == .retryFailed(course: 7))
        #expect(try route("GET", "/plan", query: "courses=true") == .plan(withCourses: true))
        #expect(
            try route("GET", "/results", query: "state=failed&course=7")
                == .results(ResultQuery(state: .failed, course: 7)))
        let query = ResultQuery(state: .delayed, error: "timeout", limit: 20)
        #expect(try route("GET", "/results", query: "state=delayed&error=timeout&limit=20") == .results(query))
    }

    @Test(
        "a limit that is none is a bad request",
        arguments: [
            "", "rate=5M", "rate_limit=$(reboot)", "rate_limit=100", "jobs=0", "jobs=-j", "requests_per_second=0",
            "requests_per_second=inf", "requests_per_second=1e-320", "reset=maybe",
        ])
    func limits(query: String) {
        #expect(refusal { () throws(WebError) in _ = try route("POST", "/limit", query: query) } == .badRequest)
    }

    @Test(
        "a path that is not known is not found",
        arguments: [
            "", "/", "/nothing", "/bulk-download-status/", "/../progress", "/Progress", "/progress\n", "/stop/x",
        ])
    func unknownPath(path: String) {
        #expect(refusal { () throws(WebError) in _ = try route("GET", path) } == .notFound)
    }

    @Test(
        "a method that a path does not take is refused, and those that it takes are named",
        arguments: [
            ("POST", "/progress", "GET, HEAD"), ("GET", "/stop", "POST"),
            ("HEAD", "/download-all-courses", "POST, GET"),
            ("OPTIONS", "/retry-failed", "POST"), ("BREW", "/results", "GET, HEAD"),
        ])
    func method(method: String, path: String, allowed: String) {
        do throws(WebError) {
            _ = try route(method, path)
            Issue.record("it was taken")
        } catch {
            #expect(error.status == .methodNotAllowed)
            #expect(error.headers.map(\.value) == [allowed])
        }
    }

    @Test(
        "a parameter that is not known, or of no known value, is a bad request",
        arguments: [
            ("/download-all-courses", "tset=true"), ("/download-all-courses", "test=maybe"),
            ("/download-all-courses", "test=$(reboot)"), ("/results", ""), ("/results", "state=there"),
            ("/results", "state=failed&course=1;ls"), ("/results", "state=failed&limit=all"),
            ("/progress", "test=true"),
        ])
    func parameter(path: String, query: String) {
        #expect(refusal { () throws(WebError) in _ = try route("GET", path, query: query) } == .badRequest)
    }
}
