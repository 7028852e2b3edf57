internal import Terminal
internal import Transfer

/// A display that redraws itself on a terminal: the whole, what is out of the ordinary, and a table of the running
/// transfers, as far as the window goes.
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

    /// The whole, what waits and why; and at least in half of the rows transfers.
    func lines(atMost rows: Int) -> [StyledLine] {
        let head = (whole + report.holds.map { StyledLine($0, .yellow) }).prefix((rows + 1) / 2)
        return head + TransferTable(report, columns: columns).lines(atMost: rows - head.count)
    }

    /// How much is there; how fast it comes and for how long, with what is out of the ordinary, where that fits.
    private var whole: [StyledLine] {
        let notes = self.notes
        let share = ProgressBar.line(share: report.share, columns: columns, [(report.files, 1), (report.bytes, 3)])
        let room = notes.width > 0 ? columns - notes.width - 2 : columns
        let times = [(report.pace, 1), (report.elapsed, 3), (report.timeLeft, 2)]
        let isRoomy = room >= DisplayText.width(times.compactMap(\.0).joined(separator: "  "))
        let pace = ProgressBar.line(share: nil, columns: columns, times)
        if notes.width == 0 { return [share, pace] }
        return isRoomy ? [share, StyledLine(joining: [pace, notes])] : [share, pace, notes]
    }

    private var notes: StyledLine {
        var line = StyledLine()
        for (index, note) in report.notes.enumerated() {
            if index > 0 { line.add(", ") }
            line.add(note, index == 0 && report.progress.failed > 0 ? .red : nil)
        }
        for limit in report.limits { line.add((line.width > 0 ? ", " : "") + limit) }
        return line
    }
}

/// The running transfers: the end of each path, which tells it from its neighbours, and as many figures as there is
/// room for.
private struct TransferTable {
    private let running: [FetchProgress.Running]
    private let figures: [Figure]
    /// Of the paths, and of the bars; 0 for none.
    private let pathWidth, barWidth: Int

    /// A column.
    private struct Figure {
        let name: String
        let width: Int
        /// The highest one is left out first.
        let rank: Int
        let text: (FetchProgress.Running) -> String?
    }

    private static let narrowestPath = 16

    init(_ report: ProgressReport, columns: Int) {
        running = report.progress.running
        let all = [
            Figure(name: "bytes", width: 12, rank: 3) { HumanUnits.bytes($0.bytes) },
            Figure(name: "size", width: 12, rank: 4) { $0.size.map(HumanUnits.bytes) },
            Figure(name: "done", width: 6, rank: 1) { $0.share.map(ProgressBar.percent) },
            Figure(name: "rate", width: 14, rank: 2) { report.rates[$0.path].map(HumanUnits.rate) },
            Figure(name: "time", width: 8, rank: 5) { HumanUnits.clock($0.seconds) },
        ]
        barWidth = columns >= 100 ? min(columns / 5, ProgressBar.widths.upperBound) : 0
        let room = columns - 2 - (barWidth > 0 ? barWidth + 4 : 0)
        let rank = (1...all.count).last { rank in
            all.reduce(room) { $0 - ($1.rank <= rank ? $1.width : 0) } >= Self.narrowestPath
        }
        figures = all.filter { $0.rank <= rank ?? 1 }
        pathWidth = max(4, figures.reduce(room) { $0 - $1.width })
    }

    /// The names of the columns, where there is room for them and a transfer, and a line for each transfer.
    func lines(atMost rows: Int) -> [StyledLine] {
        guard rows > 0, !running.isEmpty else { return [] }
        let lines = rows > 2 ? [line("path", figures.map(\.name))] : []
        let room = rows - lines.count
        guard running.count > room else { return lines + running.map(line) }
        return lines + running.prefix(room - 1).map(line) + [StyledLine("  and \(running.count - room + 1) more")]
    }

    private func line(_ transfer: FetchProgress.Running) -> StyledLine {
        var line = line(DisplayText.visible(transfer.path), figures.map { $0.text(transfer) ?? "" })
        if barWidth > 0, let share = transfer.share {
            line.add("  ")
            line.addBar(share, width: barWidth)
        }
        return line
    }

    private func line(_ path: String, _ texts: [String]) -> StyledLine {
        let cells = zip(figures, texts).map { DisplayText.rightAligned($1, to: $0.width) }
        return StyledLine(
            "  " + DisplayText.padded(DisplayText.cutStart(path, to: pathWidth), to: pathWidth) + cells.joined())
    }
}
