import Catalog
import Curl
import Foundation
import NIOConcurrencyHelpers
import NIOHTTP1
import TestSupport
import Testing

@Suite struct CatalogServerTests {
    private func run(_ arguments: [String]) throws -> CommandRun { try CommandRun.tool("tf-catalog", arguments) }

    private static func page(_ number: Int, next: String?) -> String {
        let next = next.map { "\"\($0)\"" } ?? "null"
        return #"{"current_page":\#(number),"data":[{"id":\#(number),"title":"C","channels":[{"id":1,"title":"D","#
            + #""segments":[{"id":\#(number)0,"name":"x","video":"mp4:a/b"}]}]}],"next_page_url":\#(next)}"#
    }

    @Test("pages are followed to the last one")
    func pages() throws {
        let server = try WebStandIn { request in
            switch request.uri {
            case "/api/courses": .json(Self.page(1, next: "http://\(request.headers["Host"][0])/api/courses?page=2"))
            case "/api/courses?page=2": .json(Self.page(2, next: "/api/courses?page=3"))
            case "/api/courses?page=3": .json(Self.page(3, next: nil))
            default: .status(404)
            }
        }
        let result = try run([server.url + "/api/courses"])
        #expect(result.lines.map { $0.contains("\"segment_id\":") } == [true, true, true])
        #expect(result.status == 0 && result.errors == "")
    }

    @Test("links.next leads on too, and an array is all that there is")
    func otherShapes() throws {
        let server = try WebStandIn { request in
            switch request.uri {
            case "/one": .json(#"{"data":[{"path":"a"}],"links":{"first":"/one","next":"/two"},"meta":{}}"#)
            default: .json(#"[{"path":"b"},{"path":"c"}]"#)
            }
        }
        #expect(try run([server.url + "/one"]).lines == [#"{"path":"a"}"#, #"{"path":"b"}"#, #"{"path":"c"}"#])
    }

    @Test(
        "a next page elsewhere is not followed, and its query is not shown",
        arguments: [
            "http://localhost:1/?token=SECRET", "https://127.0.0.1/x", "ftp://127.0.0.1/x", "http://a:b@127.0.0.1/",
        ])
    func otherHost(next: String) throws {
        let server = try WebStandIn { _ in .json(Self.page(1, next: next)) }
        let result = try run([server.url])
        #expect(result.status == 3 && result.lines.count == 1)
        #expect(result.errors.contains("its next page is not on 'http://127.0.0.1:\(server.port)'"))
        #expect(!result.errors.contains("SECRET"))
    }

    @Test("pages that send in a circle come to an end")
    func circle() throws {
        let server = try WebStandIn { request in
            request.uri == "/a" ? .json(Self.page(1, next: "/b")) : .json(Self.page(2, next: "/a"))
        }
        let result = try run([server.url + "/a"])
        #expect(result.status == 3 && result.lines.count == 2)
        #expect(result.errors.contains("leads back to an earlier one"))
    }

    @Test("pages without records that never end are given up after twenty; one with a record starts the count again")
    func endless() throws {
        let server = try WebStandIn { request in
            let number = Int(request.uri.dropFirst()) ?? 0
            let records = number == 10 ? #"{"path":"a"}"# : ""
            return .json(#"{"data":[\#(records)],"next_page_url":"/\#(number + 1)"}"#)
        }
        let result = try run([server.url + "/1"])
        #expect(result.status == 3 && result.lines == [#"{"path":"a"}"#])
        #expect(
            result.errors
                == "tf-catalog: \(server.url)/30: 20 pages one after the other have no record: check the URL\n")
    }

    @Test("a server with a private authority is trusted by the option and by the variables")
    func authority() throws {
        let server = try TLSServer(.good, giving: Data(#"[{"path":"a"}]"#.utf8), as: "a.json")
        let url = server.baseURL + "/a.json"
        #expect(try run([url]).status == 3)
        #expect(try run(["--cacert", server.authority, url]).lines == [#"{"path":"a"}"#])
        let byVariable = try CommandRun.tool(
            "tf-catalog", [url], environment: FetchTLSTests.trusting("SSL_CERT_FILE", server.authority))
        #expect(byVariable.lines == [#"{"path":"a"}"#])
        #expect(try run(["--cacert", "/nowhere/ca.pem", url]).status == 2)
    }

    @Test("a URL may be written in capitals")
    func capitals() throws {
        let server = try WebStandIn { _ in .json(#"[{"path":"a"}]"#) }
        #expect(try run([server.url.uppercased()]).lines == [#"{"path":"a"}"#])
    }

    @Test("the token of a file goes with each request, and into no message")
    func token() throws {
        let server = try WebStandIn { request in
            request.headers["Authorization"] == ["Bearer s3cret-token"]
                ? .json(#"[{"path":"a"},{"path":"a"}]"#) : .status(401)
        }
        let folder = try TemporaryFolder()
        let file = try folder.write("s3cret-token\n", to: "token").path
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let result = try run(["--token-file", file, server.url + "/list?x=1"])
        #expect(result.status == 1 && result.lines.count == 1)
        #expect(!result.errors.contains("s3cret") && !result.errors.contains("x=1"))
        let refused = try run([server.url])
        #expect(refused.status == 3)
        #expect(refused.errors == "tf-catalog: \(server.url)/: the server refuses (401): check --token-file\n")
    }

    @Test("a server that is asked too often, or stumbles, is asked again")
    func again() throws {
        let count = NIOLockedValueBox(0)
        let server = try WebStandIn { _ in
            let number = count.withLockedValue { count in
                count += 1
                return count
            }
            return switch number {
            case 1: .status(429, ["Retry-After": "0"])
            case 2: .status(503, ["Retry-After": "0"])
            default: .json(#"[{"path":"a"}]"#)
            }
        }
        let result = try run([server.url])
        #expect(result.status == 0 && result.lines == [#"{"path":"a"}"#])
    }

    @Test("a redirect is not followed: where to is reported without its query")
    func redirect() throws {
        let server = try WebStandIn { _ in .status(302, ["Location": "https://elsewhere.example/login?key=SECRET"]) }
        let result = try run([server.url])
        #expect(result.status == 3 && result.errors.contains("'https://elsewhere.example/login'"))
        #expect(!result.errors.contains("SECRET"))
    }

    @Test("an answer that is not JSON is reported")
    func notJSON() throws {
        let server = try WebStandIn { _ in .json("<html>Login</html>") }
        let result = try run([server.url])
        #expect(result.status == 3)
        #expect(result.errors.contains("the answer is not JSON"))
    }

    @Test("a URL with a password is wrong use and is not repeated, as is a token for a file")
    func wrongUse() throws {
        let result = try run(["https://user:pw@h/"])
        #expect(result.status == 2 && !result.errors.contains("pw"))
        #expect(try run(["--token-file", "/dev/null", "x"]).status == 2)
    }

    @Test("between two tries it waits for what the server wants, else twice as long each time")
    func pauses() throws {
        let server = try WebStandIn { request in
            request.uri == "/busy" ? .status(503, ["Retry-After": "7"]) : .status(500)
        }
        #expect(try pauses(at: server.url + "/busy") == [7, 7, 7, 7])
        #expect(try pauses(at: server.url + "/broken") == [1, 2, 4, 8])
    }

    /// How many seconds it would wait for a page that never comes.
    private func pauses(at url: String) throws -> [Double] {
        let pauses = NIOLockedValueBox<[Double]>([])
        let limits = PageLimits(bytes: 1000) { seconds in pauses.withLockedValue { $0.append(seconds) } }
        let server = try PageServer(try #require(WebAddress(url)), token: nil, limits: limits)
        let source = try CatalogInput.server(server).source(ReadOptions())
        #expect(throws: CatalogError.self) { try source.advance(beforeReading: {}) }
        return pauses.withLockedValue { $0 }
    }

    @Test(
        "a token is not sent without encryption, but to this machine",
        arguments: ["http://192.0.2.1/", "http://127.0.0.1.example.com/"])
    func plainHTTP(url: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("t\n", to: "token").path
        let result = try run(["--token-file", file, url])
        #expect(result.status == 2 && result.errors.contains("a token is not sent without encryption"))
    }
}
