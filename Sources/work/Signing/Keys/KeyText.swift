internal import OpenSSL

/// The PEM blocks (RFC 7468) in the text of a key file, in whatever shape the text arrived: with a byte-order mark or
/// in UTF-16, with any line ends, indented, on one line, with `\n` for line ends, in quotes, in JSON, YAML or a script,
/// with text before and after.
package struct KeyText {
    /// In the order of the text.
    package let blocks: [PEMBlock]

    package init(_ file: [UInt8]) {
        var rest = Self.withPlainDashes(Self.unescaped(Self.utf8(file)))[...]
        var blocks: [PEMBlock] = []
        while let label = Self.removeLabel("BEGIN", from: &rest) {
            let (body, isClosed) = Self.body(rest)
            rest = rest[body.endIndex...]
            blocks.append(PEMBlock(label: label, text: body, isClosed: isClosed))
        }
        self.blocks = blocks
    }

    /// The private keys that OpenSSL may be able to read, in the form that it takes. Each comes again under the labels
    /// of the other kinds: people mend a label by hand, and do not always choose the right one.
    package var privateKeys: [[UInt8]] {
        let labels = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"]
        return blocks(labels + ["ENCRYPTED PRIVATE KEY"]).flatMap { block in
            ([block.label] + labels).compactMap { block.pem(as: $0) }
        }
    }

    /// The public keys, in the same way.
    package var publicKeys: [[UInt8]] { blocks(["PUBLIC KEY"]).compactMap { $0.pem(as: $0.label) } }

    private func blocks(_ labels: [String]) -> some Sequence<PEMBlock> {
        blocks.filter { labels.contains($0.label) && $0.isClosed }
    }
}

/// What is between a BEGIN and an END line.
package struct PEMBlock {
    /// `RSA PRIVATE KEY`.
    package let label: String
    /// Whether an END line follows.
    package let isClosed: Bool
    /// The two headers of an encrypted key in OpenSSL's own format (RFC 1421): `Proc-Type: 4,ENCRYPTED`, `DEK-Info: …`.
    private let headers: [String]
    /// Nil where something else than base64 is in it.
    private let base64: [UInt8]?

    fileprivate init(label: String, text: ArraySlice<UInt8>, isClosed: Bool) {
        var words = text.split(whereSeparator: isBlank).map(trimmed).filter { !isConcatenation($0) }[...]
        var headers: [String] = []
        while let name = words.first, name.last == UInt8(ascii: ":"), words.count > 1 {
            headers.append(String(decoding: name + " ".utf8 + words[words.startIndex + 1], as: UTF8.self))
            words = words.dropFirst(2)
        }
        var symbols = Array(words.joined())
        // The padding gets lost where '=' means something.
        while symbols.count % 4 != 0 { symbols.append(UInt8(ascii: "=")) }
        (self.label, self.isClosed, self.headers) = (label, isClosed, headers)
        base64 = symbols.isEmpty || !symbols.allSatisfy(isBase64) ? nil : symbols
    }

    /// The bytes that the base64 encodes; nil where they are encrypted, or it is not base64.
    package var der: [UInt8]? {
        headers.isEmpty ? base64.flatMap { Base64.decoded(String(decoding: $0, as: UTF8.self)) } : nil
    }

    /// In the form that every reader takes: base64 in lines of 64.
    fileprivate func pem(as label: String) -> [UInt8]? {
        guard var rest = base64?[...] else { return nil }
        var text = Array("-----BEGIN \(label)-----\n".utf8)
        for header in headers { text += Array("\(header)\n".utf8) }
        if !headers.isEmpty { text.append(newline) }
        while !rest.isEmpty {
            text += rest.prefix(64) + [newline]
            rest = rest.dropFirst(64)
        }
        return text + Array("-----END \(label)-----\n".utf8)
    }
}

private let newline = UInt8(ascii: "\n")

// MARK: - Shapes of a text

extension KeyText {
    /// UTF-16 is what Windows writes where one asks for "Unicode"; without a mark the zeros tell it.
    static func utf8(_ file: [UInt8]) -> [UInt8] {
        guard file.count >= 2 else { return file }
        let isLittle: Bool
        switch (file[0], file[1]) {
        case (0xFF, 0xFE), (1..., 0): isLittle = true
        case (0xFE, 0xFF), (0, 1...): isLittle = false
        default: return file
        }
        let units = stride(from: 0, to: file.count - 1, by: 2).map { at -> UInt16 in
            let (first, second) = (UInt16(file[at]), UInt16(file[at + 1]))
            return isLittle ? second << 8 | first : first << 8 | second
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// Resolves what shells, JSON and URLs write for a byte: `\n` (with any number of backslashes), `\/`, `\u003d`,
    /// `%0A`. Neither a backslash nor a percent sign means anything in PEM.
    private static func unescaped(_ text: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                rest = rest.drop { $0 == UInt8(ascii: "\\") }
                switch rest.first {
                case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                    rest = rest.dropFirst()
                    plain.append(newline)
                case UInt8(ascii: "u"):
                    guard let code = hexadecimal(rest.dropFirst().prefix(4), digits: 4) else { break }
                    rest = rest.dropFirst(5)
                    plain.append(UInt8(truncatingIfNeeded: code))
                default: break
                }
            case UInt8(ascii: "%"):
                guard let code = hexadecimal(rest.prefix(2), digits: 2) else { break }
                rest = rest.dropFirst(2)
                plain.append(UInt8(code))
            default: plain.append(byte)
            }
        }
        return plain
    }

    private static func hexadecimal(_ text: ArraySlice<UInt8>, digits: Int) -> Int? {
        guard text.count == digits else { return nil }
        return Int(String(decoding: text, as: UTF8.self), radix: 16)
    }

    /// Word processors make dashes of other lengths (U+2010 to U+2015, U+2212).
    private static func withPlainDashes(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(0xE2) else { return text }
        let dashes: Set<Unicode.Scalar> = [
            "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2015}", "\u{2212}",
        ]
        var plain = String.UnicodeScalarView()
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            plain.append(dashes.contains(scalar) ? "-" : scalar)
        }
        return Array(String(plain).utf8)
    }

    /// Looks for the next `-----BEGIN LABEL-----`, of which a dash may be lost, and removes all up to its end.
    private static func removeLabel(_ word: String, from text: inout ArraySlice<UInt8>) -> String? {
        while let dash = text.firstIndex(of: UInt8(ascii: "-")) {
            text = text[dash...].drop(while: isDash)
            guard text.starts(with: word.utf8) else { continue }
            let name = text.dropFirst(word.utf8.count).prefix { $0 != UInt8(ascii: "-") }
            guard name.endIndex < text.endIndex, name.count <= 64 else { continue }
            text = text[name.endIndex...].drop { $0 == UInt8(ascii: "-") }
            return name.split(whereSeparator: isBlank).map { String(decoding: $0, as: UTF8.self) }.joined(
                separator: " ")
        }
        return nil
    }

    /// What is before the next line of dashes, and whether that is an END. The headers of an encrypted key have dashes
    /// too.
    private static func body(_ text: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, isClosed: Bool) {
        var rest = text
        while let dash = rest.firstIndex(of: UInt8(ascii: "-")) {
            rest = rest[dash...].drop(while: isDash)
            let isClosed = rest.starts(with: "END".utf8)
            if isClosed || rest.starts(with: "BEGIN".utf8) { return (text[..<dash], isClosed) }
        }
        return (text, false)
    }

    /// Some formats have a space between the dashes and the word.
    private static func isDash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: " ") }
}

// MARK: - Bytes of a block

/// White space, and the bytes of what looks like it: no-break and zero-width spaces, a byte-order mark. None of them is
/// base64.
private func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 || byte >= 0x7F }

/// Without what scripts and mails put around each line.
private func trimmed(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isAround(_ byte: UInt8) -> Bool { "\"'`,;>|".utf8.contains(byte) }
    let start = word.drop(while: isAround)
    return start[..<(start.lastIndex { !isAround($0) }.map { $0 + 1 } ?? start.startIndex)]
}

/// What joins lines in a script.
private func isConcatenation(_ word: ArraySlice<UInt8>) -> Bool {
    word.isEmpty || word.elementsEqual("+".utf8) || word.elementsEqual(".".utf8)
}

private func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
        true
    default: false
    }
}
