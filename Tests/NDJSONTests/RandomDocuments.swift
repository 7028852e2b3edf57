import TestSupport

/// Documents of JSON whose records are known, since a plain reader of tokens has taken them apart.
struct RandomDocuments {
    /// How records are put in a document.
    enum Spelling: CaseIterable {
        /// An array without white space, with it, and behind a byte-order mark.
        case compact, spaced, marked
        /// In the array of an object that is but its wrapper.
        case wrapped
        /// Objects one after the other.
        case sequence
    }

    /// A record's tokens.
    typealias Record = [ArraySlice<UInt8>]

    private var lines: RandomLines
    private var generator: SeededGenerator

    init(seed: UInt64) {
        lines = RandomLines(seed: seed)
        generator = SeededGenerator(seed: seed)
    }

    /// Objects, and with them values of any kind.
    mutating func records() -> (objects: [Record], mixed: [Record]) {
        let objects = (0..<Int.random(in: 1...6, using: &generator)).map { _ in Self.tokens(lines.valid()) }
        let others = (0..<Int.random(in: 0...6, using: &generator)).map { _ in Self.tokens(lines.value()) }
        return (objects, (objects + others).shuffled(using: &generator))
    }

    mutating func text(of records: [Record], as spelling: Spelling) -> [UInt8] {
        let isSpaced = spelling != .compact
        let texts = records.map { spelled($0, isSpaced: isSpaced) }
        let array = Array("[".utf8) + texts.joined(separator: ",".utf8) + "]".utf8
        return switch spelling {
        case .compact, .spaced: array
        case .marked: Array("\u{FEFF}".utf8) + array
        case .wrapped: Array(#"{"total":[1,"]"], "data" :"#.utf8) + array + #","more":{"data":[1]}}"#.utf8
        case .sequence: Array(texts.joined())
        }
    }

    /// A number of bytes, mostly small.
    mutating func size() -> Int { 1 << Int.random(in: 0...8, using: &generator) }

    private mutating func spelled(_ record: Record, isSpaced: Bool) -> [UInt8] {
        guard isSpaced else { return Array(record.joined()) }
        let spaces = ["", "", " ", "\n", "\r\n    ", "\t", "                                        "]
        return record.reduce(into: []) { text, token in
            text +=
                Array(spaces.randomElement(using: &generator)!.utf8) + token
                + Array(spaces.randomElement(using: &generator)!.utf8)
        }
    }

    /// Takes a valid text apart, byte by byte: strings, brackets and separators, and whatever else is together.
    private static func tokens(_ text: [UInt8]) -> Record {
        var tokens: Record = []
        var at = 0
        while at < text.count {
            let start = at
            at = tokenEnd(text, from: start)
            if !isSpace(text[start]) { tokens.append(text[start..<at]) }
        }
        return tokens
    }

    private static func tokenEnd(_ text: [UInt8], from start: Int) -> Int {
        if text[start] == UInt8(ascii: "\"") {
            var at = start + 1
            while text[at] != UInt8(ascii: "\"") { at += text[at] == UInt8(ascii: "\\") ? 2 : 1 }
            return at + 1
        }
        if isSpace(text[start]) || isStructural(text[start]) { return start + 1 }
        return text[start...].firstIndex { isSpace($0) || isStructural($0) } ?? text.count
    }

    private static func isSpace(_ byte: UInt8) -> Bool { " \t\r\n".utf8.contains(byte) }
    private static func isStructural(_ byte: UInt8) -> Bool { "{}[],:".utf8.contains(byte) }
}
