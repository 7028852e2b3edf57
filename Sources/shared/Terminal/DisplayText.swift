/// Text from a stranger, made fit for a terminal: for messages, for the cells of a table, for a line of a display.
package enum DisplayText {
    /// Without what could steer a terminal, turn its text around or hide in it: such characters are shown by their
    /// numbers, `\x1b` below 256 and `\u{202e}` from there on.
    package static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.isUnsafe }) else { return text }
        var visible = ""
        for scalar in text.unicodeScalars {
            if scalar.isUnsafe {
                visible += scalar.byNumber
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    /// How many columns of a terminal the text takes.
    package static func width(_ text: String) -> Int { text.reduce(0) { $0 + $1.displayWidth } }

    /// The start of the text in this many columns, with a mark where it was cut.
    package static func cut(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        var kept = ""
        var room = columns - 1
        guard room >= 0 else { return "" }
        for character in text {
            room -= character.displayWidth
            if room < 0 { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// The end of the text: of a path, the part that tells it from its neighbours.
    package static func cutStart(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        return String(cut(String(text.reversed()), to: columns).reversed())
    }

    package static func padded(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - width(text)))
    }

    package static func rightAligned(_ text: String, to columns: Int) -> String {
        String(repeating: " ", count: max(0, columns - width(text))) + text
    }
}

extension Unicode.Scalar {
    fileprivate var isUnsafe: Bool {
        // Nearly all text is this.
        if (0x20..<0x7F).contains(value) { return false }
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        // Joiners belong to emoji and to several scripts; the other invisible ones turn text around or hide in it.
        case .format: return value != 0x200C && value != 0x200D && !(0xE0020...0xE007F).contains(value)
        default: return false
        }
    }

    fileprivate var byNumber: String {
        let digits = String(value, radix: 16)
        return value < 0x100 ? "\\x" + (value < 16 ? "0" : "") + digits : "\\u{\(digits)}"
    }

    /// Two columns: East Asian Width W and F (UAX #11), and what is drawn as an emoji by itself.
    fileprivate var isWide: Bool {
        guard value >= 0x1100 else { return false }
        if properties.isEmojiPresentation { return true }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
            0x1AFF0...0x1B2FB, 0x20000...0x3FFFD:
            return true
        default:
            return false
        }
    }

    fileprivate var takesNoColumn: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: true
        default: false
        }
    }
}

extension Character {
    /// What a terminal that knows grapheme clusters draws; others differ by a column or two for some emoji.
    fileprivate var displayWidth: Int {
        if unicodeScalars.contains(where: { $0.isWide || $0.value == 0xFE0F }) { return 2 }
        return unicodeScalars.allSatisfy(\.takesNoColumn) ? 0 : 1
    }
}
