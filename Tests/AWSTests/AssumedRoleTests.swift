import AWS
import Curl
import POSIX
import Testing

@Suite struct AssumedRoleTests {
    private static func answer(_ id: String) -> WebAnswer {
        .text(
            """
            <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
            <AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>
            <Expiration>2026-12-31T23:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
            """)
    }

    private static let role = "role_arn=arn:aws:iam::1:role/r\n"
    private static let keys = "aws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=HIDDEN\n"

    @Test("STS is asked for the role with the keys of source_profile, which are in no part of the request")
    func source() throws {
        let services = ScriptedServices { _ in Self.answer("AKIDR") }
        let config =
            "[default]\nsource_profile=base\nexternal_id=x y\nduration_seconds=900\n\(Self.role)[profile base]\n"
            + Self.keys + "aws_session_token=TOKEN\n"
        let found = try services.load(["AWS_REGION": "eu-west-1"], config: config)
        #expect(found.accessKeyID == "AKIDR" && found.sessionToken == "T" && found.expiresAt == 1_798_758_000)
        #expect(found.source.hasPrefix("the role 'arn:aws:iam::1:role/r' by profile 'base' in '"))
        let asked = try #require(services.asked.first)
        #expect(asked.url == "https://sts.eu-west-1.amazonaws.com/")
        #expect(
            asked.body
                == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr"
                + "&RoleSessionName=tf-1790000000&ExternalId=x%20y&DurationSeconds=900")
        #expect(asked.headers.dropLast() == ["x-amz-date: 20260921T141320Z", "x-amz-security-token: TOKEN"])
        let authorization = try #require(asked.headers.last)
        #expect(
            authorization.hasPrefix(
                "Authorization: AWS4-HMAC-SHA256 "
                    + "Credential=AKIAIOSFODNN7EXAMPLE/20260921/eu-west-1/sts/aws4_request, "
                    + "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="))
        #expect(!authorization.contains("HIDDEN"))
    }

    @Test("a role may ask for another one, and a profile for its own with keys that it has beside")
    func chain() throws {
        let services = ScriptedServices { asked in
            Self.answer(asked.body?.contains("RoleArn=two") == true ? "AKIDTWO" : "AKIDONE")
        }
        let config =
            "[default]\nrole_arn=one\nsource_profile=second\n"
            + "[profile second]\nrole_arn=two\nsource_profile=second\n" + Self.keys
        _ = try services.load([:], config: config)
        #expect(services.asked.count == 1)
        let deep =
            "[default]\nrole_arn=one\nsource_profile=second\n"
            + "[profile second]\nrole_arn=two\nsource_profile=third\n[profile third]\n" + Self.keys
        let roles = ScriptedServices { asked in
            Self.answer(asked.body?.contains("RoleArn=two") == true ? "AKIDTWO" : "AKIDONE")
        }
        #expect(try roles.load([:], config: deep).accessKeyID == "AKIDONE")
        #expect(roles.asked.count == 2 && roles.asked[1].headers.last?.contains("Credential=AKIDTWO/") == true)
    }

    @Test("what is asked for goes before the profile's own keys, and behind those of the environment")
    func order() throws {
        let services = ScriptedServices { _ in Self.answer("AKIDR") }
        let config = "[default]\nsource_profile=default\n\(Self.role)\(Self.keys)"
        #expect(try services.load([:], config: config).accessKeyID == "AKIDR")
        let own = ["AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLF", "AWS_SECRET_ACCESS_KEY": "S"]
        #expect(try services.load(own, config: config).accessKeyID == "AKIAIOSFODNN7EXAMPLF")
        let container = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/c"]
        let place = ScriptedServices { $0.path == "/c" ? .keys("AKIDC") : Self.answer("AKIDR") }
        #expect(
            try place.load(container, config: "[default]\ncredential_source=EcsContainer\n\(Self.role)").accessKeyID
                == "AKIDR")
    }

    @Test(
        "settings that cannot work are told, and STS is not asked",
        arguments: [
            ("", "names a role, and not whose keys ask for it"),
            ("source_profile=a\ncredential_source=Environment\n", "has source_profile and credential_source"),
            ("source_profile=a\n", "its source_profile 'a' is not there"),
            ("source_profile=default\n", "its source_profile 'default' leads back to itself"),
            ("source_profile=b\n[profile b]\nrole_arn=b\nsource_profile=default\n", "leads back to itself"),
            ("source_profile=b\n[profile b]\nregion=x\n", "profile 'b' has no keys for the role of 'default'"),
            ("credential_source=Hidden\n", "its credential_source is not one"),
            ("credential_source=EcsContainer\n", "its credential_source, EcsContainer, has no credentials here"),
            ("mfa_serial=m\nsource_profile=a\n", "aws configure export-credentials --profile default"),
        ])
    func mistakes(settings: String, reason: String) {
        let services = ScriptedServices { _ in Self.answer("AKIDR") }
        #expect(services.refusal([:], config: "[default]\n\(Self.role)\(settings)").contains(reason))
        #expect(services.asked.isEmpty)
    }

    @Test("a refusal of STS is told with its code, and ends the search")
    func refused() {
        let services = ScriptedServices { _ in
            .status(403, "<a><Error><Code>AccessDenied</Code><Message>HIDDEN</Message></Error></a>")
        }
        let config = "[default]\nsource_profile=default\n\(Self.role)\(Self.keys)"
        #expect(
            services.refusal([:], config: config)
                == "credentials: the role 'arn:aws:iam::1:role/r': it answers 403 (AccessDenied)")
        #expect(services.asked.count == 1)
    }
}
