import Records
import Testing

@Suite struct FileKindTests {
    @Test(
        "the ending of a key tells the kind, in small and capital letters",
        arguments: [
            ("course/1_med.mp4", .video), ("a.MOV", .video), ("a.ts", .video), ("tracks/slow.mp3", .audio),
            ("a.FLAC", .audio), ("a.pdf", .document), ("tab.gp5", .document), ("a.jpeg", .document),
            ("a.vtt", .subtitles), ("a.en.srt", .subtitles),
        ] as [(String, FileKind)])
    func endings(key: String, kind: FileKind) { #expect(FileKind(ofKey: Array(key.utf8)) == kind) }

    @Test(
        "an ending that is not known tells nothing",
        arguments: ["", "mp3", "a", "a.", ".", "a.mp3x", "a.mp3/b", "a.xyz", "a.any", "pdf.", "mp4"])
    func unknown(key: String) { #expect(FileKind(ofKey: Array(key.utf8)) == nil) }
}
