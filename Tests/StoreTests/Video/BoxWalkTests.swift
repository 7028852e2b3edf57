import Store
import TestSupport
import Testing

@Suite("The walk over the boxes of a file")
struct BoxWalkTests {
    private static let start = box("ftyp", Array("isom".utf8) + [0, 0, 2, 0])
    private static let movie = box("moov", [1, 2, 3])
    private static let media = box("mdat", [4, 5, 6, 7])

    static let real = ["lesson-faststart.mp4", "lesson-fragmented.mp4", "lesson-quicktime-brand.mp4"]

    @Test("finds nothing wrong with real files", arguments: real)
    func whole(name: String) throws {
        #expect(boxFlaw(Array(try Fixture.data(name))) == nil)
    }

    @Test("finds real files cut at any of their boxes, and near them, but for an index at the end", arguments: real)
    func cut(name: String) throws {
        let bytes = Array(try Fixture.data(name))
        var starts: [Int] = []
        var walk = try #require(VideoType.mp4.walk(over: Int64(bytes.count)))
        while let position = walk.position {
            starts.append(Int(position))
            try walk.accept(bytes[Int(position)...].prefix(StructureWalk.headLength))
        }
        let lengths = starts.flatMap { [$0 - 1, $0, $0 + 1, $0 + 7, $0 + 8] } + [bytes.count - 1]
        for length in lengths where length >= 0 {
            // A list of the fragments may be missing without harm, and what is then left is whole.
            if length < bytes.count, boxType(bytes, at: length) == "mfra" { continue }
            #expect(boxFlaw(Array(bytes.prefix(length))) != nil, "cut to \(length) bytes")
        }
    }

    private func boxType(_ bytes: [UInt8], at start: Int) -> String {
        String(decoding: bytes.dropFirst(start + 4).prefix(4), as: UTF8.self)
    }

    @Test(
        "takes what the formats allow",
        arguments: [
            ("media first", start + media + movie),
            ("old QuickTime", box("wide") + media + movie),
            ("fillers before the type", box("free", [0]) + start + movie + media),
            ("own types, fillers", start + box("uuid", Array(0..<16)) + movie + box("skip") + media + box("free", [1])),
            ("size in 64 bits", start + movie + longBoxHead("mdat", 20) + [1, 2, 3, 4]),
            ("size to the end", start + movie + boxHead("mdat", 0) + [1, 2, 3]),
            ("fragments", start + movie + box("moof") + media + box("moof") + media),
            ("fragments without a movie", start + box("moof") + media),
            ("a box of user data", start + movie + media + [0, 0, 0, 8, 0xA9] + Array("xyz".utf8)),
        ] as [(String, [UInt8])])
    func allowed(name: String, bytes: [UInt8]) {
        #expect(boxFlaw(bytes) == nil)
    }

    @Test(
        "says what is wrong",
        arguments: [
            ([], .cutOff(at: 0, missing: 8)),
            (start, .noMovie),
            (start + media, .noMovie),
            (start + movie, .noMedia),
            (start + movie + box("moof") + media + box("moof"), .noMedia),
            (start + movie + media + start + movie + media, .secondFile(at: 39)),
            (start + movie + media + [0, 0, 0], .cutOff(at: 39, missing: 5)),
            (start + movie + media + [0, 0, 0, 0, 0, 0, 0, 0], .unknown(at: 39)),
            (start + movie + boxHead("mdat", 7), .badSize(at: 27)),
            (start + movie + boxHead("mdat", 2), .badSize(at: 27)),
            (start + movie + media + box("uuid", [1]), .badSize(at: 39)),
            (start + movie + boxHead("mdat", 100) + [1], .cutOff(at: 27, missing: 91)),
            (start + movie + boxHead("mdat", .max), .cutOff(at: 27, missing: Int64(UInt32.max) - 8)),
            (start + movie + longBoxHead("mdat", 15) + [1], .badSize(at: 27)),
            (start + movie + longBoxHead("mdat", 0), .badSize(at: 27)),
            (start + movie + boxHead("mdat", 1) + [1, 2], .cutOff(at: 27, missing: 6)),
            (start + movie + longBoxHead("mdat", 1 << 63), .cutOff(at: 27, missing: .max - 16)),
            (start + movie + longBoxHead("mdat", .max), .cutOff(at: 27, missing: .max - 16)),
            (start + boxHead("moov", 20) + media, .noMedia),
        ] as [([UInt8], StructureFlaw)])
    func flaws(bytes: [UInt8], flaw: StructureFlaw) {
        #expect(boxFlaw(bytes) == flaw)
    }

    @Test("needs no bytes between the heads, however large the file is")
    func sparse() throws {
        let length: Int64 = 1 << 50
        var walk = try #require(VideoType.mp4.walk(over: length))
        try walk.accept(Self.start[...])
        try walk.accept(Self.movie[...])
        #expect(walk.position == 27)
        try walk.accept(longBoxHead("mdat", UInt64(length) - 27)[...])
        #expect(walk.position == nil)
    }

    @Test("comes to an end on any bytes", arguments: 0..<200)
    func noise(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        // Small sizes and real types, so that the walk goes some way.
        let types = ["ftyp", "moov", "mdat", "moof", "free", "uuid", "\0\0\0\0"]
        let bytes = (0..<50).flatMap { _ in
            boxHead(types.randomElement(using: &random)!, .random(in: 0..<24, using: &random))
        }
        var steps = 0
        var walk = try #require(VideoType.mp4.walk(over: Int64(bytes.count)))
        while let position = walk.position, steps <= bytes.count / 8 {
            steps += 1
            guard (try? walk.accept(bytes[Int(position)...].prefix(StructureWalk.headLength))) != nil else { break }
        }
        #expect(steps <= bytes.count / 8)
    }
}

/// SplitMix64: the same numbers in every run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
