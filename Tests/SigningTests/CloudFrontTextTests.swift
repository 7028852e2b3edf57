import Foundation
import TestSupport
import Testing

@testable import Signing

@Suite struct CloudFrontTextTests {
    @Test("a canned policy has the bytes that CloudFront makes from the URL itself")
    func cannedPolicy() {
        let policy = PolicyText.canned("https://h/a.mp4?x=1".utf8, until: 1_893_456_000)
        let expected =
            #"{"Statement":[{"Resource":"https://h/a.mp4?x=1","Condition":{"DateLessThan":{"AWS:EpochTime":1893456000}}}]}"#
        #expect(String(decoding: policy, as: UTF8.self) == expected)
    }

    @Test(
        "base64 is openssl's with three characters replaced",
        arguments: Array(0...70) + [255, 256, 257, 1000])
    func base64(length: Int) throws {
        var random = SeededGenerator(seed: UInt64(length))
        let data = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let oracle = try CommandRun.shell("openssl base64 -A | tr -- '+=/' '-_~'", input: Data(data))
        #expect(encoded(data) == oracle.output, "of the bytes \(data)")
    }

    @Test("each of the 64 digits is the right one")
    func alphabet() throws {
        let data = (0..<64).reduce(into: [UInt8]()) { bytes, digit in
            bytes += [UInt8(digit << 2), 0, UInt8(digit)]
        }
        let oracle = try CommandRun.shell("openssl base64 -A | tr -- '+=/' '-_~'", input: Data(data))
        #expect(encoded(data) == oracle.output)
    }

    @Test("a slice that does not begin at 0 is encoded from its own start")
    func slice() {
        var text: [UInt8] = []
        CloudFrontBase64.append([0, 0, 0xFB, 0xFF, 0xFE][2...], to: &text)
        #expect(String(decoding: text, as: UTF8.self) == "-~~-")
    }

    private func encoded(_ data: [UInt8]) -> String {
        var text: [UInt8] = []
        CloudFrontBase64.append(data[...], to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
