import Glibc
import OpenSSL
import POSIX
import Records
import TestSupport
import Testing

@testable import Store

/// What follows a video that is whole in itself, and what the evidence makes of it.
@Suite struct PaddingTests {
    private static let movie =
        box("ftyp", Array("isom".utf8) + [0, 0, 2, 0]) + box("moov", [1, 2, 3])
        + box("mdat", [UInt8](repeating: 4, count: 2000))
    private static let fragments =
        box("ftyp", Array("iso5".utf8) + [0, 0, 2, 0]) + box("moov") + box("moof") + box("mdat", [4])
    private static let matroska: [UInt8] =
        [0x1A, 0x45, 0xDF, 0xA3, 0x82, 1, 2] + [0x18, 0x53, 0x80, 0x67, 0x81, 0]

    private func flaw(_ bytes: [UInt8]) throws -> ContentFlaw? {
        bytes.withUnsafeBytes { ContentCheck.flaw(in: $0, kind: .video, level: .structure) }
    }

    @Test(
        "zeros after the last box are named as such, and are harmless with a hash and without",
        arguments: [
            1, 3, 7, 8, 16, 200, 512, 100_000,
        ])
    func zeros(count: Int) throws {
        for video in [Self.movie, Self.matroska] {
            let flaw = try #require(try flaw(video + [UInt8](repeating: 0, count: count)))
            #expect(flaw == .structure(.tail(bytes: Int64(count), areZero: true, isFragmented: false)))
            #expect(flaw.isHarmless(isHashed: false))
            #expect(flaw.isHarmless(isHashed: true))
        }
    }

    @Test(
        "other bytes behind the last box are harmless only with a hash",
        arguments: [
            [1], [0, 0, 0, 1], [0, 0, 0, 4] + Array("free".utf8), [UInt8](repeating: 0xFF, count: 512),
            [UInt8](repeating: 0, count: 100) + [1],
        ] as [[UInt8]])
    func others(tail: [UInt8]) throws {
        let flaw = try #require(try flaw(Self.movie + tail))
        #expect(flaw == .structure(.tail(bytes: Int64(tail.count), areZero: false, isFragmented: false)))
        #expect(!flaw.isHarmless(isHashed: false))
        #expect(flaw.isHarmless(isHashed: true))
        #expect(flaw.error(.video).message.contains("last box, not"))
    }

    @Test(
        "what was cut off is not padding, hash or not",
        arguments: [
            movie + boxHead("mdat", 100) + [1, 2, 3], movie + movie,
            Array(movie.dropLast()), box("ftyp") + [UInt8](repeating: 0, count: 512),
            box("ftyp") + box("moov") + [UInt8](repeating: 0, count: 512),
            movie + boxHead("free", 9),
        ])
    func cut(bytes: [UInt8]) throws {
        let flaw = try #require(try flaw(bytes))
        #expect(!flaw.isHarmless(isHashed: true))
    }

    @Test("behind fragments, zeros may be where more fragments were: only a hash excuses them")
    func fragmented() throws {
        let flaw = try #require(try flaw(Self.fragments + [UInt8](repeating: 0, count: 512)))
        #expect(flaw == .structure(.tail(bytes: 512, areZero: true, isFragmented: true)))
        #expect(!flaw.isHarmless(isHashed: false))
        #expect(flaw.isHarmless(isHashed: true))
    }

    @Test(
        "padding is read from the file, piece by piece, and no further than 16 MiB",
        arguments: [(3 << 20, true), (17 << 20, false)])
    func large(count: Int, areZero: Bool) throws {
        let disk = MemoryDisk()
        disk["a.mp4"] = Self.movie + [UInt8](repeating: 0, count: count)
        let file = try #require(try OutputFolder(disk.start()).open(try RelativePath("a.mp4")))
        let flaw = try ContentCheck.flaw(
            in: file, length: Int64(Self.movie.count + count), kind: .video, level: .structure)
        #expect(flaw == .structure(.tail(bytes: Int64(count), areZero: areZero, isFragmented: false)))
    }

    private func existing(_ bytes: [UInt8], md5: [UInt8]?) throws -> ExistingFile? {
        let disk = MemoryDisk()
        disk["a.mp4"] = bytes
        var expected = ExpectedFile(size: Int64(bytes.count))
        if let md5 {
            let hex = md5.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            expected.checksums = [try #require(Checksum(.md5, hex: hex, source: "the record's 'md5'"))]
        }
        return try ExistingFile.find(
            try RelativePath("a.mp4"), orUnder: [], expected, in: OutputFolder(disk.start()), Verification())
    }

    private func md5(_ bytes: [UInt8]) throws -> [UInt8] {
        let stream = try DigestStream(.md5)
        bytes.withUnsafeBytes { stream.update($0) }
        return stream.finish()
    }

    @Test("a file that is there with a tail in doubt is hashed, though that was not asked for")
    func existingFile() throws {
        let bytes = Self.movie + [1, 2, 3, 4, 5, 6, 7, 8]
        #expect(try existing(bytes, md5: nil) == nil)
        let right = try #require(try existing(bytes, md5: try md5(bytes)))
        #expect(right.isToBeHashed)
        #expect(right.checkHashes { true } == nil)
        let wrong = try #require(try existing(bytes, md5: try md5(Self.movie)))
        #expect(wrong.checkHashes { true }?.code == .mismatch)
        let padded = try #require(try existing(Self.movie + [0, 0, 0, 0, 0], md5: nil))
        #expect(!padded.isToBeHashed)
    }
}
