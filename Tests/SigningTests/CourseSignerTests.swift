import Foundation
import Records
import Testing

@testable import Signing

@Suite struct CourseSignerTests {
    private func signer(_ conditions: PolicyConditions = PolicyConditions()) throws -> CourseSigner {
        CourseSigner(key: try .test(), lifetime: .after(.init(7200)), conditions: conditions)
    }

    /// What follows a signed URL's `?`.
    private func query(_ url: String) -> Substring { url.drop { $0 != "?" } }

    @Test("all files of a course share one signature, and another course has its own")
    func shared() throws {
        let signer = try signer()
        let first = try signer.signed("https://h/blues/1.mp4", course: 1)
        let other = try signer.signed("https://h/jazz/1.mp4", course: 2)
        let second = try signer.signed("https://h/blues/2.mp4", course: 1, at: 1_800_000_100)
        #expect(second.hasPrefix("https://h/blues/2.mp4?Policy="))
        #expect(query(first) == query(second))
        #expect(query(first) != query(other))
    }

    @Test("the policy opens the folder, its queries too, and nothing beside it")
    func pattern() throws {
        let block = try #require(AddressBlock(parsing: "192.0.2.0/24"))
        let url = try signer(PolicyConditions(addresses: block, notBefore: 9)).signed("https://h/a/b/1.mp4", course: 1)
        let object = try SignedObject(url.utf8)
        guard let grant = object.grant as? CloudFrontGrant else { throw Unexpected() }
        let expected =
            #"{"Statement":[{"Resource":"https://h/a/b/*","Condition":{"DateLessThan":{"AWS:EpochTime":1800007200},"#
            + #""IpAddress":{"AWS:SourceIp":"192.0.2.0/24"},"DateGreaterThan":{"AWS:EpochTime":9}}}]}"#
        #expect(String(decoding: grant.signedText, as: UTF8.self) == expected)
        #expect(grant.policy.covers("https://h/a/b/2.mp4?x=1"))
        #expect(!grant.policy.covers("https://h/a/c/2.mp4"))
    }

    @Test("a signature is renewed before half of its lifetime has passed", arguments: [(3599.0, true), (3600, false)])
    func renewal(age: Double, isSame: Bool) throws {
        let signer = try signer()
        let first = try signer.signed("https://h/blues/1.mp4", course: 1)
        let later = try signer.signed("https://h/blues/1.mp4", course: 1, at: 1_800_000_000 + age)
        #expect((first == later) == isSame)
    }

    @Test(
        "a pattern that would open more than the course is refused",
        arguments: [
            ["https://h/1.mp4"], ["https://h/a*/1.mp4"], ["https://h?x=a/b"],
            ["https://h/./1.mp4"], ["https://h/a/../1.mp4"], ["https://h//1.mp4"], ["https://h/a//1.mp4"],
            ["https://h/a/%2e%2E/1.mp4"],
            ["https://h/all/1.mp4#1", "https://h/all/2.mp4#2"],
            ["https://h/all/sub/1.mp4#1", "https://h/all/2.mp4#2"],
            ["https://h/all/1.mp4#1", "https://h/all/sub/2.mp4#2", "https://h/all/3.mp4#1"],
            ["https://h/all/1.mp4#1", "https://h/all/2.mp4"],
            ["https://host/all/1.mp4#1", "https://HOST:443/all/2.mp4#2"],
            ["https://h/all/1.mp4#1", "http://h/all/2.mp4#2"],
            ["https://h/c1/1.mp4#1", "https://h/c%31/2.mp4#2"],
            ["https://h/a/b/1.mp4#1", "https://h/a%2Fb/2.mp4#2"], ["https://h/a%2F..%2Fb/1.mp4"],
        ])
    func tooWide(records: [String]) throws {
        let signer = try signer()
        // Of each record the URL, and the course behind `#`; the last one is refused.
        for record in records {
            let parts = record.split(separator: "#")
            let course = parts.count == 2 ? Int64(parts[1]) : nil
            let result = Result { try signer.signed(String(parts[0]), course: course) }
            let isRefused = if case .failure(let error) = result { isRefusal(error) } else { false }
            #expect(isRefused == (record == records.last), "\(record)")
        }
    }

    @Test("ports and capitals in a path part folders, and each spelling of a folder has a signature of its own")
    func spellings() throws {
        let signer = try signer()
        let urls = [("https://h/c/1.mp4", 1), ("https://h/C/1.mp4", 2), ("https://h:8443/c/1.mp4", 3)]
        for (url, course) in urls { #expect(try signer.signed(url, course: Int64(course)).hasPrefix(url)) }
        let (one, other) = (
            try signer.signed("https://h/c/2.mp4", course: 1), try signer.signed("https://h/%63/2.mp4", course: 1)
        )
        #expect(query(one) != query(other))
    }

    private func isRefusal(_ error: any Error) -> Bool {
        if case .coversMore = error as? SigningError { true } else { false }
    }

    @Test("below a base URL with a folder, that folder is not a course's")
    func libraryFolder() throws {
        let base = try BaseURL("https://h/videos")
        let signer = try signer()
        var signed = SignedURL()
        for (key, isGood) in [("blues/1.mp4", true), ("1.mp4", false)] {
            let url = try Array(key.utf8).withUnsafeBytes { try base.url(key: $0) }
            let result = Result { try signer.sign(SigningObject(url: url, courseID: 1), at: 0, into: &signed) }
            #expect(((try? result.get()) != nil) == isGood)
        }
    }

    @Test("with a fixed end the run ends with it")
    func fixedEnd() throws {
        let signer = CourseSigner(key: try .test(), lifetime: .until(1000), conditions: PolicyConditions())
        #expect(!signer.needsRenewal(at: 999))
        #expect(signer.needsRenewal(at: 1000))
        #expect(throws: Lifetime.expired) { try signer.renew(at: 1000) }
    }
}
