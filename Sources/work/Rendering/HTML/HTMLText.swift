internal import NDJSON
internal import Terminal

extension String {
    /// As text of a page: what would be markup is none, and what could hide or turn text is shown by its number.
    var html: String {
        var text = ""
        for character in DisplayText.visible(self).unicodeScalars {
            switch character {
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "&": text += "&amp;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}

extension LineBuffer {
    /// As it may stand in a script element: no `<` that could end it. In JSON that stands in strings only, where an escape
    /// says the same.
    var scriptText: String {
        var text: [UInt8] = []
        for byte in bytes {
            if byte == UInt8(ascii: "<") { text += Array("\\u003c".utf8) } else { text.append(byte) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
