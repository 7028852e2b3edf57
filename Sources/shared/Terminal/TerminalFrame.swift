/// A display of some lines that is drawn again and again on a terminal.
///
/// The cursor rests above the display, on an empty line. What others write there, other tools' messages or the `^C` of a
/// terminal, pushes the display down and stays; and after a change of the window's size, however the terminal reflows
/// its lines, there is nothing to find again. Lines do not wrap, even where a terminal finds a character wider than this
/// does. A frame is one write that goes over the last one line by line, so nothing flickers.
package enum TerminalFrame {
    /// - Parameters:
    ///   - lines: fewer than the terminal has rows.
    ///   - columns: of the terminal.
    package static func text(_ lines: [StyledLine], columns: Int, colors: Bool) -> String {
        var text = "\u{1B}[?7l\r\u{1B}[K"
        for line in lines { text += "\n\(line.text(columns: columns - 1, colors: colors))\u{1B}[K" }
        return text + "\u{1B}[J\u{1B}[\(lines.count)A\r\u{1B}[?7h"
    }

    /// What stays in place of the display, whole lines: the rest of it is wiped away.
    package static func end(_ text: String) -> String {
        let first = text.prefix { $0 != "\n" }
        return "\r\(first)\u{1B}[K\n\u{1B}[J" + text.dropFirst(first.count + 1)
    }
}
