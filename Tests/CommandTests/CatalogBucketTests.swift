import Foundation
import NIOConcurrencyHelpers
import NIOHTTP1
import TestSupport
import Testing

/// `tf-catalog s3://bucket/prefix`, by a stand-in for S3.
@Suite struct CatalogBucketTests {
    private static let prefix =
        "/bucket/?encoding-type=url&list-type=2&prefix=a%2Fb&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F"

    private static func page(_ keys: [String], next: String? = nil, encoding: String = "url") -> String {
        let objects = keys.map { key in
            "<Contents><Key>\(key)</Key><LastModified>2024-01-02T03:04:05.000Z</LastModified>"
                + "<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><ChecksumType>FULL_OBJECT</ChecksumType>"
                + "<Size>12</Size><Owner><ID>SECRET</ID></Owner><StorageClass>STANDARD</StorageClass></Contents>"
        }
        let next = next.map { "<NextContinuationToken>\($0)</NextContinuationToken>" } ?? ""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name>\(next)\
            <EncodingType>\(encoding)</EncodingType><IsTruncated>\(!next.isEmpty)</IsTruncated>\
            \(objects.joined())</ListBucketResult>
            """
    }

    private static func error(_ code: String, _ more: String = "") -> String {
        "<Error><Code>\(code)</Code><Message>SECRET</Message>\(more)</Error>"
    }

    private func run(
        _ server: WebStandIn?, _ arguments: [String] = ["s3://bucket/a/b"], _ variables: [String: String] = [:],
        region: String? = "eu-west-1"
    ) throws -> CommandRun {
        let folder = try TemporaryFolder()
        let store = server.map { ["--endpoint", $0.url, "--path-style"] } ?? []
        let environment = [
            "HOME": folder.path, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "SECRET",
            "AWS_SESSION_TOKEN": "", "AWS_REGION": "", "AWS_DEFAULT_REGION": "", "AWS_PROFILE": "",
            "AWS_CONFIG_FILE": "", "AWS_SHARED_CREDENTIALS_FILE": "", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "", "AWS_WEB_IDENTITY_TOKEN_FILE": "",
        ].merging(variables) { $1 }
        return try CommandRun.tool(
            "tf-catalog", store + (region.map { ["--region", $0] } ?? []) + arguments, environment: environment)
    }

    @Test("the pages of a bucket are followed, and its objects are those of aws s3api list-objects-v2")
    func pages() throws {
        let server = try WebStandIn { request in
            switch request.uri {
            case let uri where uri.hasPrefix(Self.prefix):
                .json(Self.page(["a/b%2Fc+d%2B%C3%A9.mp4", "a/b/"], next: "t+/="))
            case let uri where uri.hasPrefix("/bucket/?continuation-token=t%2B%2F%3D&encoding-type=url&list-type=2&"):
                .json(Self.page(["a/b&amp;&lt;%0A%25"]))
            default: .status(404)
            }
        }
        let found = try run(server)
        #expect(found.status == 0 && found.errors == "")
        let listing = """
            {"Contents":[{"Key":"a/b/c d+é.mp4","LastModified":"2024-01-02T03:04:05+00:00",
            "ETag":"\\"d41d8cd98f00b204e9800998ecf8427e\\"","Size":12,"StorageClass":"STANDARD"},{"Key":"a/b/","Size":12},
            {"Key":"a/b&<\\n%","LastModified":"2024-01-02T03:04:05+00:00",
            "ETag":"\\"d41d8cd98f00b204e9800998ecf8427e\\"","Size":12,"StorageClass":"STANDARD"}]}
            """
        #expect(found.lines == (try CommandRun.tool("tf-catalog", input: Data(listing.utf8))).lines)
        #expect(found.lines.count == 2)
    }

    @Test("a store that does not encode keys is taken at its word")
    func plainKeys() throws {
        let server = try WebStandIn { _ in .json(Self.page(["a+b%41"], encoding: "")) }
        #expect(try run(server).lines.first?.hasPrefix(#"{"key":"a+b%41","#) == true)
    }

    @Test("a bucket can be a listing as well, and temporary credentials and the environment's region are used")
    func listing() throws {
        let server = try WebStandIn { request in
            request.uri.contains("us-east-2") && request.uri.contains("X-Amz-Security-Token=T&")
                ? .json(Self.page(["k1"])) : .status(400)
        }
        let folder = try TemporaryFolder()
        let catalog = try folder.write("{\"key\":\"k1\",\"path\":\"p\"}\n{\"key\":\"k2\",\"path\":\"q\"}\n", to: "c")
            .path
        let variables = ["AWS_SESSION_TOKEN": "T", "AWS_REGION": "us-east-2"]
        let found = try run(server, ["--listing", "s3://bucket", "--missing", catalog], variables, region: nil)
        #expect(found.lines == [#"{"key":"k2","path":"q"}"#])
    }

    @Test(
        "what the store refuses is told with what to do, and nothing secret",
        arguments: [
            (
                403, error("AccessDenied"),
                "the store refuses (403 AccessDenied): the credentials have to allow s3:ListBucket"
            ),
            (403, error("SignatureDoesNotMatch"), "(403 SignatureDoesNotMatch): check the credentials, and the clock"),
            (404, error("NoSuchBucket"), "the store has no such bucket (404 NoSuchBucket)"),
            (301, error("PermanentRedirect"), "the bucket is in 'eu-central-1': give this --region"),
            (400, error("AuthorizationHeaderMalformed", "<Region>us-east-1</Region>"), "the bucket is in 'us-east-1'"),
            (400, error("SECRET words"), "the store answers 400"),
            (200, "<html>SECRET</html>", "the store does not answer with a listing: check --endpoint"),
        ])
    func refusals(status: Int, body: String, reason: String) throws {
        let server = try WebStandIn { _ in
            WebStandIn.Answer(
                status: HTTPResponseStatus(statusCode: status),
                headers: status == 301 ? ["x-amz-bucket-region": "eu-central-1"] : ["Retry-After": "0"], body: body)
        }
        let found = try run(server)
        #expect(found.status == 3 && found.output == "")
        #expect(found.errors.hasPrefix("tf-catalog: s3://bucket/a/b: ") && found.errors.contains(reason))
        #expect(!found.errors.contains("SECRET") && !found.errors.contains("X-Amz"))
    }

    @Test("a page that was cut off, and a store that is asked too often, are asked again, with another signature")
    func again() throws {
        let count = NIOLockedValueBox(0)
        let server = try WebStandIn { _ in
            let number = count.withLockedValue { count in
                count += 1
                return count
            }
            let whole = Self.page(["k1"])
            return switch number {
            case 1:
                WebStandIn.Answer(
                    status: .serviceUnavailable, headers: ["Retry-After": "0"], body: Self.error("SlowDown"))
            case 2: WebStandIn.Answer(headers: ["Retry-After": "0"], body: String(whole.prefix(whole.count / 2)))
            default: .json(whole)
            }
        }
        let found = try run(server)
        #expect(found.status == 0 && found.lines.count == 1)
        #expect(count.withLockedValue { $0 } == 3)
    }

    @Test("a page that leads back to itself comes to an end")
    func circle() throws {
        let server = try WebStandIn { _ in .json(Self.page(["k1"], next: "t")) }
        let found = try run(server)
        #expect(found.status == 3 && found.errors.contains("leads back to itself"))
    }

    @Test("settings that cannot be right are wrong use, before anything is asked")
    func wrongUse() throws {
        func refused(_ arguments: [String], _ variables: [String: String] = [:], region: String? = "r") throws -> String
        {
            let found = try run(nil, arguments, variables, region: region)
            #expect(found.status == 2)
            return found.errors
        }
        #expect(try refused(["s3://bucket"], region: nil).contains("no region: give --region, or set AWS_REGION"))
        #expect(try refused(["s3:///a"]).contains("bucket: only letters"))
        #expect(try refused(["s3://a?b"]).contains("bucket: only letters"))
        #expect(try refused(["/dev/null"]).contains("--region is for a source or a listing like 's3://bucket/prefix'"))
        #expect(try refused(["s3://b"], ["AWS_ACCESS_KEY_ID": ""]).contains("credentials: there are none"))
        #expect(try refused(["s3://b"], ["AWS_ACCESS_KEY_ID": "SECRET"]).contains("is not an access key ID"))
    }
}
