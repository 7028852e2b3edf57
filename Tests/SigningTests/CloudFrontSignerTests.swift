import Foundation
import OpenSSL
import TestSupport
import Testing

@testable import Signing

@Suite struct CloudFrontSignerTests {
    @Test("a signed URL is the URL, the end, the signature and the key pair, in CloudFront's order")
    func parts() throws {
        let url = try sign("https://h/a.mp4", .sha1)
        #expect(
            url.wholeMatch(
                of: /https:\/\/h\/a\.mp4\?Expires=1893456000&Signature=[\w~-]{344}&Key-Pair-Id=KPAIR1/)
                != nil)
    }

    @Test("the signature is that of openssl for the policy, with the query's own characters")
    func oracle() throws {
        let policy =
            #"{"Statement":[{"Resource":"https://h/a.mp4?v=2","Condition":{"DateLessThan":{"AWS:EpochTime":1893456000}}}]}"#
        let folder = try TemporaryFolder()
        try folder.write(TestKeys.rsa, to: "key.pem")
        for hash in Digest.ofCloudFront {
            let script =
                "openssl dgst -\(hash.rawValue) -sign key.pem | openssl base64 -A | tr -- '+=/' '-_~'"
            let signature = try CommandRun.shell(script, input: Data(policy.utf8), directory: folder.url)
                .output
            let end = hash == .sha256 ? "&Hash-Algorithm=SHA256" : ""
            let expected =
                "https://h/a.mp4?v=2&Expires=1893456000&Signature=\(signature)&Key-Pair-Id=KPAIR1\(end)"
            #expect(try sign("https://h/a.mp4?v=2", hash) == expected)
        }
    }

    @Test("a URL that would be longer than CloudFront takes is refused, one byte less is not")
    func length() throws {
        let overhead = try sign("https://h/", .sha1).utf8.count
        let longest = "https://h/" + String(repeating: "a", count: 8192 - overhead)
        #expect(try sign(longest, .sha1).utf8.count == 8192)
        #expect(throws: SigningError.tooLong(8193)) { try sign(longest + "a", .sha1) }
    }

    @Test("a signed URL has no printable form")
    func description() throws {
        let url = SignedURL(bytes: Array("https://h/a?Expires=1&Signature=SECRET".utf8), expires: 1)
        #expect("\(url)" == "https://h/a?<signature>")
    }

    private func sign(_ text: String, _ digest: Digest) throws -> String {
        let signer = CloudFrontSigner(key: try .test(digest), lifetime: .until(1_893_456_000))
        return try signer.signed(text)
    }
}
