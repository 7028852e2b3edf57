import Foundation
import OpenSSL
import Origin
import Testing

@Suite("A signed URL")
struct SignatureTests {
    private static let signers = try! Dictionary(
        uniqueKeysWithValues: Signer.Kind.allCases.map { ($0, try Signer($0)) })
    private static let now = 1_700_000_000

    private let signer = SignatureTests.signers[.rsa]!
    private let origin: OriginServer
    private var url: String { "\(origin.baseURL)/c/a.mp4" }

    init() throws { origin = try Self.start(signer) }

    private static func start(_ signer: Signer, base: String? = nil) throws -> OriginServer {
        var settings = OriginServer.Settings(videosOf: 2000)
        settings.signatures = SignatureCheck(key: signer.publicKey, keyPairID: "K1", resourceBase: base)
        settings.now = { Double(now) }
        return try OriginServer.start(settings)
    }

    private func policy(_ resource: String, _ conditions: String = #""DateLessThan":{"AWS:EpochTime":1700000100}"#)
        -> String
    {
        #"{"Statement":[{"Resource":"\#(resource)","Condition":{\#(conditions)}}]}"#
    }

    private func code(_ query: String, path: String = "/c/a.mp4") throws -> String {
        let reply = try origin.ask(path + "?" + query)
        guard reply.status != 200 else { return "200" }
        let code = try #require(reply.text.firstMatch(of: /<Error><Code>(.*)<\/Code><Message>(.*)<\/Message><\/Error>/))
        return "\(reply.status) \(code.1): \(code.2)"
    }

    private static let denied = "403 AccessDenied: Access denied"
    private static let malformedPolicy = "403 MalformedPolicy: Malformed Policy"

    @Test("is good by either kind of key and hash", arguments: Signer.Kind.allCases, [nil, "SHA1", "SHA256"])
    func good(kind: Signer.Kind, hash: String?) throws {
        let signer = try #require(Self.signers[kind])
        let origin = try Self.start(signer)
        let query = try signer.canned("\(origin.baseURL)/c/a.mp4", until: Self.now + 1, hash: hash)
        #expect(try origin.ask("/c/a.mp4?\(query)").status == 200)
        #expect(try origin.ask("/c/b.mp4?\(query)").status == 403)
    }

    @Test("is good for HEAD and for ranges")
    func otherRequests() throws {
        let query = try signer.canned(url, until: Self.now + 1)
        #expect(try origin.ask("/c/a.mp4?\(query)", method: "HEAD").status == 200)
        #expect(try origin.ask("/c/a.mp4?\(query)", ["Range": "bytes=5-"]).status == 206)
    }

    @Test("is good with a query of the object's own, and none is added to it")
    func ownQuery() throws {
        let query = try signer.canned("\(url)?v=1&w", until: Self.now + 1)
        #expect(try code("v=1&w&\(query)") == "200")
        #expect(try code("v=2&w&\(query)") == Self.denied)
        #expect(try code(query) == Self.denied)
    }

    @Test("is checked as it was on the wire, escapes and all")
    func escapes() throws {
        let query = try signer.canned("\(origin.baseURL)/%C3%A4/../b.mp4", until: Self.now + 1)
        #expect(try code(query, path: "/%C3%A4/../b.mp4") == "200")
        #expect(try code(query, path: "/%c3%a4/../b.mp4") == Self.denied)
    }

    @Test("is checked against another base where one is given")
    func base() throws {
        let origin = try Self.start(signer, base: "https://d111.cloudfront.net/")
        let query = try signer.canned("https://d111.cloudfront.net/a.mp4", until: Self.now + 1)
        #expect(try origin.ask("/a.mp4?\(query)").status == 200)
    }

    @Test("is refused without a key's name, and with an unknown one")
    func keys() throws {
        let missing = "403 MissingKey: Missing Key-Pair-Id query parameter or cookie value"
        #expect(try code("") == missing)
        #expect(try code("Expires=1&Signature=AAAA") == missing)
        #expect(try code("Expires=1&Signature=AAAA&Key-Pair-Id=K2") == "403 InvalidKey: Unknown Key")
    }

    @Test(
        "is refused with what is not a signature",
        arguments: [
            "", "&Signature=", "&Signature=AAA", "&Signature=AA+=", "&Signature=____",
            "&Signature=AAAA&Hash-Algorithm=MD5",
        ])
    func malformedSignature(part: String) throws {
        #expect(try code("Key-Pair-Id=K1&Expires=1\(part)") == "403 MalformedSignature: Could not unencode Signature")
    }

    @Test("is refused with a signature that is another's")
    func otherSignature() throws {
        #expect(try code("Expires=\(Self.now + 1)&Signature=AAAA&Key-Pair-Id=K1") == Self.denied)
    }

    @Test("is refused when it has expired, and CloudFront does not say so")
    func expired() throws {
        #expect(try code(signer.canned(url, until: Self.now)) == Self.denied)
    }

    @Test("is refused with what is not a time, milliseconds among it", arguments: ["", "x", "1700000000000", "-1"])
    func malformedTime(time: String) throws {
        #expect(try code("Expires=\(time)&Signature=AAAA&Key-Pair-Id=K1") == Self.malformedPolicy)
    }

    @Test("comes from the edge, with no request's identifier in the body")
    func edge() throws {
        let reply = try origin.ask("/c/a.mp4")
        #expect(reply.header("Server") == "CloudFront")
        #expect(!reply.text.contains("RequestId"))
    }

    @Test(
        "with a policy of its own covers what its resource matches",
        arguments: [
            ("http*://*/c/*", true), ("*", true), (#"*://*/c/?.mp4"#, true), ("http://127.0.0.1:*/c/*", true),
            ("https://*/c/*", false), ("http://*/d/*", false), ("http://*", false), ("http://*/c/", false),
        ])
    func wildcard(resource: String, isGood: Bool) throws {
        #expect(try code(signer.custom(policy(resource))) == (isGood ? "200" : Self.denied))
    }

    @Test("with a pattern covers a query only where the pattern does")
    func wildcardQuery() throws {
        #expect(try code("v=1&" + signer.custom(policy("http://*/c/*"))) == "200")
        #expect(try code("v=1&" + signer.custom(policy("http://*/c/a.mp4"))) == Self.denied)
        #expect(try code("v=1&" + signer.custom(policy(#"http://*/c/a.mp4\\?v=?"#))) == "200")
        #expect(try code("v=12&" + signer.custom(policy(#"http://*/c/a.mp4\\?v=?"#))) == Self.denied)
    }

    @Test(
        "with a policy of its own is good under its conditions",
        arguments: [
            (#""DateLessThan":{"AWS:EpochTime":1700000001}"#, true),
            (#""DateLessThan":{"AWS:EpochTime":1700000000}"#, false),
            (#""DateLessThan":{"AWS:EpochTime":1700000001},"DateGreaterThan":{"AWS:EpochTime":1699999999}"#, true),
            (#""DateLessThan":{"AWS:EpochTime":1700000009},"DateGreaterThan":{"AWS:EpochTime":1700000001}"#, false),
            (#""DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"127.0.0.0/8"}"#, true),
            (#""DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"127.0.0.1"}"#, true),
            (#""DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"0.0.0.0/0"}"#, true),
            (#""DateLessThan":{"AWS:EpochTime":1700000001},"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"}"#, false),
        ])
    func conditions(conditions: String, isGood: Bool) throws {
        #expect(try code(signer.custom(policy("*", conditions))) == (isGood ? "200" : Self.denied))
    }

    @Test(
        "is refused with a policy that is none",
        arguments: [
            "", "{", "[]", "{}", #"{"Statement":[]}"#, #"{"Statement":{}}"#, #"{"Statement":[{"Resource":"*"}]}"#,
            #"{"Statement":[{"Resource":1,"Condition":{"DateLessThan":{"AWS:EpochTime":1700000100}}}]}"#,
            #"{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":"1700000100"}}}]}"#,
            #"{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1700000100000}}}]}"#,
            #"{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1700000100},"IpAddress":{}}}]}"#,
            #"{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1700000100},"IpAddress":{"AWS:SourceIp":"::1"}}}]}"#,
            #"{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1700000100}}},{"Condition":{"DateLessThan":{"AWS:EpochTime":1700000100}}}]}"#,
        ])
    func malformedPolicies(text: String) throws {
        #expect(try code(signer.custom(text)) == Self.malformedPolicy)
    }

    @Test("is as good in cookies, which a signed URL outdoes")
    func cookies() throws {
        let query = try signer.custom(policy("\(origin.baseURL)/c/*"))
        let cookies = query.split(separator: "&").map { "CloudFront-\($0)" }.joined(separator: "; ")
        #expect(try origin.ask("/c/a.mp4", ["Cookie": "a=b; \(cookies)"]).status == 200)
        #expect(try origin.ask("/c/b.mp4?x=1", ["Cookie": cookies]).status == 200)
        #expect(try origin.ask("/d/a.mp4", ["Cookie": cookies]).status == 403)
        #expect(try origin.ask("/c/a.mp4", ["Cookie": "CloudFront-Policy=x"]).status == 403)
        #expect(try origin.ask("/c/a.mp4?Signature=x&Key-Pair-Id=K1&Expires=1", ["Cookie": cookies]).status == 403)
    }

    @Test("meets no fault when it is refused")
    func faultsAreBehind() throws {
        var settings = OriginServer.Settings(videosOf: 2000)
        settings.signatures = SignatureCheck(key: signer.publicKey, keyPairID: "K1")
        settings.now = { Double(Self.now) }
        settings.faults = [FaultRule("*", StatusFault(503), count: 1)]
        let origin = try OriginServer.start(settings)
        let query = try signer.canned("\(origin.baseURL)/a.mp4", until: Self.now + 1)
        let targets = ["/a.mp4", "/a.mp4?\(query)", "/a.mp4?\(query)"]
        #expect(try targets.map { try origin.ask($0).status } == [403, 503, 200])
    }

    @Test(
        "is not checked by a private key, nor by anything that is not a key",
        arguments: ["", "x", "-----BEGIN PUBLIC KEY-----\n"])
    func badKeys(text: String) {
        #expect(throws: OpenSSLError.self) { try PublicKey(pem: Array(text.utf8)) }
    }
}
