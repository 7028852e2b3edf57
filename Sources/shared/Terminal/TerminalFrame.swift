/// A display of some lines that is drawn again and again on a terminal.
///
/// The cursor rests above the display, on an empty line. What others write there, other tools' messages or the `^C` of
/// a terminal, pushes the display down and stays; and after a change of the window's size, however the terminal reflows
/// its lines, there is nothing to find again. Lines do not wrap, even where a terminal finds a character wider than
/// this does. A frame is one write that goes over the last one line by line, so nothing flickers.
package enum TerminalFrame {
    /// - Parameters:
    ///   - lines: fewer than the terminal has rows.
    ///   - columns: of the terminal.
    package static func text(_ lines: [StyledLine], columns: Int, colors: Bool) -> String {
        var text = "\u{1B}[?7l\r\u{1B}[K"
        for line in lines { text += "\n\(line.text(columns: columns - 1, colors: colors))\u{1B}[K" }
        return text + "\u{1B}[J\u{1B}[\(lines.count)A\r\u{1B}[?7h"
    }

    /// Takes the display away. The cursor is where it was, on an empty line.
    package static let gone = "\r\u{1B}[J"

    /// What stays in place of the display, whole lines: the rest of it is wiped away.
    package static func end(_ text: String) -> String {
        let first = text.prefix { $0 != "\n" }
        return "\r\(first)\u{1B}[K\n\u{1B}[J" + text.dropFirst(first.count + 1)
    }
}

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

    /// The line cut to this many columns.
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

/// A bar of a text display: `[####------]`.
package enum ProgressBar {
    package static let widths = 10...40

    /// A line with a bar for the whole: as much as fits. What matters less is left out first, and the bar takes what is
    /// left.
    ///
    /// - Parameter parts: in the order of the line, each with its rank; the highest one is left out first. The share
    ///   comes before them all, with rank 2.
    package static func line(share: Double?, columns: Int, _ parts: [(text: String?, rank: Int)]) -> StyledLine {
        let fitting = fitting([(share.map(percent), 2)] + parts, columns)
        var line = StyledLine()
        let room = columns - DisplayText.width(fitting) - 2
        if let share, room >= widths.lowerBound + 2 {
            line.addBar(share, width: min(room - 2, widths.upperBound))
            line.add("  ")
        }
        line.add(fitting)
        return line
    }

    package static func percent(_ share: Double) -> String { "\(Int(share * 100))%" }

    private static func fitting(_ parts: [(text: String?, rank: Int)], _ columns: Int) -> String {
        func joined(upTo rank: Int) -> String {
            parts.filter { $0.rank <= rank }.compactMap(\.text).joined(separator: "  ")
        }
        let ranks = Set(parts.map(\.rank)).sorted(by: >)
        return joined(upTo: ranks.first { DisplayText.width(joined(upTo: $0)) <= columns } ?? 1)
    }
}

extension StyledLine {
    /// - Parameter share: from 0 to 1.
    package mutating func addBar(_ share: Double, width: Int) {
        let filled = Int(share * Double(width))
        add("[")
        add(String(repeating: "#", count: filled), .green)
        add(String(repeating: "-", count: width - filled) + "]")
    }
}
