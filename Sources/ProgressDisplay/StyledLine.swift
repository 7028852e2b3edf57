internal import HumanText

/// A line of a terminal in the making: stretches of text, some of them coloured.
struct StyledLine {
    /// By its number in ECMA-48's SGR sequence.
    enum Style: Int {
        case red = 31
        case green = 32
        case yellow = 33
    }

    private var stretches: [(text: String, style: Style?)] = []
    private(set) var width = 0

    init(_ text: String = "", _ style: Style? = nil) { add(text, style) }

    mutating func add(_ text: String, _ style: Style? = nil) {
        stretches.append((text, style))
        width += DisplayText.width(text)
    }

    /// The line cut to so many columns.
    func text(columns: Int, colors: Bool) -> String {
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
