import Foundation
import OpenSSL
import Records
import TestSupport
import Testing

@testable import Signing

/// Signed cookies: a set for each course, in a jar.
@Suite struct CookieSignerTests {
    private let folder: TemporaryFolder
    private let course: CourseSigner
    private let signer: CookieSigner

    init() throws {
        folder = try TemporaryFolder()
        course = CourseSigner(key: try .test(.sha256), lifetime: .after(.init(7200)), conditions: PolicyConditions())
        signer = CookieSigner(course, jar: try SignedCookieJar(folder.file("jar").path))
    }

    private var jar: [[String]] {
        get throws {
            let text = String(decoding: try folder.read("jar"), as: UTF8.self)
            return text.split(separator: "\n").dropFirst().map { line in
                line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            }
        }
    }

    @Test(
        "a URL stays as it is, and the jar has its course's policy, signature and key, for host, path, scheme and time")
    func set() throws {
        let url = "https://CDN.example:8443/lib/blues/1%20a.mp4?v=1"
        #expect(try signer.signed(url, course: 1) == url)
        let lines = try jar
        #expect(
            lines.map { $0.dropLast() }
                == ["Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"].map {
                    ["cdn.example", "FALSE", "/lib/blues/", "TRUE", "1800007200", "CloudFront-\($0)"]
                })
        // The same values as in a URL that is signed for the course.
        let signed = SignedQuery(
            String(try course.signed(url, course: 1).drop { $0 != "?" }.dropFirst(5)))
        #expect(
            lines.map(\.last) == [signed.policy, signed.signature, signed.keyPairID, signed.hashAlgorithm])
        let permissions = try FileManager.default.attributesOfItem(atPath: folder.file("jar").path)[.posixPermissions]
        #expect(permissions as? Int == 0o600)
    }

    @Test("each course has its set, one that is renewed takes the old one's place, and 256 of them are kept")
    func sets() throws {
        _ = try signer.signed("http://h/c0/1.mp4", course: 0)
        let first = try jar
        #expect(first.allSatisfy { $0[3] == "FALSE" })
        _ = try signer.signed("http://h/c0/2.mp4", course: 0, at: 1_800_000_100)
        #expect(try jar == first)
        _ = try signer.signed("http://h/c0/3.mp4", course: 0, at: 1_800_003_700)
        #expect(try jar.count == 4 && jar != first)
        for number in 1...256 { _ = try signer.signed("http://h/c\(number)/1.mp4", course: Int64(number)) }
        #expect(try jar.count == 256 * 4)
        #expect(try jar.first?[2] == "/c1/")
    }

    @Test("a jar that cannot be written leaves the record unsigned, and says why")
    func unwritable() throws {
        try FileManager.default.createDirectory(at: folder.file("jar"), withIntermediateDirectories: false)
        let error = #expect(throws: SigningError.self) { try signer.signed("http://h/c/1.mp4", course: 1) }
        #expect(error?.description.hasPrefix("the file of cookies could not be written: ") == true)
    }
}
