import Terminal
import Testing

@Suite struct DisplayTextTests {
    @Test(
        "what could steer a terminal, turn text around or pass for another message is shown by its number",
        arguments: [
            ("plain, é and 😀", "plain, é and 😀"), ("", ""), ("\u{1B}[2J", #"\x1b[2J"#), ("a\u{0}b", #"a\x00b"#),
            ("a\tb", #"a\x09b"#), ("a\r\nb", #"a\x0d\x0ab"#), ("\u{7F}\u{85}\u{9B}", #"\x7f\x85\x9b"#),
            ("\u{A0}", "\u{A0}"), ("a\u{202E}4pm", #"a\u{202e}4pm"#),
            ("\u{2066}\u{200B}\u{AD}", #"\u{2066}\u{200b}\xad"#),
            ("\u{2028}\u{E000}", #"\u{2028}\u{e000}"#), ("👨‍👩‍👧", "👨‍👩‍👧"),
        ])
    func visible(text: String, expected: String) {
        #expect(DisplayText.visible(text) == expected)
    }

    @Test(
        "columns: two for wide characters and emoji, none for what combines",
        arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("🎸", 2), ("한글", 4), ("ｱ", 1), ("\u{301}", 0)])
    func width(text: String, columns: Int) {
        #expect(DisplayText.width(text) == columns)
    }

    @Test(
        "a text is cut where it is too long, and never in the middle of a character",
        arguments: [
            ("abcdef", 6, "abcdef", "abcdef"), ("abcdef", 5, "abcd…", "…cdef"), ("日本語", 5, "日本…", "…本語"),
            ("日本語", 4, "日…", "…語"), ("abc", 1, "…", "…"), ("abc", 0, "", ""),
        ])
    func cut(text: String, columns: Int, start: String, end: String) {
        #expect(DisplayText.cut(text, to: columns) == start)
        #expect(DisplayText.cutStart(text, to: columns) == end)
    }
}
