import POSIX
import Records
import ToolSupport
import Transfer

/// A display that redraws itself: an overall bar, and a line for each running transfer. Every frame is one write that
/// goes over the last one line by line, so that nothing flickers.
final class TerminalProgress: ProgressDisplay {
    let interval = 0.2
    private let total: Int?
    private var meter = RateMeter()
    private var linesDrawn = 0

    init(total: Int?) { self.total = total }

    func update(_ progress: FetchProgress) {
        meter.add(progress)
        let size = Descriptor.windowSize(2) ?? (80, 24)
        draw(frame(progress, columns: size.columns, rows: size.rows))
    }

    /// Leaves the last overall line standing.
    func close() {
        guard linesDrawn > 0 else { return }
        write("\u{1B}[\(linesDrawn)A\u{1B}[B\u{1B}[J")
        linesDrawn = 0
    }

    private func frame(_ progress: FetchProgress, columns: Int, rows: Int) -> [String] {
        let summary = ProgressText.summary(progress, total: total, meter)
        var lines = [overallBar(progress, columns) + summary]
        let room = max(0, min(rows - 2, progress.running.count))
        for transfer in progress.running.prefix(room) { lines.append(line(transfer, columns)) }
        if room < progress.running.count && room > 0 {
            lines[lines.count - 1] = "  and \(progress.running.count - room + 1) more"
        }
        return lines.map { Columns.cut($0, to: columns - 1) }
    }

    private func overallBar(_ progress: FetchProgress, _ columns: Int) -> String {
        guard let total, total > 0, columns >= 60 else { return "" }
        return bar(Double(progress.finished) / Double(total), width: columns / 5) + " "
    }

    private func line(_ transfer: FetchProgress.Running, _ columns: Int) -> String {
        let size = transfer.size.map { "/" + HumanSize.text($0) } ?? ""
        let share = transfer.size.map { Double(transfer.bytes) / Double(max($0, 1)) } ?? 0
        let right = " \(HumanSize.text(transfer.bytes))\(size) \(bar(share, width: max(4, columns / 8)))"
        let width = max(8, columns - 4 - right.unicodeScalars.count)
        return "  " + Columns.pad(Columns.cutStart(transfer.path.printable, to: width), to: width) + right
    }

    private func bar(_ share: Double, width: Int) -> String {
        let filled = Int((min(max(share, 0), 1) * Double(width)).rounded(.down))
        return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled) + "]"
    }

    /// Back to the first line, then each line anew, the rest of it cleared; what is left of a longer frame is cleared too.
    private func draw(_ lines: [String]) {
        var frame = linesDrawn > 0 ? "\u{1B}[\(linesDrawn)A" : ""
        for line in lines { frame += "\r\(line)\u{1B}[K\n" }
        frame += "\u{1B}[J"
        linesDrawn = lines.count
        write(frame)
    }

    private func write(_ text: String) {
        Array(text.utf8).withUnsafeBytes { bytes in try? Descriptor.write(2, bytes) }
    }
}
