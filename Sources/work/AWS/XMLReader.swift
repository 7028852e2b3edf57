/// What an XML document says, as far as AWS's answers go: elements, text, entities, CDATA. Attributes, comments and
/// instructions are passed over; a DOCTYPE is refused, as entities of a document's own could grow without end.
package struct XMLReader {
    package enum Event: Equatable {
        case start(String)
        case text([UInt8])
        case end(String)
    }

    private var rest: ArraySlice<UInt8>
    /// The elements that are open.
    private var open: [String] = []
    /// An element without content ends where it starts.
    private var isEmptyElement = false

    /// No answer of AWS is deeper.
    private static let deepest = 32

    package init(_ document: [UInt8]) {
        rest = document[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    }

    /// Nil at the end of a whole document.
    package mutating func next() throws(XMLError) -> Event? {
        if isEmptyElement {
            isEmptyElement = false
            return .end(open.removeLast())
        }
        while let first = rest.first {
            guard first == UInt8(ascii: "<") else { return .text(try text()) }
            if skips("<?", to: "?>") || skips("<!--", to: "-->") { continue }
            if let text = taken("<![CDATA[", to: "]]>") { return .text(Array(text)) }
            return try tag()
        }
        guard open.isEmpty else { throw XMLError() }
        return nil
    }

    private mutating func tag() throws(XMLError) -> Event {
        guard let inside = taken("<", to: ">") else { throw XMLError() }
        if inside.first == UInt8(ascii: "/") {
            let name = Self.name(inside.dropFirst())
            guard open.popLast() == name else { throw XMLError() }
            return .end(name)
        }
        let name = Self.name(inside)
        guard !name.isEmpty, !name.hasPrefix("!"), open.count < Self.deepest else { throw XMLError() }
        open.append(name)
        isEmptyElement = inside.last == UInt8(ascii: "/")
        return .start(name)
    }

    private static func name(_ inside: ArraySlice<UInt8>) -> String {
        String(decoding: inside.prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") }, as: UTF8.self)
    }

    private mutating func text() throws(XMLError) -> [UInt8] {
        let raw = rest.prefix { $0 != UInt8(ascii: "<") }
        rest = rest.dropFirst(raw.count)
        guard raw.contains(UInt8(ascii: "&")) else { return Array(raw) }
        var text: [UInt8] = []
        var left = raw
        while let byte = left.popFirst() {
            guard byte == UInt8(ascii: "&") else {
                text.append(byte)
                continue
            }
            guard let end = left.firstIndex(of: UInt8(ascii: ";")) else { throw XMLError() }
            text.append(contentsOf: String(try Self.character(String(decoding: left[..<end], as: UTF8.self))).utf8)
            left = left[(end + 1)...]
        }
        return text
    }

    private static func character(_ entity: String) throws(XMLError) -> Character {
        switch entity {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        let isHexadecimal = entity.hasPrefix("#x")
        let digits = entity.dropFirst(isHexadecimal ? 2 : 1)
        guard entity.hasPrefix("#"), let code = UInt32(digits, radix: isHexadecimal ? 16 : 10),
            let scalar = Unicode.Scalar(code)
        else { throw XMLError() }
        return Character(scalar)
    }

    private mutating func skips(_ start: String, to end: String) -> Bool { taken(start, to: end) != nil }

    /// What is between two marks, of which the first is next; nil where it is not, or the other one is missing.
    private mutating func taken(_ start: String, to end: String) -> ArraySlice<UInt8>? {
        guard rest.starts(with: start.utf8) else { return nil }
        let behind = rest.dropFirst(start.utf8.count)
        let last = end.utf8.last
        var at = behind.startIndex
        while let found = behind[at...].firstIndex(where: { $0 == last }) {
            let inside = behind[...found]
            if inside.count >= end.utf8.count, inside.suffix(end.utf8.count).elementsEqual(end.utf8) {
                rest = behind[(found + 1)...]
                return inside.dropLast(end.utf8.count)
            }
            at = found + 1
        }
        return nil
    }
}

/// What is not XML, or not all of it.
package struct XMLError: Error, Equatable {
    package init() {}
}

/// The texts of a small document by the names of their element and of the one around it. Of what is there twice the
/// first counts; what is not whole has none.
package struct XMLTexts {
    private var texts: [[String]: String] = [:]

    package init(_ document: [UInt8]) {
        var reader = XMLReader(document)
        var open: [String] = []
        var text: [UInt8] = []
        var found: [[String]: String] = [:]
        do throws(XMLError) {
            while let event = try reader.next() {
                switch event {
                case .start(let name): open.append(name)
                case .text(let piece): text += piece
                case .end:
                    let place = Array(open.suffix(2))
                    if found[place] == nil { found[place] = String(decoding: text, as: UTF8.self) }
                    open.removeLast()
                }
                if case .text = event {} else { text = [] }
            }
            texts = found
        } catch {}
    }

    package subscript(parent: String, name: String) -> String? { texts[[parent, name]] }

    /// The code of an error of AWS's, such as `AccessDenied`: the one part of such an answer that holds nothing secret.
    package var errorCode: String? {
        guard let code = self["Error", "Code"], code.utf8.count <= 64,
            code.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { return nil }
        return code
    }
}
