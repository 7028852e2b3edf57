import Foundation
import POSIX
import Records
import TestSupport
import Testing

@testable import Store

@Suite struct ChecksumTests {
    /// Of "123456789", by the programs of coreutils and, for CRC-32, the catalogue of CRCs.
    private static let known: [(Checksum.Algorithm, String)] = [
        (.crc32, "cbf43926"), (.md5, "25f9e794323b453885f5181f1b624d0b"),
        (.sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
        (.sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
    ]

    private static func checksums() throws -> [Checksum] {
        try known.map { try #require(Checksum($0.0, hex: $0.1, source: "a test")) }
    }

    @Test("bytes that come in pieces have the hashes of the whole", arguments: 1...9)
    func pieces(length: Int) throws {
        let checksums = try Self.checksums()
        var hash = try RunningHash(checksums)
        let bytes = Array("123456789".utf8)
        for start in stride(from: 0, to: bytes.count, by: length) {
            bytes[start..<min(start + length, bytes.count)].withUnsafeBytes { hash.update($0) }
        }
        #expect(hash.length == 9)
        #expect(hash.mismatch(with: checksums) == nil)
    }

    @Test("the first hash that is another one is named, with who said it", arguments: 0..<4)
    func mismatch(index: Int) throws {
        let checksums = try Self.checksums()
        var hash = try RunningHash(checksums)
        Array("12345678X".utf8).withUnsafeBytes { hash.update($0) }
        let trouble = try #require(hash.mismatch(with: [checksums[index]]))
        #expect(trouble.message == "the \(checksums[index].algorithm.rawValue) of the bytes is not a test")
        #expect(trouble.startsOver)
    }

    @Test("a hash is known only where its algorithm was asked for")
    func covers() throws {
        let checksums = try Self.checksums()
        #expect(RunningHash().covers([]))
        for checksum in checksums {
            let hash = try RunningHash([checksum])
            #expect(checksums.filter { hash.covers([$0]) } == [checksum])
        }
    }

    @Test(
        "what is not a hash of its kind is not taken for one",
        arguments: ["", "cbf4392", "cbf439260", "cbf4392g", "+bf43926", "cbf4 926", "ｃbf43926"])
    func badHex(text: String) {
        #expect(Checksum(.crc32, hex: text, source: "") == nil)
    }

    @Test(
        "in base64 only the whole, padded form is a hash",
        arguments: [
            ("y/Q5Jg==", true), ("y/Q5Jg=", false), ("y/Q5Jg", false), ("y/Q5Jg==-2", false), (" y/Q5Jg==", false),
            ("y/Q5Jg==\n", false), ("y_Q5Jg==", false), ("y/Q5JgAA", false), ("====", false), ("", false),
            ("y/Q5\u{0}g==", false),
        ])
    func base64(text: String, isHash: Bool) {
        #expect((Checksum(.crc32, base64: text, source: "") != nil) == isHash)
    }

    @Test("reading on ends where it must not go on, and where the file is shorter than it was")
    func readOn() throws {
        let folder = try TemporaryFolder()
        let file = try File(reading: folder.write("123456789", to: "a").path)
        var hash = try RunningHash(Self.checksums())
        #expect(throws: TryError.interrupted) { try hash.readOn(file, to: 9, while: { false }) }
        try hash.readOn(file, to: 9, while: { true })
        #expect(hash.mismatch(with: try Self.checksums()) == nil)
        #expect(throws: TryError.self) { try hash.readOn(file, to: 10, while: { true }) }
    }

    @Test(
        "an ETag is the record's with quotes and without, made weak on the way, and in the quotes of XML",
        arguments: [
            ("abc", "\"abc\"", true), ("\"abc\"", "\"abc\"", true), ("abc", "\"abd\"", false),
            ("abc", "W/\"abc\"", true), ("W/\"abc\"", "\"abc\"", true), ("abc", "W/\"abd\"", false),
            ("&quot;abc&quot;", "\"abc\"", true),
            ("W/\"abc\"", "W/\"abc\"", true), ("abc", nil, false), (nil, "\"abc\"", true), (nil, nil, true),
        ] as [(String?, String?, Bool)])
    func etag(known: String?, answered: String?, matches: Bool) {
        var expected = ExpectedFile()
        expected.etag = known
        #expect(expected.matches(etag: answered) == matches)
    }
}
