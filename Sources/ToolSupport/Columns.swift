/// Text that has to fit a terminal's columns.
package enum Columns {
    /// How many columns a character takes: two for what East Asian scripts and emoji show, none for what combines.
    package static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        if scalar.properties.generalCategory == .nonspacingMark { return 0 }
        if character.unicodeScalars.contains(where: { $0.properties.isEmojiPresentation || $0.value == 0xFE0F }) {
            return 2
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    package static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    /// The start of a text, with an ellipsis where it was cut.
    package static func cut(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        var kept = ""
        var used = 0
        for character in text {
            used += width(character)
            if used > columns - 1 { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// The end of a text: of a path, the part that tells it from its neighbours.
    package static func cutStart(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        return String(cut(String(text.reversed()), to: columns).reversed())
    }

    package static func pad(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - width(text)))
    }
}
