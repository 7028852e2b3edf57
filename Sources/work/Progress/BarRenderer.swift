internal import Terminal
internal import Transfer

/// A display that redraws itself on a terminal: an overall bar, what is out of the ordinary, and a line for each running
/// transfer, as far as the window goes.
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
        let lines = BarFrame(report, columns: columns - 1).lines(atMost: max(1, rows - 1))
        output.write(TerminalFrame.text(lines, columns: columns, colors: colors))
    }

    package func renderEnd(_ report: ProgressReport, to output: inout some TextOutputStream) {
        output.write(TerminalFrame.end("\(report.endSummary)\n"))
    }
}
