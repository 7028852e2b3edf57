import AWS
import Curl
import Testing

@Suite struct ContainerServiceTests {
    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"

    @Test("a path is asked for at ECS's address, with no proxy and little patience")
    func path() throws {
        let services = ScriptedServices { _ in .keys("AKIDC") }
        let found = try services.load([Self.relative: "/v2/credentials/x", Self.full: "https://elsewhere.example/"])
        let expected = Credentials(
            accessKeyID: "AKIDC", secretAccessKey: "HIDDEN", sessionToken: "TOKEN", expiresAt: 1_798_758_000,
            source: "the container")
        #expect(found == expected)
        let asked = try #require(services.asked.first)
        #expect(asked.url == "http://169.254.170.2/v2/credentials/x" && !asked.mayUseProxy && asked.timeout == 2)
    }

    @Test(
        "a whole URL has to be encrypted, or on this machine",
        arguments: [
            ("http://127.0.0.1:8080/a?b=c", true), ("http://localhost/", true), ("http://[::1]/", true),
            ("http://169.254.170.23/v1/credentials", true), ("http://[fd00:ec2::23]/v1/credentials", true),
            ("https://elsewhere.example/", true), ("http://elsewhere.example/", false),
            ("http://169.254.169.254/", false),
            ("http://127.0.0.1.example.com/", false), ("http://localhost@elsewhere.example/", false), ("/path", false),
            ("ftp://127.0.0.1/", false),
        ])
    func allowed(url: String, isAllowed: Bool) {
        let services = ScriptedServices { _ in .keys("AKIDC") }
        let refusal = services.refusal([Self.full: url])
        #expect(refusal.hasPrefix("no error") == isAllowed)
        #expect(services.asked.isEmpty != isAllowed)
    }

    @Test("a path that would lead to another host is refused")
    func otherHost() {
        let services = ScriptedServices { _ in .keys("AKIDC") }
        for path in [".elsewhere.example/", "@elsewhere.example/", ":80@elsewhere.example/"] {
            #expect(services.refusal([Self.relative: path]).contains("correct it"))
        }
        #expect(services.asked.isEmpty)
    }

    @Test("the token of a file goes before the one of the environment, and is read again each time")
    func token() throws {
        let services = ScriptedServices { _ in .keys("AKIDC") }
        var variables = [Self.full: "http://127.0.0.1/", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic one"]
        _ = try services.load(variables)
        variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = try services.write("two", to: "token")
        _ = try services.load(variables)
        _ = try services.write("three", to: "token")
        _ = try services.load(variables)
        let tokens = services.asked.map { $0.headers.last }
        #expect(tokens == ["Authorization: Basic one", "Authorization: two", "Authorization: three"])
    }

    @Test("a token that would end the header line is refused, and not shown")
    func brokenToken() throws {
        let services = ScriptedServices { _ in .keys("AKIDC") }
        let file = try services.write("HIDDEN\r\nX: y", to: "token")
        let url = [Self.full: "http://127.0.0.1/"]
        for (name, value) in [("_FILE", file), ("", "HIDDEN\nX: y")] {
            let refusal = services.refusal(url.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN\(name)": value]) { $1 })
            #expect(refusal.contains("cannot be in a header") && !refusal.contains("HIDDEN"))
        }
        #expect(services.asked.isEmpty)
    }

    @Test("what may pass is asked for three times, the rest once; no answer is repeated", arguments: [403, 404, 500])
    func refused(status: Int) {
        let services = ScriptedServices { _ in .status(status) }
        let refusal = services.refusal([Self.full: "http://127.0.0.1/a?HIDDEN"])
        #expect(refusal == "credentials: the container's credentials at 'http://127.0.0.1/a': it answers \(status)")
        #expect(services.asked.count == (status == 500 ? 3 : 1))
        #expect(services.pauses == (status == 500 ? [1, 1] : []))
    }

    @Test("an answer that comes too late, or is nonsense, ends the search")
    func nonsense() {
        let slow = ScriptedServices { _ in .failure(.timedOut) }
        #expect(slow.refusal([Self.full: "http://127.0.0.1/"]).contains("it takes too long to answer"))
        for answer in garbage {
            let services = ScriptedServices { _ in answer }
            let refusal = services.refusal([Self.full: "http://127.0.0.1/"])
            #expect(refusal.hasSuffix("it does not answer with credentials"))
            #expect(services.asked.count == 1)
        }
    }
}
