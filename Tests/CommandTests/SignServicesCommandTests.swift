import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import TestSupport
import Testing

/// Credentials that `tf-sign` gets from AWS's services, over the network.
@Suite struct SignServicesCommandTests {
    private let command = try! SignCommand()
    private let record = Data(#"{"key":"a.mp4"}"#.utf8)

    /// All of AWS's services at one address.
    private static func answer(_ request: HTTPRequestHead) -> WebStandIn.Answer {
        let document =
            #"{"AccessKeyId":"AKIDOFTHESERVICE","SecretAccessKey":"S","Token":"T","Expiration":"2039-01-01T00:00:00Z"}"#
        let roles = "/latest/meta-data/iam/security-credentials/"
        let isOnInstance = request.headers["X-aws-ec2-metadata-token"] == ["TOKEN"]
        switch (request.method, request.uri) {
        case (.PUT, "/latest/api/token"): return .json("TOKEN")
        case (.GET, roles) where isOnInstance: return .json("role")
        case (.GET, roles + "role") where isOnInstance: return .json(document)
        case (.GET, "/container") where request.headers["Authorization"] == ["TOKEN"]: return .json(document)
        case (.POST, "/") where request.headers["Content-Type"] == ["application/x-www-form-urlencoded"]:
            return .json(
                "<a><Credentials><AccessKeyId>AKIDOFTHESERVICE</AccessKeyId><SecretAccessKey>S</SecretAccessKey>"
                    + "<SessionToken>T</SessionToken><Expiration>2039-01-01T00:00:00Z</Expiration></Credentials></a>")
        case (.GET, "/federation/credentials?role_name=r&account_id=1")
        where request.headers["x-amz-sso_bearer_token"] == ["TOKEN"]:
            return .json(
                #"{"roleCredentials":{"accessKeyId":"AKIDOFTHESERVICE","secretAccessKey":"S","sessionToken":"T","#
                    + #""expiration":2177452800000}}"#)
        default: return .status(404)
        }
    }

    private func variables(_ service: String, at url: String) throws -> [String: String] {
        try command.folder.write("TOKEN", to: "token")
        let token = command.folder.file("token").path
        switch service {
        case "EC2": return ["AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": url]
        case "ECS":
            return [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": url + "/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "TOKEN",
            ]
        case "STS":
            return ["AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "r", "AWS_ENDPOINT_URL_STS": url]
        default:
            try command.folder.write(
                "[default]\nsso_start_url=s\nsso_region=r\nsso_role_name=r\nsso_account_id=1\n", to: ".aws/config")
            // The name is the SHA-1 of `s`.
            try command.folder.write(
                #"{"accessToken":"TOKEN","expiresAt":"2039-01-01T00:00:00Z"}"#,
                to: ".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json")
            return ["AWS_ENDPOINT_URL_SSO": url]
        }
    }

    private func run(_ variables: [String: String]) throws -> CommandRun {
        try command.run(record, ["--s3", "--bucket", "bucket", "--region", "eu-west-1"], environment: variables)
    }

    @Test("each service gives the credentials that a line is signed by", arguments: ["EC2", "ECS", "STS", "SSO"])
    func service(name: String) throws {
        let server = try WebStandIn(Self.answer)
        let result = try run(try variables(name, at: server.url))
        #expect(result.status == 0 && result.errors == "")
        let signed = try #require(fields(result.output)["signed_url"] as? String)
        #expect(signed.contains("X-Amz-Credential=AKIDOFTHESERVICE%2F") && signed.contains("X-Amz-Security-Token=T&"))
    }

    @Test("a URL ends with the credentials that signed it")
    func end() throws {
        let end = Int64(Date().timeIntervalSince1970) + 3000
        let text = ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: TimeInterval(end)))
        let server = try WebStandIn { _ in
            .json(#"{"AccessKeyId":"AKIDOFTHESERVICE","SecretAccessKey":"S","Token":"T","Expiration":"\#(text)"}"#)
        }
        let result = try run(try variables("ECS", at: server.url))
        #expect(fields(result.output)["expires_at"] as? Int64 == end)
    }

    @Test("a service that refuses is wrong settings, told without its answer", arguments: ["EC2", "ECS", "STS", "SSO"])
    func refused(name: String) throws {
        let server = try WebStandIn { _ in WebStandIn.Answer(status: .forbidden, body: "HIDDEN") }
        let result = try run(try variables(name, at: server.url))
        #expect(result.status == 2 && result.output == "" && result.errors.contains("403"))
        #expect(!result.errors.contains("HIDDEN") && !result.errors.contains("TOKEN"))
    }

    @Test("a host that takes connections and says nothing is not waited for")
    func silent() throws {
        let server = try SilentServer()
        let settings = try variables("EC2", at: "http://127.0.0.1:\(server.port)")
        let result = try run(settings.merging(["AWS_METADATA_SERVICE_TIMEOUT": "0.2"]) { $1 })
        #expect(result.status == 2 && result.errors.contains("its hop limit has to be 2"))
    }
}

/// Takes connections, and never says anything.
private final class SilentServer: Sendable {
    let port: Int
    private let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    init() throws {
        port = try ServerBootstrap(group: loop).bind(host: "127.0.0.1", port: 0).wait().localAddress?.port ?? 0
    }

    deinit { try? loop.syncShutdownGracefully() }
}
