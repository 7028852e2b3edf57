import ProgressDisplay
import Testing
import Transfer

@Suite struct BarTests {
    /// A frame's lines, without what moves the cursor.
    private func frame(
        _ report: ProgressReport, columns: Int, rows: Int = 24, colors: Bool = false
    ) throws -> [String] {
        let text = Reports.text(BarRenderer(colors: colors) { (columns, rows) }, report)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        try #require(lines.first == "\u{1B}[?7l\r\u{1B}[K")
        let end = "\u{1B}[J\u{1B}[\(lines.count - 1)A\r\u{1B}[?7h"
        try #require(lines.last?.hasSuffix("\u{1B}[K" + end) == true)
        return lines.dropFirst().map { $0.replacing(end, with: "") }.map { line in
            #expect(line.hasSuffix("\u{1B}[K"))
            return String(line.dropLast(3))
        }
    }

    @Test("a frame of 80 columns")
    func eighty() throws {
        let expected = #"""
            [#-----------]  12%  120/1,000 files  1.2 GiB  45.1 MiB/s  12:05 left
            """#
        #expect(try frame(Reports.busy, columns: 80).joined(separator: "\n") == expected)
    }

    @Test("a frame of 40 columns")
    func forty() throws {
        let expected = #"""
            12%
            """#
        #expect(try frame(Reports.busy, columns: 40).joined(separator: "\n") == expected)
    }

    @Test("a frame of 20 columns and 5 rows")
    func tiny() throws {
        let expected = #"""
            12%
            """#
        #expect(try frame(Reports.busy, columns: 20, rows: 5).joined(separator: "\n") == expected)
    }

    @Test("a frame of 200 columns")
    func wide() throws {
        let expected = #"""
            12%
            """#
        #expect(try frame(Reports.busy, columns: 200).joined(separator: "\n") == expected)
    }
}
