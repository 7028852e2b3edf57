/// A file of sections and settings, read as AWS's own tools read it: names of settings in lower case, comments on lines
/// of their own, the value as it is up to the line's end, an empty one as none. Of what is there twice the last
/// counts. A line that is indented deeper than the setting before it belongs to that one and is passed over: none that
/// is needed here has such.
struct INIFile {
    private(set) var sections: [String: [String: String]] = [:]

    init(_ text: [UInt8]) {
        var section: String?
        var depth = Int.max
        for line in String(decoding: text.withoutByteOrderMark, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let indent = line.prefix(while: \.isWhitespace).count
            guard let first = line.dropFirst(indent).first, first != "#", first != ";" else { continue }
            if indent == 0 && first == "[" {
                section = line.firstIndex(of: "]").map { String(line[..<$0].dropFirst().withoutBlanks) }
                if let section { sections[section, default: [:]].merge([:]) { $1 } }
                depth = .max
            } else if let section, indent <= depth, let mark = line.firstIndex(where: { $0 == "=" || $0 == ":" }) {
                depth = indent
                let value = String(line[line.index(after: mark)...].withoutBlanks)
                sections[section]?[line[..<mark].withoutBlanks.lowercased()] = value.isEmpty ? nil : value
            }
        }
    }

    /// The sections of a kind in a config file by their names, which are in quotes or without: `[profile NAME]`, and of
    /// this kind `[default]` too.
    func named(_ kind: String) -> [String: [String: String]] {
        var found: [String: [String: String]] = [:]
        for (name, settings) in sections {
            if name == "default", kind == "profile" { found[name, default: [:]].merge(settings) { $1 } }
            guard let words = ShellWords.split(name), words.count == 2, words[0] == kind else { continue }
            found[words[1], default: [:]].merge(settings) { $1 }
        }
        return found
    }
}

extension Substring {
    var withoutBlanks: Substring {
        let start = drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
    }
}

extension [UInt8] {
    /// Editors put the mark in front of a file; it would hide the first section.
    fileprivate var withoutByteOrderMark: ArraySlice<UInt8> {
        starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self[...]
    }
}

/// A command line in words, by the quoting rules of a POSIX shell and nothing else of it: no variables, no patterns.
enum ShellWords {
    /// Nil where a quote is not closed, or a backslash is last.
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
