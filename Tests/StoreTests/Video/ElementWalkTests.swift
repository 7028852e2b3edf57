import Store
import TestSupport
import Testing

@Suite("The walk over the elements of a WebM or Matroska file")
struct ElementWalkTests {
    private static let header: [UInt8] = [0x1A, 0x45, 0xDF, 0xA3, 0x82, 1, 2]
    private static let segment: [UInt8] = [0x18, 0x53, 0x80, 0x67]

    @Test("finds nothing wrong with a real file, and finds it cut anywhere")
    func real() throws {
        let bytes = Array(try Fixture.data("lesson.webm"))
        #expect(elementFlaw(bytes) == nil)
        for length in [0, 1, 4, 5, 36, 37, 40, 48, 49, 1000, bytes.count - 1] {
            #expect(elementFlaw(Array(bytes.prefix(length))) != nil, "cut to \(length) bytes")
        }
    }

    @Test(
        "takes what the formats allow",
        arguments: [
            ("a short segment", header + segment + [0x83, 1, 2, 3]),
            ("a segment of unknown size", header + segment + [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 5]),
            ("a filler", header + [0xEC, 0x81, 0] + segment + [0x81, 0]),
            ("two segments", header + segment + [0x81, 0] + segment + [0x81, 0]),
        ] as [(String, [UInt8])])
    func allowed(name: String, bytes: [UInt8]) {
        #expect(elementFlaw(bytes) == nil)
    }

    @Test(
        "says what is wrong",
        arguments: [
            (header, .noMovie),
            (segment + [0x81, 0], .unknown(at: 0)),
            (header + [0xEC, 0x81, 0], .noMovie),
            (header + segment + [0x84, 1, 2, 3], .cutOff(at: 7, missing: 1)),
            (header + segment, .cutOff(at: 7, missing: 1)),
            (header + segment + [0x40], .cutOff(at: 7, missing: 1)),
            (header + segment + [0x00, 0xFF], .unknown(at: 7)),
            (header + segment + [0x81, 0] + [0, 0, 0, 0], .unknown(at: 13)),
            (header + segment + [0x81, 0] + header, .secondFile(at: 13)),
            (header.prefix(4) + [0xFF], .badSize(at: 0)),
            (
                header + segment + [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE],
                .cutOff(at: 7, missing: (1 << 56) - 2)
            ),
        ] as [([UInt8], StructureFlaw)])
    func flaws(bytes: [UInt8], flaw: StructureFlaw) {
        #expect(elementFlaw(bytes) == flaw)
    }
}
