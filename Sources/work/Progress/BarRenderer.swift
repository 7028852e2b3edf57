internal import Terminal
internal import Transfer

/// A display that redraws itself on a terminal: an overall bar, what is out of the ordinary, and a line for each
/// running transfer, as far as the window goes.
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

/// One frame of the redrawn display, as lines of this many columns.
struct BarFrame {
    private let report: ProgressReport
    private let columns: Int

    init(_ report: ProgressReport, columns: Int) {
        self.report = report
        self.columns = columns
    }

    /// The overall line, what waits and why, what is out of the ordinary; and at least in half of the rows transfers.
    func lines(atMost rows: Int) -> [StyledLine] {
        let notes = self.notes
        let head = ([overall] + report.holds.map { StyledLine($0, .yellow) } + (notes.width > 0 ? [notes] : []))
            .prefix((rows + 1) / 2)
        return head + transfers(atMost: rows - head.count)
    }

    // MARK: - The overall line

    /// As much as fits: what matters less is left out first, and the bar takes what is left.
    private var overall: StyledLine {
        // In the order of the line, with the order in which they are left out, the last one first.
        ProgressBar.line(
            share: report.share, columns: columns,
            [
                (report.files, 1), (HumanUnits.bytes(report.progress.bytes), 5), (report.pace, 3),
                (report.timeLeft, 4),
            ])
    }

    private var notes: StyledLine {
        var line = StyledLine()
        for (index, note) in report.notes.enumerated() {
            if index > 0 { line.add(", ") }
            line.add(note, index == 0 && report.progress.failed > 0 ? .red : nil)
        }
        return line
    }

    // MARK: - Transfers

    private func transfers(atMost rows: Int) -> [StyledLine] {
        let running = report.progress.running
        guard running.count > rows, rows > 0 else { return running.prefix(rows).map(line) }
        return running.prefix(rows - 1).map(line) + [StyledLine("  and \(running.count - rows + 1) more")]
    }

    /// The end of the path, which tells it from its neighbours, and as many figures as there is room for.
    private func line(_ transfer: FetchProgress.Running) -> StyledLine {
        let figures = figures(of: transfer)
        let bar = columns >= 100 ? min(columns / 5, ProgressBar.widths.upperBound) : 0
        let room = max(4, columns - 2 - DisplayText.width(figures) - (bar > 0 ? bar + 4 : 0))
        let path = DisplayText.cutStart(DisplayText.visible(transfer.path), to: room)
        var line = StyledLine("  " + DisplayText.padded(path, to: room) + figures)
        if bar > 0, let share = transfer.share {
            line.add("  ")
            line.addBar(share, width: bar)
        }
        return line
    }

    private func figures(of transfer: FetchProgress.Running) -> String {
        let percent = DisplayText.rightAligned(transfer.share.map(ProgressBar.percent) ?? "", to: 6)
        guard columns >= 36 else { return percent }
        let bytes = DisplayText.rightAligned(HumanUnits.bytes(transfer.bytes), to: 12)
        guard columns >= 64 else { return bytes + percent }
        let size = transfer.size.map { " of " + HumanUnits.bytes($0) } ?? ""
        let clock = DisplayText.rightAligned(HumanUnits.clock(transfer.seconds), to: 9)
        return bytes + DisplayText.padded(size, to: 14) + percent + clock
    }
}
