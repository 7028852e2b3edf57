internal import HumanText
internal import Transfer

/// A display that redraws itself on a terminal: an overall bar, what is out of the ordinary, and a line for each running
/// transfer, as far as the window goes.
///
/// The cursor rests above the display, on an empty line. What others write there, other tools' messages or the `^C` of a
/// terminal, pushes the display down and stays; and after a change of the window's size, however the terminal reflows
/// its lines, there is nothing to find again. Lines do not wrap, even where a terminal finds a character wider than this
/// does. A frame is one write that goes over the last one line by line, so nothing flickers.
package struct BarRenderer: ProgressRenderer {
    package let interval = 0.2
    private let colors: Bool
    private let window: () -> (columns: Int, rows: Int)

    /// - Parameter window: the size of the terminal, asked for at each frame.
    package init(colors: Bool, window: @escaping () -> (columns: Int, rows: Int)) {
        self.colors = colors
        self.window = window
    }

    package func render(_ report: ProgressReport, to output: inout some TextOutputStream) {
        let (columns, rows) = window()
        var text = "\u{1B}[?7l\r\u{1B}[K"
        var drawn = 0
        for line in BarFrame(report, columns: columns - 1).lines(atMost: max(1, rows - 1)) {
            text += "\n\(line.text(columns: columns - 1, colors: colors))\u{1B}[K"
            drawn += 1
        }
        output.write(text + "\u{1B}[J\u{1B}[\(drawn)A\r\u{1B}[?7h")
    }

    package func renderEnd(_ report: ProgressReport, to output: inout some TextOutputStream) {
        output.write("\r\(report.endSummary)\u{1B}[K\n\u{1B}[J")
    }
}
