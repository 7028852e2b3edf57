import AWS
import Curl
import Testing

@Suite struct SingleSignOnTests {
    private static let old = """
        [default]
        sso_start_url = https://x.awsapps.com/start
        sso_region = eu-west-1
        sso_account_id = 012345678901
        sso_role_name = reader
        """
    private static let session = """
        [default]
        sso_session = my-sso
        sso_account_id = 012345678901
        sso_role_name = reader
        [sso-session my-sso]
        sso_start_url = https://x.awsapps.com/start
        sso_region = eu-west-1
        """
    /// SHA-1 of the start URL, and of `my-sso`.
    private static let files = [
        old: "3947de8b16688092197fa616c34e01335f21d256.json", session: "0ad374308c5a4e22f723adf10145eafad7c4031c.json",
    ]
    private static let answer = WebAnswer.text(
        #"{"roleCredentials":{"accessKeyId":"AKIDS","secretAccessKey":"S","sessionToken":"T","expiration":1798758000999}}"#
    )

    private func login(
        _ services: ScriptedServices, token: String = "TOKEN", until end: String = "2026-12-31T23:00:00Z"
    ) throws {
        for file in Self.files.values {
            _ = try services.write(
                #"{"startUrl":"x","accessToken":"\#(token)","expiresAt":"\#(end)"}"#, to: ".aws/sso/cache/\(file)")
        }
    }

    @Test("the portal gives credentials for the token that a login left", arguments: [old, session])
    func cached(config: String) throws {
        let services = ScriptedServices { _ in Self.answer }
        try login(services)
        let found = try services.load([:], config: config)
        let expected = Credentials(
            accessKeyID: "AKIDS", secretAccessKey: "S", sessionToken: "T", expiresAt: 1_798_758_000,
            source: "the role 'reader' by single sign-on")
        #expect(found == expected)
        let asked = try #require(services.asked.first)
        #expect(
            asked.url
                == "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=reader"
                + "&account_id=012345678901")
        #expect(asked.headers == ["x-amz-sso_bearer_token: TOKEN"])
    }

    @Test("early versions of the AWS CLI wrote the end in their own way")
    func oldEnd() throws {
        let services = ScriptedServices { _ in Self.answer }
        try login(services, until: "2026-12-31T23:00:00UTC")
        #expect(try services.load([:], config: Self.old).accessKeyID == "AKIDS")
    }

    @Test("without a login that lasts it says how to log in, and asks for nothing")
    func noLogin() throws {
        let services = ScriptedServices { _ in Self.answer }
        let remedy = "run 'aws sso login --profile default'"
        #expect(services.refusal([:], config: Self.old).hasSuffix("nobody has logged in: \(remedy)"))
        try login(services, until: "2020-01-01T00:00:00Z")
        #expect(services.refusal([:], config: Self.old).hasSuffix("its login has expired: \(remedy)"))
        for token in ["", "HID DEN", "HIDDEN\\n"] {
            try login(services, token: token)
            let refusal = services.refusal([:], config: Self.session)
            #expect(refusal.contains("is not what a login leaves") && !refusal.contains("HID"))
        }
        #expect(services.asked.isEmpty)
    }

    @Test(
        "what the portal refuses is told, and nothing secret",
        arguments: [
            (401, "its login has expired: run 'aws sso login --profile default'"),
            (403, "the role 'reader' of account 012345678901 is not yours (403): choose another one"),
            (404, "it answers 404"), (500, "it answers 500"),
        ])
    func faults(status: Int, reason: String) throws {
        let services = ScriptedServices { _ in .status(status) }
        try login(services)
        let refusal = services.refusal([:], config: Self.old)
        #expect(refusal == "credentials: single sign-on of profile 'default': \(reason)")
    }

    @Test("nonsense in place of the keys is no credentials", arguments: garbage.indices)
    func nonsense(number: Int) throws {
        let services = ScriptedServices { _ in garbage[number] }
        try login(services)
        #expect(services.refusal([:], config: Self.old).hasSuffix("it does not answer with credentials"))
    }

    @Test("a profile that is not whole says what is missing")
    func missing() {
        let services = ScriptedServices { _ in Self.answer }
        func refusal(_ config: String) -> String { services.refusal([:], config: config) }
        #expect(refusal("[default]\nsso_account_id=1\n").hasSuffix("has no sso_role_name: add it"))
        #expect(refusal("[default]\nsso_account_id=1\nsso_session=a\n").contains("no [sso-session a]"))
        #expect(refusal(Self.session + "\nsso_account_id = 2\n").contains("sso_account_id differs"))
    }
}
