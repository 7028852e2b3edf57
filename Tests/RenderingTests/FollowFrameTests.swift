import Journal
import Rendering
import Terminal
import TestSupport
import Testing

/// What a run under way looks like to who watches it.
@Suite struct FollowFrameTests {
    private func frame(running count: Int) throws -> FollowFrame {
        let paths = (1...count).map { "2/\($0)" }
        var summary = Summary(
            try Lines().journal("", catalog: paths.map { #"{"course_id":2,"path":"\#($0)"}"# }.joined(separator: "\n")),
            againstCatalog: true, tries: 5, now: 1_700_000_200)
        let running = paths.map { #"{"path":"\#($0)","course_id":2,"bytes":5242880,"size":10485760,"seconds":2}"# }
        let text = #"{"process":7,"time":1700000199,"running":[\#(running.joined(separator: ","))]}"#
        summary.active = ActiveRun(Array(text.utf8), now: 1_700_000_200)
        return FollowFrame(summary)
    }

    private func texts(_ frame: FollowFrame, columns: Int, rows: Int) -> [String] {
        frame.lines(columns: columns, atMost: rows).map { $0.text(columns: columns, colors: false) }
    }

    @Test("each transfer has a row, under the names of the columns")
    func transfers() throws {
        let lines = texts(try frame(running: 2), columns: 80, rows: 20)
        #expect(
            Array(lines.suffix(3)) == [
                "    path                                          received          rate    time",
                "    2/1                                5.0 MiB of 10.0 MiB     2.5 MiB/s    0:02",
                "    2/2                                5.0 MiB of 10.0 MiB     2.5 MiB/s    0:02",
            ])
    }

    @Test("of a fleet each host has a row")
    func hosts() throws {
        let line = #"{"path":"a","status":"success","host":"web1","bytes":1048576,"finished_at":1700000195}"#
        let summary = Summary(
            try Lines().journal(line, catalog: #"{"path":"a"}"#), againstCatalog: true, tries: 5, now: 1_700_000_200)
        let lines = texts(FollowFrame(summary), columns: 80, rows: 20)
        #expect(lines.contains("  web1         1 files   1.0 MiB  last 0:05 ago"))
        #expect(!lines.contains("nothing runs at the moment"))
    }

    @Test("where there is no room for all, the rest is counted, and the rows are no more than asked for")
    func more() throws {
        for rows in 3...20 {
            let lines = texts(try frame(running: 20), columns: 80, rows: rows)
            #expect(lines.count <= rows)
            let shown = lines.count { $0.contains(" of 10.0 MiB") }
            guard shown > 0 else { continue }
            #expect(lines.last == "    and \(20 - shown) more transfers")
        }
    }
}
