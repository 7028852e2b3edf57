import Testing

@testable import Origin

@Suite("A synthetic video")
struct SyntheticVideoTests {
    private let video = SyntheticVideo(path: "/a/1.mp4", size: 70_001)

    @Test("is the same bytes whole and by ranges", arguments: [1, 7, 8, 9, 155, 156, 157, 4096, 65_536])
    func ranges(length: Int64) throws {
        let whole = try video.bytes()
        var parts: [UInt8] = []
        for start in stride(from: 0, to: video.size, by: Int(length)) {
            parts += try video.bytes(start..<min(start + length, video.size))
        }
        #expect(parts == whole)
    }

    @Test("is made of boxes to the last byte", arguments: [156, 157, 1024, 50_000])
    func boxes(size: Int64) throws {
        let bytes = try SyntheticVideo(path: "/a", size: size).bytes()
        #expect(topBoxes(of: bytes) == ["ftyp", "moov", "mdat"])
    }

    @Test("of more than 4 GiB has a box with a size of 64 bits, and is made from any place")
    func large() throws {
        let video = SyntheticVideo(path: "/a", size: 5 << 30)
        let head = try video.bytes(148..<164)
        #expect(head == [0, 0, 0, 1] + Array("mdat".utf8) + [0, 0, 0, 1, 0x3F, 0xFF, 0xFF, 0x6C])
        #expect(try video.bytes((5 << 30) - 4..<5 << 30).count == 4)
    }

    @Test("has other bytes and another tag under another path")
    func otherPath() throws {
        let other = SyntheticVideo(path: "/a/2.mp4", size: video.size)
        #expect(try other.bytes(200..<300) != video.bytes(200..<300))
        #expect(other.etag != video.etag)
    }

    @Test("is the same with and without a slash before its path")
    func slash() {
        #expect(SyntheticVideo(path: "a/1.mp4", size: video.size).etag == video.etag)
    }

    @Test("too small for its boxes is cut off", arguments: [0, 1, 100])
    func tiny(size: Int64) throws {
        #expect(try SyntheticVideo(path: "/a", size: size).bytes() == video.bytes(0..<size))
    }

    @Test("repeats no word: bytes that land in a wrong place are seen")
    func noise() throws {
        let bytes = try video.bytes(160..<70_000)
        let words = stride(from: 0, to: bytes.count, by: 8).map { Array(bytes[$0..<$0 + 8]) }
        #expect(Set(words).count == words.count)
    }

    @Test("has a size between the two that were given, and most of them differ")
    func sizes() throws {
        let content = SyntheticContent(sizes: try #require(SizeRange(parsing: "16k..2M")))
        let sizes = (0..<1000).map { content.video(at: "/\($0).mp4").size }
        #expect(sizes.allSatisfy { (16 << 10...2 << 20).contains($0) })
        #expect(Set(sizes).count > 990)
        #expect(content.video(at: "1.mp4").size == sizes[1])
    }

    @Test("is refused a size that is none", arguments: ["", "x", "2M..16k", "1k..", "..1k", "-1", "1k..2k..3k"])
    func badSizes(text: String) {
        #expect(SizeRange(parsing: text) == nil)
    }

    private func topBoxes(of bytes: [UInt8]) -> [String] {
        var types: [String] = []
        var position = 0
        while position + 8 <= bytes.count {
            types.append(String(decoding: bytes[position + 4..<position + 8], as: UTF8.self))
            position += bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        return position == bytes.count ? types : types + ["(ends at \(position) of \(bytes.count))"]
    }
}
