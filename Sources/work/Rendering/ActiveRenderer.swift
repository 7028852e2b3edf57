internal import Journal
internal import Terminal

/// What runs now, as a block of the table.
struct ActiveRenderer {
    /// How many columns a line may take.
    let width: Int

    /// Transfers that are shown at most.
    private static let mostTransfers = 20
    /// Columns that the figures behind a path may take.
    private static let figures = 40

    func render(_ active: ActiveRun, secondsLeft: Double?, to output: inout some TextOutputStream) {
        var words = ["process \(active.process)"]
        words.append(active.running.count == 1 ? "1 transfer" : "\(active.running.count) transfers")
        if let rate = active.bytesPerSecond { words.append("\(HumanUnits.bytes(rate))/s") }
        if let secondsLeft { words.append("\(HumanUnits.clock(secondsLeft)) left") }
        output.write("\nnow           \(words.joined(separator: ", "))\n")
        for hold in active.waiting {
            let words = HoldText.text(hold.reason, transfers: hold.transfers, seconds: hold.seconds)
            output.write("waiting       \(DisplayText.cut(words, to: width - 14))\n")
        }
        writeTransfers(active.running, to: &output)
    }

    private func writeTransfers(_ transfers: [ActiveRun.Transfer], to output: inout some TextOutputStream) {
        var table = Table(.left, .right, .left, .right)
        for transfer in transfers.prefix(Self.mostTransfers) {
            let path = DisplayText.cutStart(DisplayText.visible(transfer.path), to: max(8, width - Self.figures))
            let size = transfer.size.map { "of \(HumanUnits.bytes($0))" } ?? ""
            table.add("  " + path, HumanUnits.bytes(transfer.bytes), size, HumanUnits.clock(transfer.seconds))
        }
        table.write(to: &output, width: width)
        let hidden = transfers.count - Self.mostTransfers
        if hidden > 0 { output.write("  and \(hidden) more\n") }
    }
}
