/// A bar of a text display: `[####------]`.
package enum ProgressBar {
    package static let widths = 10...40

    /// A line with a bar for the whole: as much as fits. What matters less is left out first, and the bar takes what is
    /// left.
    ///
    /// - Parameter parts: in the order of the line, each with its rank; the highest one is left out first. The share comes
    ///   before them all, with rank 2.
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
