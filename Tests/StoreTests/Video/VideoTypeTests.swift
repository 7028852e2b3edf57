import Store
import Testing

@Suite struct VideoTypeTests {
    @Test(
        "videos are told by their first bytes",
        arguments: [
            ([0, 0, 0, 24] + Array("ftypmp42".utf8), .mp4),
            ([0, 0, 0, 8] + Array("wide".utf8), .mp4),
            ([0, 0, 0, 1] + Array("mdat".utf8), .mp4),
            ([0x1A, 0x45, 0xDF, 0xA3, 1, 2, 3, 4], .matroska),
            (Array("FLV".utf8) + [1, 0], .flv),
        ] as [([UInt8], VideoType)])
    func types(prefix: [UInt8], type: VideoType) {
        #expect(VideoType(prefix: prefix[...]) == type)
    }

    @Test(
        "what is not a video is not taken for one, whatever its words are",
        arguments: ["<!DOCTYPE html>", "ftyp", "", "The free trial", "\n\n\n\nfree", "{\"a\":\"mdat\"}"])
    func none(text: String) {
        #expect(VideoType(prefix: Array(text.utf8)[...]) == nil)
    }
}
