/// A line of a terminal in the making: stretches of text, some of them coloured.
package struct StyledLine {
    /// By its number in ECMA-48's SGR sequence.
    package enum Style: Int {
        case red = 31
        case green = 32
        case yellow = 33
    }

    private var stretches: [(text: String, style: Style?)] = []
    package private(set) var width = 0

    package init(_ text: String = "", _ style: Style? = nil) { add(text, style) }

    package mutating func add(_ text: String, _ style: Style? = nil) {
        stretches.append((text, style))
        width += DisplayText.width(text)
    }

    /// Stretches, with two blanks between them.
    package init(joining parts: [StyledLine]) {
        for part in parts {
            if !stretches.isEmpty { add("  ") }
            for stretch in part.stretches { add(stretch.text, stretch.style) }
        }
    }

    /// The line cut to so many columns.
    package func text(columns: Int, colors: Bool) -> String {
        var text = ""
        var room = columns
        for stretch in stretches where room > 0 {
            let cut = DisplayText.cut(stretch.text, to: room)
            room -= DisplayText.width(cut)
            if let style = stretch.style, colors {
                text += "\u{1B}[\(style.rawValue)m\(cut)\u{1B}[m"
            } else {
                text += cut
            }
        }
        return text
    }
}
