import TestSupport

/// Valid lines that are unlike each other, and what chance makes of them.
struct RandomLines {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let names = [
        #""path""#, #""p\u0061th""#, #""size""#, #""title""#, #""aliases""#, #""seconds""#, #""retryable""#, #""""#,
        #""unknown""#, #""pathx""#, #""pat""#, #""\ud83d\ude00""#, #""\ud800""#, #""é""#, #""path\u0000""#,
    ]

    private static let scalars = [
        "0", "-0", "1", "-1", "1.0", "1e3", "1E400", "-1.5e-7", "123456789012345678901234567890", "true", "false",
        "null",
        #""""#, #""a""#, #""\"\\\/\b\f\n\r\t""#, #""\u0000\u001f\u007F""#, #""\ud83d\ude00""#, #""\udc00""#,
        #""\uD800x""#,
        #""\ud800\u0041""#, #""Ünïcödé 日本 😀""#,
        #""a longer text, which fills a block of simdjson's and more than that""#,
        #""\\""#, #""\\\"""#, #""{}[],:""#,
    ]

    private static let pieces: [[UInt8]] =
        [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", " ", "\t", "\r", "-", "+", ".", "e", "0", "00",
            "1",
            "null", "nul", "true", "//", "/**/", "'", "NaN", "Infinity", "\u{FEFF}", "\u{2028}", "\u{7F}", "é",
        ].map { Array($0.utf8) }
        + [
            [0x00], [0x01], [0x08], [0x0B], [0x0C], [0x1A], [0x1F], [0x80], [0xBF], [0xC0, 0x80], [0xC3], [0xE2, 0x82],
            [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x9F], [0xFE], [0xFF],
        ]

    mutating func valid() -> [UInt8] { Array((space() + object(depth: 0) + space()).utf8) }

    /// A value of any kind.
    mutating func value() -> [UInt8] { Array(value(depth: 0).utf8) }

    /// One to three accidents.
    mutating func mutated(_ line: [UInt8]) -> [UInt8] {
        var line = line
        for _ in 0..<Int.random(in: 1...3, using: &generator) { mutate(&line) }
        return line
    }

    /// A set of `names`, each in or out by chance.
    mutating func subset<Element>(of elements: [Element]) -> [Element] {
        elements.filter { _ in Bool.random(using: &generator) }
    }

    private mutating func mutate(_ line: inout [UInt8]) {
        let from = Int.random(in: 0...line.count, using: &generator)
        let to = min(line.count, from + Int.random(in: 0...4, using: &generator))
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: line.removeSubrange(from..<to)
        case 1: line.insert(contentsOf: Self.pieces.randomElement(using: &generator)!, at: from)
        case 2: line.replaceSubrange(from..<to, with: Self.pieces.randomElement(using: &generator)!)
        case 3: line.insert(contentsOf: line[from..<to], at: from)
        case 4: line.removeSubrange(from...)
        default: if from < line.count { line[from] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
        }
    }

    private mutating func object(depth: Int) -> String {
        let members = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            space() + Self.names.randomElement(using: &generator)! + space() + ":" + space() + value(depth: depth)
                + space()
        }
        return "{" + (members.isEmpty ? space() : members.joined(separator: ",")) + "}"
    }

    private mutating func array(depth: Int) -> String {
        let elements = (0..<Int.random(in: 0...4, using: &generator)).map { _ in space() + value(depth: depth) + space()
        }
        return "[" + (elements.isEmpty ? space() : elements.joined(separator: ",")) + "]"
    }

    private mutating func value(depth: Int) -> String {
        switch depth < 4 ? Int.random(in: 0..<8, using: &generator) : 0 {
        case 6: object(depth: depth + 1)
        case 7: array(depth: depth + 1)
        default: Self.scalars.randomElement(using: &generator)!
        }
    }

    private mutating func space() -> String {
        ["", "", "", "", "", " ", "\t", " \r "].randomElement(using: &generator)!
    }
}
