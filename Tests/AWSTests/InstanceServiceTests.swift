import AWS
import Curl
import Testing

@Suite struct InstanceServiceTests {
    private static let roles = "/latest/meta-data/iam/security-credentials/"

    /// An instance with a role, which differs in one answer.
    private func instance(
        token: WebAnswer = .text("TOKEN=="), role: WebAnswer = .text("my-role"), keys: WebAnswer = .keys("AKIDI")
    ) -> ScriptedServices {
        ScriptedServices { asked in
            switch (asked.path, asked.isPut) {
            case ("/latest/api/token", true):
                asked.headers == ["X-aws-ec2-metadata-token-ttl-seconds: 21600"] ? token : .status(400)
            case (_, _) where asked.headers != ["X-aws-ec2-metadata-token: TOKEN=="]: .status(401)
            case (Self.roles, false): role
            case (Self.roles + "my-role", false): keys
            default: .status(404)
            }
        }
    }

    @Test("the credentials of the instance's role are got by a token, with no proxy and little patience")
    func role() throws {
        let services = instance()
        let found = try services.load([:])
        let expected = Credentials(
            accessKeyID: "AKIDI", secretAccessKey: "HIDDEN", sessionToken: "TOKEN", expiresAt: 1_798_758_000,
            source: "the instance's role 'my-role'")
        #expect(found == expected)
        #expect(services.asked.map(\.url).allSatisfy { $0.hasPrefix("http://169.254.169.254/latest/") })
        #expect(services.asked.allSatisfy { !$0.mayUseProxy && $0.timeout == 1 })
    }

    @Test("it is asked last, and not at all where it is turned off")
    func order() {
        let services = instance()
        let refusal = services.refusal(["AWS_EC2_METADATA_DISABLED": "True"])
        #expect(refusal.hasPrefix("credentials: there are none: set AWS_ACCESS_KEY_ID"))
        #expect(services.refusal([:], config: "[default]\nrole_arn=r\n").contains("names a role"))
        #expect(services.refusal(["AWS_PROFILE": "missing"]).contains("profile 'missing'"))
        #expect(services.asked.isEmpty)
    }

    @Test(
        "another endpoint can be set, in the environment and in the profile",
        arguments: [
            (["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"], "", "http://127.0.0.1:1/"),
            (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"], "", "http://[fd00:ec2::254]/"),
            ([:], "[default]\nec2_metadata_service_endpoint = http://127.0.0.1:2/\n", "http://127.0.0.1:2/"),
        ])
    func endpoint(variables: [String: String], config: String, url: String) throws {
        let services = instance()
        _ = try services.load(variables, config: config)
        #expect(services.asked.first?.url == url + "latest/api/token")
    }

    @Test("the patience can be set")
    func patience() {
        let services = ScriptedServices { _ in .failure(.unconnected) }
        _ = services.refusal(["AWS_METADATA_SERVICE_TIMEOUT": "5", "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3"])
        #expect(services.asked.map(\.timeout) == [5, 5, 5])
    }

    @Test(
        "what is wrong is told at the end of the message that there are none, and nothing secret",
        arguments: [
            (0, WebAnswer.failure(.timedOut), "no answer (in a container of an instance, its hop limit has to be 2)"),
            (0, .failure(.unconnected), "words of libcurl"), (0, .status(403), "it answers 403"),
            (0, .status(404), "it answers 404"), (0, .text("HID DEN\n"), "it does not answer with a token"),
            (1, .status(404), "the instance has no role: attach an instance profile to it"),
            (1, .text("a/../HIDDEN"), "it does not name a role"), (1, .text(""), "it does not name a role"),
            (2, .status(404), "the role 'my-role' has no credentials"), (2, .status(500), "it answers 500"),
            (
                2, .text(#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"HIDDEN"}"#),
                "the role 'my-role' gives no credentials (AssumeRoleUnauthorizedAccess)"
            ),
        ])
    func faults(place: Int, answer: WebAnswer, reason: String) {
        let services =
            switch place {
            case 0: instance(token: answer)
            case 1: instance(role: answer)
            default: instance(keys: answer)
            }
        let refusal = services.refusal([:])
        #expect(refusal.hasPrefix("credentials: there are none: set AWS_ACCESS_KEY_ID"))
        #expect(refusal.hasSuffix("; EC2's metadata service: \(reason)"))
        #expect(!refusal.contains("HIDDEN"))
    }

    @Test("nonsense in place of the keys is no credentials", arguments: garbage.indices)
    func nonsense(number: Int) {
        let refusal = instance(keys: garbage[number]).refusal([:])
        #expect(refusal.contains("EC2's metadata service: it does not answer with credentials"))
    }
}
