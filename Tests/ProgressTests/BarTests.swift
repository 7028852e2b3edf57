import Progress
import Testing
import Transfer

@Suite struct BarTests {
    private func bar(columns: Int, rows: Int = 24, colors: Bool = false) -> BarRenderer {
        BarRenderer(colors: colors) { (columns, rows) }
    }

    /// What a frame leaves on the terminal: its lines, without what moves the cursor, and without blanks at the end.
    private func frame(_ report: ProgressReport, columns: Int, rows: Int = 24) -> String {
        Reports.text(bar(columns: columns, rows: rows), report)
            .replacing(/\r|\u{1B}\[[0-9?]*[A-Za-z]/, with: "")
            .split(separator: "\n")
            .map { String($0.reversed().drop { $0 == " " }.reversed()) }
            .joined(separator: "\n")
    }

    @Test("a frame of 80 columns: every column has a name; what steers a terminal is shown by its number")
    func eighty() {
        let expected = #"""
            [####----------------------------------]  12%  117/1,000 files  1.2 of ~9.8 GiB
            45.1 MiB/s  0:30 elapsed  12:05 left  3 failed, 7 there already, 5 retries
            waiting: before the next try, 2 transfers, 0:03
            waiting: cdn.example.com asks to slow down\x1b[2J
              path                            bytes        size  done          rate    time
              …ire-courses/101/5001.mp4    12.0 MiB    50.0 MiB   24%     1.2 MiB/s    1:05
              …l\x1b[2J\u{202e}\x0a.mp4     1.0 MiB                                    0:02
              日本のギター/レッスン.mp4     1.0 KiB     2.0 KiB   50%                  0:00
            """#
        #expect(frame(Reports.busy, columns: 80) == expected)
    }

    @Test("a frame of 40 columns: what matters less is left out, and paths keep their end")
    func forty() {
        let expected = #"""
            12%  117/1,000 files  1.2 of ~9.8 GiB
            45.1 MiB/s  0:30 elapsed  12:05 left
            3 failed, 7 there already, 5 retries
            waiting: before the next try, 2 transf…
            waiting: cdn.example.com asks to slow …
              path               done          rate
              …ses/101/5001.mp4   24%     1.2 MiB/s
              …\u{202e}\x0a.mp4
              …ー/レッスン.mp4    50%
            """#
        #expect(frame(Reports.busy, columns: 40) == expected)
    }

    @Test("a frame of 160 columns: a bar for each transfer whose size is known")
    func wide() {
        let blank = String(repeating: " ", count: 41)
        let expected = #"""
            [####------------------------------------]  12%  117/1,000 files  1.2 of ~9.8 GiB
            45.1 MiB/s  0:30 elapsed  12:05 left  3 failed, 7 there already, 5 retries
            waiting: before the next try, 2 transfers, 0:03
            waiting: cdn.example.com asks to slow down\x1b[2J
              path                         \#(blank)       bytes        size  done          rate    time
              truefire-courses/101/5001.mp4\#(blank)    12.0 MiB    50.0 MiB   24%     1.2 MiB/s    1:05  [#######------------------------]
              a/evil\x1b[2J\u{202e}\x0a.mp4\#(blank)     1.0 MiB                                    0:02
              日本のギター/レッスン.mp4    \#(blank)     1.0 KiB     2.0 KiB   50%                  0:00  [###############----------------]
            """#
        #expect(frame(Reports.busy, columns: 160) == expected)
    }

    @Test("a frame of 20 columns and 5 rows leaves a row for the cursor, and half of the others to transfers")
    func tiny() {
        let expected = #"""
            117/1,000 files
            45.1 MiB/s
              …1/5001.mp4   24%
              and 2 more
            """#
        #expect(frame(Reports.busy, columns: 20, rows: 5) == expected)
    }

    @Test("what has failed moves no bar, and what is there does")
    func share() {
        var progress = FetchProgress()
        progress.failed = 5
        #expect(ProgressReport(progress, total: 20, time: 0).share == 0)
        (progress.skipped, progress.skippedBytes, progress.partBytes) = (4, 400, 100)
        #expect(Reports.report(progress, of: ExpectedWork(records: 20)).share == 0.25)
    }

    @Test("no frame has more lines than the window, or wider ones", arguments: 1...30, [1, 2, 3, 7, 20, 59, 200])
    func fits(rows: Int, columns: Int) {
        let lines = frame(Reports.busy, columns: columns, rows: rows).split(separator: "\n")
        #expect(lines.count <= max(1, rows - 1))
        // What is in these lines is one column wide, but for the Japanese title.
        #expect(lines.allSatisfy { $0.count <= max(8, columns - 1) })
    }

    @Test("a frame is written over the last one, and leaves the cursor above itself; lines do not wrap meanwhile")
    func escapes() {
        let text = Reports.text(bar(columns: 80), Reports.begun)
        #expect(
            text
                == "\u{1B}[?7l\r\u{1B}[K\n0 files  0 B\u{1B}[K\n0:00 elapsed\u{1B}[K\u{1B}[J\u{1B}[2A\r\u{1B}[?7h")
    }

    @Test("without colours a frame has none, with them it is the same text")
    func colors() {
        let plain = Reports.text(bar(columns: 80), Reports.busy)
        let colored = Reports.text(bar(columns: 80, colors: true), Reports.busy)
        #expect(!plain.contains(/\u{1B}\[[0-9]*m/))
        #expect(colored.contains("[\u{1B}[32m####\u{1B}[m---"))
        #expect(colored.contains("\u{1B}[31m3 failed\u{1B}[m, 7 there already"))
        #expect(colored.replacing(/\u{1B}\[[0-9]*m/, with: "") == plain)
    }

    @Test("at the end the display goes, and how it went stays")
    func end() {
        #expect(
            Reports.endText(bar(columns: 80), Reports.busy)
                == "\r117/1,000 files, 3 failed, 7 there already, 5 retries, "
                + "1.2 GiB received in 30.0 s, 41.0 MiB/s\u{1B}[K\n\u{1B}[J")
    }
}
