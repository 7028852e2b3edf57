/// A command line in words, by the quoting rules of a POSIX shell and nothing else of it: no variables, no patterns.
enum ShellWords {
    /// Nil where a quote is not closed, or a backslash stands last.
    static func split(_ text: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "'":
                guard let end = rest.firstIndex(of: "'") else { return nil }
                word = (word ?? "") + rest[..<end]
                rest = rest[rest.index(after: end)...]
            case "\"":
                guard let quoted = takeQuoted(from: &rest) else { return nil }
                word = (word ?? "") + quoted
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                word = (word ?? "") + String(escaped)
            case _ where character.isWhitespace:
                if let finished = word { words.append(finished) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    /// The text up to the closing double quote. A backslash means something before `"` and `\` alone.
    private static func takeQuoted(from rest: inout Substring) -> String? {
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return text
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                text += next == "\"" || next == "\\" ? String(next) : "\\\(next)"
            default: text.append(character)
            }
        }
        return nil
    }
}
