import Records
import Testing

@testable import Store

/// What a file has to be made of, by the kind of its record.
@Suite struct ContentCheckTests {
    private static let zeros = [UInt8](repeating: 0, count: 2000)
    /// A frame of MPEG-1, layer III, of 128,000 bits and 44,100 samples a second: 417 bytes.
    private static let frame: [UInt8] = [0xFF, 0xFB, 0x90, 0x00] + [UInt8](repeating: 0x55, count: 413)
    /// A frame of AAC in 300 bytes.
    private static let aac: [UInt8] =
        [0xFF, 0xF1, 0x50, 0x80, 37, 4 << 5 | 0x1F, 0xFC] + [UInt8](repeating: 0x21, count: 293)
    private static let mp3 = frame + frame + frame + frame
    private static let tagged: [UInt8] =
        Array("ID3".utf8) + [4, 0, 0, 0, 0, 1, 0] + zeros.prefix(128) + zeros.prefix(9) + mp3
    private static let wav: [UInt8] = Array("RIFF".utf8) + [0xD8, 7, 0, 0] + Array("WAVEfmt ".utf8) + zeros
    private static let aiff: [UInt8] = Array("FORM".utf8) + [0, 0, 4, 0] + Array("AIFFCOMM".utf8) + zeros.prefix(1016)
    private static let flac: [UInt8] =
        Array("fLaC".utf8) + [0, 0, 0, 34] + zeros.prefix(34) + [0x84, 0, 0, 40] + zeros.prefix(40) + [0xFF, 0xF8]
        + zeros.prefix(100)
    private static let ogg = page([1, 2, 3, 4]) + page([UInt8](repeating: 7, count: 700))
    private static let m4a = box("ftyp", Array("M4A ".utf8) + [0, 0, 2, 0]) + box("moov", [1]) + box("mdat", zeros)

    private static let pdf = Array("%PDF-1.7\n%\u{FF}\n1 0 obj\n".utf8) + zeros + Array("startxref\n12\n%%EOF\n".utf8)
    private static let zip: [UInt8] = [0x50, 0x4B, 3, 4] + zeros + [0x50, 0x4B, 5, 6] + zeros.prefix(18)
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + zeros + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]
    private static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + zeros + [0xFF, 0xD9]

    private static let vtt = Array("WEBVTT\n\n00:01.000 --> 00:04.000\nA shuffle in E.\n".utf8)
    private static let srt = Array("1\r\n00:00:01,000 --> 00:00:04,000\r\nA shuffle in E.\r\n".utf8)

    private static let stream = (0..<20).flatMap { [0x47, UInt8($0)] + zeros.prefix(186) }

    private static let pages = [
        "<!DOCTYPE html><html><body>Sign in: your PDF (%PDF-1.7) and subtitles --> here %%EOF</body></html>",
        "\n<html>\n1\n00:00:01,000 --> 00:00:04,000\n</html>",
        "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
        "{\"message\":\"Forbidden\"}", "Gateway Timeout", "1\n2\n3\n", "WEBVTTX", "Good day: the server is busy\n",
    ].map { Array($0.utf8) + Array(repeating: 0x20, count: 3000) }

    /// A page of Ogg with this content.
    private static func page(_ content: [UInt8]) -> [UInt8] {
        let lengths = [UInt8](repeating: 255, count: content.count / 255) + [UInt8(content.count % 255)]
        return Array("OggS".utf8) + zeros.prefix(22) + [UInt8(lengths.count)] + lengths + content
    }

    private func flaw(
        _ bytes: some Sequence<UInt8>, _ kind: FileKind, _ level: Verification.Level = .structure
    ) -> ContentFlaw? {
        Array(bytes).withUnsafeBytes { ContentCheck.flaw(in: $0, kind: kind, level: level) }
    }

    @Test(
        "a whole file of each form is of its kind, and of no other",
        arguments: [
            (.audio, [mp3, tagged, aac + aac + aac, wav, aiff, flac, ogg]),
            (.document, [pdf, zip, png, jpeg, Array("\u{18}FICHIER GUITAR PRO v5.00".utf8) + zeros]),
            (.subtitles, [vtt, srt, [0xEF, 0xBB, 0xBF] + vtt, [0xFF, 0xFE] + srt.flatMap { [$0, 0] }]),
            (.video, [stream]),
        ] as [(FileKind, [[UInt8]])])
    func whole(kind: FileKind, files: [[UInt8]]) {
        for file in files {
            for other in FileKind.allCases {
                let expected: ContentFlaw? = other == kind || other == .any ? nil : .type
                #expect(flaw(file, other) == expected, "\(file.prefix(8))")
            }
            #expect(flaw(file, kind, .type) == nil)
        }
    }

    @Test("a video is no document, and what is in an MP4 may be audio as well")
    func shared() {
        #expect(flaw(Self.m4a, .video) == nil)
        #expect(flaw(Self.m4a, .audio) == nil)
        #expect(flaw(Self.m4a, .document) == .type)
        #expect(flaw(Self.m4a.dropLast(), .audio) != nil)
    }

    @Test("a page of an error is not of any kind but 'any'", arguments: FileKind.allCases)
    func errorPages(kind: FileKind) {
        for page in Self.pages {
            for level in [Verification.Level.type, .structure] {
                #expect(flaw(page, kind, level) == (kind == .any ? nil : .type), "\(page.prefix(20))")
            }
        }
    }

    @Test(
        "what has lost its end is not whole, but is of its type",
        arguments: [
            (.audio, wav, 2), (.audio, aiff, 2), (.audio, ogg, 1), (.audio, flac, 101),
            (.document, pdf, 7), (.document, zip, 22), (.document, png, 1), (.document, jpeg, 1), (.video, stream, 1),
        ] as [(FileKind, [UInt8], Int)])
    func cut(kind: FileKind, file: [UInt8], missing: Int) throws {
        let flaw = try #require(self.flaw(file.dropLast(missing), kind))
        #expect(flaw.error(kind).message.hasPrefix("the file is not \(kind.wholePhrase): "))
        #expect(flaw.error(kind).code == .notVideo && flaw.error(kind).startsOver)
        #expect(!flaw.isHarmless(isHashed: false) && flaw.isHarmless(isHashed: true))
        #expect(self.flaw(file.dropLast(missing), kind, .type) == nil)
    }

    @Test("a hole of zeros is no subtitle, and frames have to be of one stream")
    func holes() {
        #expect(flaw(Self.srt + Self.zeros, .subtitles) != nil)
        #expect(flaw(Self.frame + Self.zeros, .audio) == .type)
        #expect(flaw(Self.frame + Self.aac + Self.aac, .audio) == .type)
        #expect(flaw(Self.stream.prefix(188 * 4) + Self.zeros.prefix(188) + Self.stream, .video) == .type)
        #expect(flaw(Self.tagged.prefix(138) + Self.zeros, .audio) != nil)
    }

    @Test("a PDF may have something before it, and recordings of unknown length need not tell it")
    func tolerated() {
        #expect(flaw([0xEF, 0xBB, 0xBF, 0x0A] + Self.pdf, .document) == nil)
        #expect(flaw(Self.pdf + Self.zeros.prefix(900), .document) == nil)
        #expect(flaw(Array("RIFF".utf8) + [0xFF, 0xFF, 0xFF, 0xFF] + Self.wav[8...], .audio) == nil)
        #expect(flaw(Self.wav.dropLast(), .audio) == nil)
    }

    @Test("the first bytes of audio tell, wherever they are cut")
    func pieces() {
        // MPEG-1, layer III, of 320,000 bits: the second frame begins behind what is looked at.
        let frame: [UInt8] = [0xFF, 0xFB, 0xE0, 0x00] + [UInt8](repeating: 0x55, count: 1040)
        func flaw(_ bytes: some Sequence<UInt8>) -> ContentFlaw? {
            Array(bytes).withUnsafeBytes { ContentCheck.flaw(in: $0, kind: .audio, level: .structure, areAll: false) }
        }
        for count in 1024...1060 { #expect(flaw((frame + frame + frame).prefix(count)) == nil, "\(count)") }
        #expect(flaw(frame + Self.zeros) == .type)
        #expect(self.flaw(frame, .audio) == .type)
    }

    @Test("a FLAC file of empty blocks is damaged, and that is soon told")
    func emptyBlocks() {
        let flaw = flaw(Array("fLaC".utf8) + [UInt8](repeating: 0, count: 8192), .audio)
        #expect(flaw == .damaged("it has more than 1024 blocks before its first frame"))
    }

    @Test("how many first bytes tell depends on the kind: a transport stream begins with a letter")
    func head() {
        func canTell(_ count: Int, _ kind: FileKind, first: UInt8 = 0) -> Bool {
            ([first] + [UInt8](repeating: 0, count: count - 1)).withUnsafeBytes { ContentCheck.canTell($0, kind) }
        }
        #expect(canTell(8, .video) && !canTell(7, .video))
        #expect(canTell(1024, .video, first: 0x47) && !canTell(1023, .video, first: 0x47))
        #expect(canTell(1024, .audio) && !canTell(1023, .audio))
    }
}
