import AWS
import Foundation
import Records
import Signing
import Testing

@testable import Signing

@Suite struct S3SignerTests {
    /// The example of AWS's documentation: Amazon S3 API Reference, "Authenticating requests: using query parameters".
    @Test("AWS's own example is signed to the byte")
    func example() throws {
        let expected =
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
            + "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
            + "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        let signer = try signer(.after(.init(86400)), at: 1_369_353_600)
        #expect(try signer.signed("https://examplebucket.s3.amazonaws.com/test.txt", at: 1_369_353_600) == expected)
    }

    private func signer(
        _ lifetime: Lifetime, until end: Int64? = nil, token: String? = nil, at now: Double = 1_800_000_000
    ) throws -> S3Signer {
        let found = Credentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            sessionToken: token, expiresAt: end, source: "a test")
        let credentials = try RefreshingCredentials(now: now) { found }
        return S3Signer(credentials: credentials, region: try Region("us-east-1"), lifetime: lifetime)
    }

    private func parameter(_ name: String, of url: String) -> String? {
        url.split { $0 == "?" || $0 == "&" }.first { $0.hasPrefix("\(name)=") }.map {
            String($0.dropFirst(name.count + 1))
        }
    }

    @Test(
        "a URL is signed the same, however its path and query are spelt, and stays as it is",
        arguments: [
            ("https://h/a(1)'!*.mp4", "https://h/a%281%29%27%21%2A.mp4"), ("https://h/%c3%a9%41", "https://h/%C3%A9A"),
            ("https://h/a?b=1+2&a", "https://h/a?a=&b=1%202"), ("https://h", "https://h/"),
            ("https://h:443/a", "https://h/a"), ("HTTP://h:80/a", "http://h/a"),
            ("https://h/a?&&b=1", "https://h/a?b=1"),
            ("https://h/a?a-b=1&a=2", "https://h/a?a=2&a-b=1"),
        ])
    func spelling(url: String, canonical: String) throws {
        let signer = try signer(.after(.init(60)))
        let (one, other) = (try signer.signed(url), try signer.signed(canonical))
        #expect(one.hasPrefix(url))
        #expect(parameter("X-Amz-Signature", of: one) == parameter("X-Amz-Signature", of: other))
    }

    @Test(
        "what names another object, or another place, is signed differently",
        arguments: [
            ("https://h/a%2Fb", "https://h/a/b"), ("https://h/a%2520", "https://h/a%20"),
            ("https://h:8443/a", "https://h/a"),
            ("http://h:443/a", "http://h/a"), ("https://h/a/../b", "https://h/b"),
            ("https://h/a?b=%2B", "https://h/a?b=+"),
        ])
    func different(url: String, other: String) throws {
        let signer = try signer(.after(.init(60)))
        let signatures = try [url, other].map { parameter("X-Amz-Signature", of: try signer.signed($0)) }
        #expect(signatures[0] != signatures[1])
    }

    @Test("the lifetime is cut to what the credentials have left")
    func cut() throws {
        let url = try signer(.after(.init(7200)), until: 1_800_001_000, token: "t/+=").signed("https://h/a")
        #expect(parameter("X-Amz-Expires", of: url) == "1000")
        #expect(parameter("X-Amz-Security-Token", of: url) == "t%2F%2B%3D")
    }

    @Test("a fixed end is kept to the second, whatever part of one has passed")
    func fixedEnd() throws {
        let signer = try signer(.until(1_800_000_100))
        #expect(parameter("X-Amz-Expires", of: try signer.signed("https://h/a", at: 1_800_000_000.9)) == "100")
        #expect(!signer.needsRenewal(at: 1_800_000_098.9))
        #expect(signer.needsRenewal(at: 1_800_000_099))
    }

    @Test("each day has its own key")
    func days() throws {
        let signer = try signer(.after(.init(60)))
        let (today, tomorrow) = (try signer.signed("https://h/a"), try signer.signed("https://h/a", at: 1_800_086_400))
        #expect(parameter("X-Amz-Credential", of: today)?.contains("%2F20270115%2F") == true)
        #expect(parameter("X-Amz-Credential", of: tomorrow)?.contains("%2F20270116%2F") == true)
    }
}

@Suite struct BucketTests {
    @Test(
        "objects lie where botocore looks for them",
        arguments: [
            ("bucket", "us-east-1", nil, false, "https://bucket.s3.amazonaws.com/"),
            ("bucket", "eu-west-1", nil, false, "https://bucket.s3.eu-west-1.amazonaws.com/"),
            ("bucket", "eu-west-1", nil, true, "https://s3.eu-west-1.amazonaws.com/bucket/"),
            ("my.bucket", "eu-west-1", nil, false, "https://s3.eu-west-1.amazonaws.com/my.bucket/"),
            ("My_Bucket", "us-east-1", nil, false, "https://s3.amazonaws.com/My_Bucket/"),
            ("bucket", "cn-north-1", nil, false, "https://bucket.s3.cn-north-1.amazonaws.com.cn/"),
            ("bucket", "us-iso-east-1", nil, false, "https://bucket.s3.us-iso-east-1.c2s.ic.gov/"),
            ("bucket", "us-isob-east-1", nil, false, "https://bucket.s3.us-isob-east-1.sc2s.sgov.gov/"),
            ("bucket", "x", "https://store.example.com/s3/", false, "https://bucket.store.example.com/s3/"),
            ("bucket", "x", "https://store.example.com/s3/", true, "https://store.example.com/s3/bucket/"),
            ("bucket", "x", "http://127.0.0.1:9000", false, "http://127.0.0.1:9000/bucket/"),
            ("bucket", "x", "http://[::1]:9000/", false, "http://[::1]:9000/bucket/"),
        ] as [(String, String, String?, Bool, String)])
    func baseURL(name: String, region: String, endpoint: String?, pathStyle: Bool, expected: String) throws {
        let bucket = try Bucket(name, region: try Region(region), endpoint: endpoint, pathStyle: pathStyle)
        #expect(bucket.baseURL.text == expected)
    }

    @Test("a name that would lead elsewhere is refused", arguments: ["", "..", "a/b", "a?b", "a b", "ü", "a%2F", "h#"])
    func badName(name: String) throws {
        let region = try Region("us-east-1")
        #expect(throws: BucketError.name) { try Bucket(name, region: region, endpoint: nil, pathStyle: true) }
    }

    @Test("a region is small letters, digits and dashes", arguments: ["", "us east", "us/east", "US-EAST-1", "é"])
    func badRegion(name: String) { #expect(throws: RegionError()) { try Region(name) } }

    @Test(
        "an endpoint is a URL that could be signed",
        arguments: ["store", "https://u:p@h", "https://h/?a", "https://h#"])
    func badEndpoint(text: String) throws {
        let region = try Region("us-east-1")
        #expect(throws: BucketError.self) { try Bucket("bucket", region: region, endpoint: text, pathStyle: false) }
    }
}
