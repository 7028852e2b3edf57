import Testing
import ToolSupport

@Suite struct DiagnosticsTests {
    @Test(
        "what could steer a terminal or pass for another message is made visible",
        arguments: [
            ("plain, é and 😀", "plain, é and 😀"), ("", ""), ("\u{1B}[2J", #"\x1b[2J"#), ("a\u{0}b", #"a\x00b"#),
            ("a\tb", #"a\x09b"#),
            ("a\r\nb", #"a\x0d\x0ab"#), ("\u{7F}\u{85}\u{9B}", #"\x7f\x85\x9b"#), ("\u{A0}", "\u{A0}"),
        ])
    func printable(text: String, expected: String) {
        #expect(text.printable == expected)
    }

    @Test("statuses are those of the contract")
    func statuses() {
        #expect(ToolStatus.success.rawValue == 0)
        #expect(ToolStatus.someFailed.rawValue == 1)
        #expect(ToolStatus.usage.rawValue == 2)
        #expect(ToolStatus.refused.rawValue == 3)
        #expect(ToolFailure.usage("a").status == .usage)
        #expect(ToolFailure.refused("a").status == .refused)
    }
}
