import AWS
import Curl
import Testing

@Suite struct WebIdentityTests {
    private static func answer(_ id: String) -> WebAnswer {
        .text(
            """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleWithWebIdentityResult>
                <AssumedRoleUser><Arn>arn</Arn><AssumedRoleId>id</AssumedRoleId></AssumedRoleUser>
                <Credentials>
                  <AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>S+/=</SecretAccessKey>
                  <SessionToken>T&amp;=</SessionToken><Expiration>2026-12-31T23:00:00Z</Expiration>
                </Credentials>
              </AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>
            """)
    }

    private static let role = "arn:aws:iam::123456789012:role/r"

    @Test("STS gives credentials for the token of a file, which is in no URL and no header")
    func token() throws {
        let services = ScriptedServices { _ in Self.answer("AKIDW") }
        let file = try services.write("a.b.c/+\n", to: "token")
        let found = try services.load(
            ["AWS_WEB_IDENTITY_TOKEN_FILE": file, "AWS_ROLE_ARN": Self.role, "AWS_REGION": "eu-west-1"])
        let expected = Credentials(
            accessKeyID: "AKIDW", secretAccessKey: "S+/=", sessionToken: "T&=", expiresAt: 1_798_758_000,
            source: "the role '\(Self.role)' by web identity")
        #expect(found == expected)
        let asked = try #require(services.asked.first)
        #expect(asked.url == "https://sts.eu-west-1.amazonaws.com/" && asked.headers.isEmpty && asked.mayUseProxy)
        #expect(
            asked.body
                == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
                + "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr&RoleSessionName=tf-1790000000"
                + "&WebIdentityToken=a.b.c%2F%2B")
    }

    @Test("the profile can name all of it, and the environment goes before")
    func profile() throws {
        let services = ScriptedServices { _ in Self.answer("AKIDW") }
        let file = try services.write("t", to: "token")
        let config = "[default]\nweb_identity_token_file=\(file)\nrole_arn=one\nrole_session_name=me\n"
        _ = try services.load(["AWS_ROLE_SESSION_NAME": "you"], config: config, region: "cn-north-1")
        let asked = try #require(services.asked.first)
        #expect(asked.url == "https://sts.cn-north-1.amazonaws.com.cn/")
        #expect(asked.body?.contains("RoleArn=one&RoleSessionName=you") == true)
    }

    @Test(
        "the endpoint can be set",
        arguments: [
            (["AWS_ENDPOINT_URL_STS": "http://a:1/x", "AWS_ENDPOINT_URL": "http://b"], "http://a:1/x/"),
            (["AWS_ENDPOINT_URL": "http://b"], "http://b/"),
            (
                ["AWS_ENDPOINT_URL": "http://b", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"],
                "https://sts.amazonaws.com/"
            ),
        ])
    func endpoint(variables: [String: String], url: String) throws {
        let services = ScriptedServices { _ in Self.answer("AKIDW") }
        let token = ["AWS_WEB_IDENTITY_TOKEN_FILE": try services.write("t", to: "token"), "AWS_ROLE_ARN": "r"]
        _ = try services.load(token.merging(variables) { $1 })
        #expect(services.asked.first?.url == url)
    }

    @Test(
        "what is wrong is told with the code of the error, and nothing secret",
        arguments: [
            (WebAnswer.failure(.unresolved), "words of libcurl", [1.0, 2]), (.status(500), "it answers 500", [1, 2]),
            (
                .status(400, "<a><Error><Code>ExpiredTokenException</Code><Message>HIDDEN</Message></Error></a>"),
                "it answers 400 (ExpiredTokenException)", []
            ),
            (.status(403, "<a><Error><Code>HIDDEN words</Code></Error></a>"), "it answers 403", []),
        ])
    func faults(answer: WebAnswer, reason: String, pauses: [Double]) throws {
        let services = ScriptedServices { _ in answer }
        let token = ["AWS_WEB_IDENTITY_TOKEN_FILE": try services.write("t", to: "token"), "AWS_ROLE_ARN": "r"]
        #expect(services.refusal(token) == "credentials: the role 'r' by web identity: \(reason)")
        #expect(services.pauses == pauses)
    }

    @Test("nonsense in place of the keys is no credentials", arguments: garbage.indices)
    func nonsense(number: Int) throws {
        let services = ScriptedServices { _ in garbage[number] }
        let token = ["AWS_WEB_IDENTITY_TOKEN_FILE": try services.write("t", to: "token"), "AWS_ROLE_ARN": "r"]
        #expect(services.refusal(token).hasSuffix("it does not answer with credentials"))
    }

    @Test("a token without a role, and a file that is not there, end the search before anything is asked")
    func half() {
        let services = ScriptedServices { _ in Self.answer("AKIDW") }
        #expect(services.refusal(["AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere"]).contains("set AWS_ROLE_ARN"))
        let refusal = services.refusal(["AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere", "AWS_ROLE_ARN": "r"])
        #expect(refusal.contains("cannot read '/nowhere': No such file"))
        #expect(services.asked.isEmpty)
    }
}
