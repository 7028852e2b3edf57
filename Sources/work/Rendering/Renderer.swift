package import Journal
internal import Terminal

/// A format of the summary. Adding one: a file here, a case in the tool's `--format`, a test, a line in the manual.
package protocol Renderer {
    func render(_ summary: Summary, to output: inout some TextOutputStream)
}

/// Columns of text, aligned: the first to the left, numbers to the right.
struct Table {
    enum Alignment {
        case left, right
    }

    private let alignments: [Alignment]
    private var rows: [[String]] = []

    init(_ alignments: Alignment...) { self.alignments = alignments }

    mutating func add(_ cells: String...) { add(cells) }

    mutating func add(_ cells: [String]) {
        precondition(cells.count == alignments.count)
        rows.append(cells)
    }

    /// - Parameter column: the one that is cut where a row would be wider than `width` columns.
    func write(to output: inout some TextOutputStream, width: Int, cutting column: Int? = nil) {
        var widths = alignments.indices.map { index in rows.map { DisplayText.width($0[index]) }.max() ?? 0 }
        if let column {
            let others = widths.reduce(0, +) - widths[column] + 2 * (widths.count - 1)
            widths[column] = min(widths[column], max(8, width - others))
        }
        for row in rows {
            var line = ""
            for (index, cell) in row.enumerated() {
                if index > 0 { line += "  " }
                let text = DisplayText.cut(cell, to: widths[index])
                switch alignments[index] {
                case .left: line += DisplayText.padded(text, to: widths[index])
                case .right: line += DisplayText.rightAligned(text, to: widths[index])
                }
            }
            while line.last == " " { line.removeLast() }
            output.write(line + "\n")
        }
    }
}
