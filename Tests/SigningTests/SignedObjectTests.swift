import AWS
import Foundation
import OpenSSL
import Records
import Signing
import TestSupport
import Testing

@testable import Signing

@Suite struct SignedObjectTests {
    private static let now = 1_800_000_000.0
    private static let objects = [
        "https://h/a.mp4", "https://h/a%20b/(c)?x=1&y", "https://h/a?b=c?d", "http://h:8080/%2F/../x.mp4?Expire=1",
    ]

    private func grant(_ object: SignedObject) throws -> CloudFrontGrant {
        guard let grant = object.grant as? CloudFrontGrant else { throw Unexpected() }
        return grant
    }

    @Test("what was signed for CloudFront is read back", arguments: objects, Digest.ofCloudFront)
    func cloudFront(url: String, digest: Digest) throws {
        let key = try PublicKey(ofPrivate: Array(TestKeys.rsa.utf8), passphrase: nil)
        let block = try #require(AddressBlock(parsing: "192.0.2.7"))
        for conditions in [PolicyConditions(), PolicyConditions(addresses: block, notBefore: 1_700_000_000)] {
            let signer = CloudFrontSigner(
                key: try .test(digest), lifetime: .until(1_900_000_000), conditions: conditions)
            let object = try SignedObject(try signer.signed(url).utf8)
            let grant = try grant(object)
            #expect(object.url == url)
            #expect(object.expires == 1_900_000_000)
            #expect(object.notBefore == conditions.notBefore)
            #expect(grant.isCanned == (conditions == PolicyConditions()))
            #expect(grant.policy.addresses == conditions.addresses)
            #expect(grant.coversURL)
            #expect(grant.keyPairID == "KPAIR1" && grant.digest == digest)
            #expect(grant.isSigned(by: key))
            #expect(!grant.isSigned(by: try PublicKey(ofPrivate: Array(TestKeys.p256.utf8), passphrase: nil)))
        }
    }

    @Test(
        "of a URL that carries several signatures none is shown",
        arguments: [
            "X-Amz-Signature=SECRET", "signature=SECRET", "a=1&%53ignature=SECRET", "X-Amz-Security-Token=SECRET&b=2",
        ])
    func severalSignatures(query: String) throws {
        let url = "https://h/a.mp4?\(query)&Expires=1900000000&Signature=AAAA&Key-Pair-Id=K"
        let explanation = Explanation(try SignedObject(url.utf8), verdict: .unchecked("no key"), now: Self.now)
        #expect(!"\(explanation.rows)".contains("SECRET"))
        #expect(!explanation.json.contains("SECRET"))
        #expect(explanation.rows.first?.text.hasPrefix("https://h/a.mp4") == true)
    }

    @Test("what was signed for S3 is read back", arguments: objects, [nil, "to/ken=="])
    func s3(url: String, token: String?) throws {
        let found = Credentials(accessKeyID: "AK", secretAccessKey: "SK", sessionToken: token, source: "a test")
        let signer = S3Signer(
            credentials: try RefreshingCredentials(now: Self.now) { found }, region: try Region("eu-west-1"),
            lifetime: .after(Seconds(60)))
        let object = try SignedObject(try signer.signed(url, at: Self.now).utf8)
        guard let grant = object.grant as? S3Grant else { throw Unexpected() }
        #expect(object.url == url)
        #expect(object.notBefore == 1_800_000_000 && object.expires == 1_800_000_060)
        #expect(grant.accessKeyID == "AK" && grant.region == "eu-west-1" && grant.isTemporary == (token != nil))
        #expect(grant.isSigned(by: found) == true)
        let other = Credentials(accessKeyID: "AK", secretAccessKey: "SQ", source: "a test")
        #expect(grant.isSigned(by: other) == false)
    }

    @Test("whatever was signed is read back: a thousand URLs and conditions from a fixed seed")
    func property() throws {
        var random = SeededGenerator(seed: 20_260_101)
        let wire = Array("abcXYZ019-_.~%+&=?/'()!$,;:@[]{}|^`<>".utf8)
        let key = try CloudFrontKey.test()
        for _ in 0..<1000 {
            let tail = (0..<Int.random(in: 0...40, using: &random)).map { _ in wire.randomElement(using: &random)! }
            let url = "https://h.example/" + String(decoding: tail, as: UTF8.self)
            let (start, end) = (
                Int64.random(in: 1...1000, using: &random), Int64.random(in: 1001...9999, using: &random)
            )
            let octets = (0..<4).map { _ in String(UInt8.random(in: 0...255, using: &random)) }.joined(separator: ".")
            let block = AddressBlock(parsing: "\(octets)/\(Int.random(in: 0...32, using: &random))")
            let conditions = PolicyConditions(
                addresses: Bool.random(using: &random) ? block : nil,
                notBefore: Bool.random(using: &random) ? start : nil)
            let signed = try CloudFrontSigner(key: key, lifetime: .until(end), conditions: conditions).signed(url)
            let object = try SignedObject(signed.utf8)
            let grant = try grant(object)
            #expect(object.url == url && object.expires == end && object.notBefore == conditions.notBefore)
            #expect(grant.policy.addresses == conditions.addresses && grant.coversURL)
        }
    }

    @Test("a changed URL is found out")
    func changed() throws {
        let key = try PublicKey(ofPrivate: Array(TestKeys.rsa.utf8), passphrase: nil)
        let url = try CloudFrontSigner(key: try .test(), lifetime: .until(1_900_000_000)).signed("https://h/a.mp4")
        for (part, other) in [("a.mp4", "b.mp4"), ("Expires=19", "Expires=18"), ("mp4?", "mp4?x=1&")] {
            let object = try SignedObject(url.replacingOccurrences(of: part, with: other).utf8)
            #expect(try !grant(object).isSigned(by: key))
        }
    }

    @Test("a URL under a policy for another one says so")
    func uncovered() throws {
        let signer = CourseSigner(key: try .test(), lifetime: .until(1_900_000_000), conditions: PolicyConditions())
        let url = try signer.signed("https://h/a/1.mp4").replacingOccurrences(of: "/a/", with: "/b/")
        #expect(try grant(try SignedObject(url.utf8)).coversURL == false)
    }

    @Test(
        "a time is not yet, good, or expired",
        arguments: [(9.0, SignedObject.State.notYet), (10.5, .good), (20, .expired)])
    func state(now: Double, state: SignedObject.State) throws {
        let signer = CloudFrontSigner(
            key: try .test(), lifetime: .until(20), conditions: PolicyConditions(notBefore: 10))
        #expect(try SignedObject(try signer.signed("https://h/a").utf8).state(at: now) == state)
    }

    @Test(
        "what cannot be read is reported in the words of the store's answer",
        arguments: [
            ("https://h/a", "carries no signature"), ("not a URL", "not an absolute"),
            ("https://h/?Signature=x", "MissingKey"),
            ("https://h/?Policy=x&Signature=AAAA", "MissingKey"),
            ("https://h/?Key-Pair-Id=K&Expires=1", "MalformedSignature"),
            ("https://h/?Key-Pair-Id=K&Expires=1893456000000&Signature=AAAA", "MalformedPolicy"),
            ("https://h/?Key-Pair-Id=K&Policy=AAAA&Signature=AAAA", "MalformedPolicy"),
            ("https://h/?X-Amz-Date=1", "AuthorizationQueryParametersError"),
        ])
    func unreadable(url: String, reason: String) {
        let error = #expect(throws: UnreadableURLError.self) { try SignedObject(url.utf8) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test("an explanation holds neither signature nor token, and is one line of JSON")
    func noSecret() throws {
        let found = Credentials(accessKeyID: "AK", secretAccessKey: "SK", sessionToken: "TOKEN", source: "a test")
        let s3 = S3Signer(
            credentials: try RefreshingCredentials(now: Self.now) { found }, region: try Region("eu-west-1"),
            lifetime: .after(Seconds(60)))
        let cloudFront = CloudFrontSigner(key: try .test(), lifetime: .until(1_900_000_000))
        for url in [try s3.signed("https://h/a"), try cloudFront.signed("https://h/a")] {
            let explanation = Explanation(try SignedObject(url.utf8), verdict: .unchecked("x"), now: Self.now)
            let secrets = url.split { $0 == "?" || $0 == "&" }.filter {
                $0.contains("Signature=") || $0.contains("Token=")
            }
            let text = explanation.json + explanation.rows.map(\.text).joined()
            for secret in secrets { #expect(!text.contains(secret.drop { $0 != "=" }.dropFirst())) }
            #expect(explanation.json.split(separator: "\n").count == 1)
            #expect(try JSONSerialization.jsonObject(with: Data(explanation.json.utf8)) is [String: Any])
        }
    }
}
