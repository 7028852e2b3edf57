import NDJSON

/// RFC 8259 and RFC 3629 written down plainly: what `LineScanner` is compared with. It takes lone surrogates, since the
/// grammar does, and no nesting deeper than 1,000.
struct ReferenceJSON {
    enum Refusal: Error { case malformed, badUTF8, tooDeep }

    struct Member: Equatable {
        /// Nil where half of a surrogate pair is in the name.
        let name: [UInt8]?
        /// From the name's quote to the value's end.
        let whole: Range<Int>
        let value: Range<Int>
        let kind: JSONKind
        /// A string without its escapes.
        let text: [UInt8]?
    }

    private let bytes: [UInt8]
    private var at = 0
    private var depth = 0

    /// The members of the text's object; none for a text that is something else.
    static func parse(_ bytes: [UInt8]) throws(Refusal) -> (kind: JSONKind, members: [Member]) {
        guard isUTF8(bytes) else { throw .badUTF8 }
        var parser = ReferenceJSON(bytes: bytes)
        var members: [Member] = []
        parser.skipSpace()
        let kind = try parser.value { members = $0 }.kind
        parser.skipSpace()
        guard parser.at == bytes.count else { throw .malformed }
        return (kind, members)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ text: String) throws(Refusal) {
        for scalar in text.unicodeScalars {
            guard take(scalar) else { throw .malformed }
        }
    }
}

// MARK: - Values

extension ReferenceJSON {
    /// `members` gets those of the value, where it is an object.
    private mutating func value(
        _ members: ([Member]) -> Void = { _ in }
    ) throws(Refusal) -> (kind: JSONKind, text: [UInt8]?) {
        switch next.map(Unicode.Scalar.init) {
        case "{":
            members(try nested { parser throws(Refusal) in try parser.object() })
            return (.object, nil)
        case "[":
            try nested { parser throws(Refusal) in try parser.array() }
            return (.array, nil)
        case "\"": return (.string, try string())
        case "t": return (.true, try literal("true"))
        case "f": return (.false, try literal("false"))
        case "n": return (.null, try literal("null"))
        default:
            try number()
            return (.number, nil)
        }
    }

    private mutating func literal(_ text: String) throws(Refusal) -> [UInt8]? {
        try expect(text)
        return nil
    }

    private mutating func nested<Result>(
        _ body: (inout ReferenceJSON) throws(Refusal) -> Result
    ) throws(Refusal) -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 1000 else { throw .tooDeep }
        return try body(&self)
    }

    private mutating func object() throws(Refusal) -> [Member] {
        try expect("{")
        skipSpace()
        var members: [Member] = []
        if take("}") { return members }
        repeat {
            skipSpace()
            members.append(try member())
            skipSpace()
        } while take(",")
        try expect("}")
        return members
    }

    private mutating func member() throws(Refusal) -> Member {
        let start = at
        let name = try string()
        skipSpace()
        try expect(":")
        skipSpace()
        let valueStart = at
        let (kind, text) = try value()
        return Member(name: name, whole: start..<at, value: valueStart..<at, kind: kind, text: text)
    }

    private mutating func array() throws(Refusal) {
        try expect("[")
        skipSpace()
        if take("]") { return }
        repeat {
            skipSpace()
            _ = try value()
            skipSpace()
        } while take(",")
        try expect("]")
    }

    private mutating func number() throws(Refusal) {
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
    }

    private mutating func digits() throws(Refusal) {
        let start = at
        while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        guard at > start else { throw .malformed }
    }
}

// MARK: - Strings

extension ReferenceJSON {
    /// The text without its escapes; nil where half of a surrogate pair is in it.
    private mutating func string() throws(Refusal) -> [UInt8]? {
        try expect("\"")
        var units: [UInt16] = []
        var plain: [UInt8] = []
        func flush() { units += Array(String(decoding: plain, as: UTF8.self).utf16) }
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw .malformed }
            if take("\\") {
                flush()
                plain = []
                units.append(try escape())
            } else {
                plain.append(byte)
                at += 1
            }
        }
        try expect("\"")
        flush()
        let text = String(decoding: units, as: UTF16.self)
        return Array(text.utf16) == units ? Array(text.utf8) : nil
    }

    private mutating func escape() throws(Refusal) -> UInt16 {
        guard let byte = next else { throw .malformed }
        at += 1
        switch Unicode.Scalar(byte) {
        case "\"", "\\", "/": return UInt16(byte)
        case "b": return 0x08
        case "f": return 0x0C
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "u":
            let digits = bytes[at..<min(at + 4, bytes.count)]
            at += digits.count
            // `UInt16("+123", radix: 16)` would be a number too.
            guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }) else {
                throw .malformed
            }
            return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)!
        default: throw .malformed
        }
    }
}

// MARK: - UTF-8

/// RFC 3629, section 4: the ranges as they are in its grammar.
private func isUTF8(_ bytes: [UInt8]) -> Bool {
    let tail: ClosedRange<UInt8> = 0x80...0xBF
    var at = 0
    while at < bytes.count {
        let rest: [ClosedRange<UInt8>]
        switch bytes[at] {
        case 0x00...0x7F: rest = []
        case 0xC2...0xDF: rest = [tail]
        case 0xE0: rest = [0xA0...0xBF, tail]
        case 0xE1...0xEC, 0xEE...0xEF: rest = [tail, tail]
        case 0xED: rest = [0x80...0x9F, tail]
        case 0xF0: rest = [0x90...0xBF, tail, tail]
        case 0xF1...0xF3: rest = [tail, tail, tail]
        case 0xF4: rest = [0x80...0x8F, tail, tail]
        default: return false
        }
        guard at + rest.count < bytes.count else { return false }
        for (index, range) in rest.enumerated() where !range.contains(bytes[at + 1 + index]) { return false }
        at += 1 + rest.count
    }
    return true
}
