import Testing

@testable import AWS

@Suite struct ShellWordsTests {
    @Test(
        "a command is split as Python's shlex does it",
        arguments: [
            ("a b  c", ["a", "b", "c"]), ("'a b' c", ["a b", "c"]), (#"a\ b"#, ["a b"]),
            (#""a \"b\" \c""#, [#"a "b" \c"#]),
            ("a'b'\"c\"", ["abc"]), ("'' \"\"", ["", ""]), (#"'a\b'"#, [#"a\b"#]), ("$HOME *;|", ["$HOME", "*;|"]),
            ("  ", []),
        ])
    func split(text: String, words: [String]) { #expect(ShellWords.split(text) == words) }

    @Test("what is not closed is not a command", arguments: ["'a", "\"a", "a\\", #""a\"#])
    func open(text: String) { #expect(ShellWords.split(text) == nil) }
}
