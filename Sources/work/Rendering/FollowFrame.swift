package import Journal
package import Terminal

/// What `--follow` shows of a job under way: as one line, or as the lines of a display.
package struct FollowFrame {
    private let summary: Summary

    package init(_ summary: Summary) { self.summary = summary }

    /// As the old system's progress dialog had them: each file counts in one of the five.
    private var counters: [(name: String, files: Int, style: StyledLine.Style?)] {
        let counts = summary.overall
        let processing = min(summary.active?.running.count ?? 0, counts.left)
        return [
            ("successful", counts.success, .green), ("processing", processing, nil),
            ("queued", counts.left - processing, nil),
            ("failed", counts.failedForGood, counts.failedForGood > 0 ? .red : nil), ("skipped", counts.skipped, nil),
        ]
    }

    private var finished: Int { summary.overall.total - summary.overall.left }

    private var files: String { "\(HumanUnits.count(finished))/\(HumanUnits.count(summary.overall.total)) files" }

    private var pace: String? { summary.rateNow.map { "\(HumanUnits.bytes($0))/s" } }

    private var timeLeft: String? { summary.secondsLeft.map { "\(HumanUnits.clock($0)) left" } }

    /// For logs.
    package var line: String {
        let counts = counters.map { "\(HumanUnits.count($0.files)) \($0.name)" }
        let figures = [HumanUnits.bytes(summary.overall.bytes), pace, timeLeft].compactMap { $0 }
        return ([files] + counts + figures + (summary.active?.limits ?? [])).joined(separator: ", ")
    }

    /// The overall line and the counters; what waits; the courses that are being worked on, as far as the rows go.
    package func lines(columns: Int, atMost rows: Int) -> [StyledLine] {
        var lines = [
            overall(columns),
            StyledLine(joining: counters.map { StyledLine("\($0.name) \(HumanUnits.count($0.files))", $0.style) }),
        ]
        let limits = summary.active?.limits ?? []
        if !limits.isEmpty { lines.append(StyledLine(limits.joined(separator: ", "))) }
        for hold in summary.active?.waiting ?? [] {
            let words = HoldText.text(hold.reason, transfers: hold.transfers, seconds: hold.seconds)
            lines.append(StyledLine("waiting: " + words, .yellow))
        }
        if summary.active == nil || !summary.hosts.isEmpty { lines += hosts }
        lines = Array(lines.prefix(max(2, (rows + 1) / 2)))
        let transfers = transfers(columns, atMost: (rows - lines.count + 1) / 2)
        let courses = courses(columns, atMost: rows - lines.count - transfers.count)
        return Array((lines + courses + transfers).prefix(rows))
    }

    /// Of a fleet, what each host has done, and how it is.
    private var hosts: [StyledLine] {
        guard !summary.hosts.isEmpty else { return [StyledLine("nothing runs at the moment", .yellow)] }
        let width = summary.hosts.map { DisplayText.width(DisplayText.visible($0.name)) }.max() ?? 0
        return summary.hosts.map { host in
            var words = [
                DisplayText.rightAligned("\(HumanUnits.count(host.success)) files", to: 16),
                DisplayText.rightAligned(HumanUnits.bytes(host.received), to: 10),
            ]
            if host.failed > 0 { words.append("  \(HumanUnits.count(host.failed)) failed tries") }
            if let rate = host.present?.bytesPerSecond {
                words.append("  \(HumanUnits.bytes(rate))/s")
            } else if let present = host.present, present.state != .working {
                words.append("  " + present.words)
            } else if let time = host.lastResultAt {
                words.append("  last \(HumanUnits.clock(max(0, summary.madeAt - time))) ago")
            }
            return StyledLine("  " + DisplayText.padded(DisplayText.visible(host.name), to: width) + words.joined())
        }
    }

    /// The names of the columns, where there is room for them, and what is being fetched at the moment: those that have
    /// run the longest come first.
    private func transfers(_ columns: Int, atMost rows: Int) -> [StyledLine] {
        let running = (summary.active?.running ?? []).sorted { $1.seconds < $0.seconds }
        guard rows > 0, !running.isEmpty else { return [] }
        let names = rows > 2 ? [row("path", "received", "rate", "time", columns)] : []
        let room = rows - names.count
        guard running.count > room else { return names + running.map { line($0, columns) } }
        return names + running.prefix(room - 1).map { line($0, columns) } + [
            StyledLine("    and \(running.count - room + 1) more transfers")
        ]
    }

    private func line(_ transfer: ActiveRun.Transfer, _ columns: Int) -> StyledLine {
        let bytes = HumanUnits.bytes(transfer.bytes)
        let received = transfer.size.map { "\(bytes) of \(HumanUnits.bytes($0))" } ?? bytes
        let rate = transfer.seconds > 0 ? Int64(min(Double(transfer.bytes) / transfer.seconds, 1e18)) : 0
        return row(
            DisplayText.visible(transfer.path), received, "\(HumanUnits.bytes(rate))/s",
            HumanUnits.clock(transfer.seconds), columns)
    }

    private func row(_ path: String, _ received: String, _ rate: String, _ time: String, _ columns: Int) -> StyledLine {
        var tail = DisplayText.rightAligned(received, to: columns >= 60 ? 24 : 22)
        if columns >= 60 { tail += DisplayText.rightAligned(rate, to: 14) }
        if columns >= 70 { tail += DisplayText.rightAligned(time, to: 8) }
        let room = max(8, columns - 4 - DisplayText.width(tail))
        return StyledLine("    " + DisplayText.padded(DisplayText.cutStart(path, to: room), to: room) + tail)
    }

    private func overall(_ columns: Int) -> StyledLine {
        let total = summary.overall.total
        return ProgressBar.line(
            share: total > 0 ? Double(finished) / Double(total) : nil, columns: columns,
            [(files, 1), (HumanUnits.bytes(summary.overall.bytes), 5), (pace, 3), (timeLeft, 4)])
    }

    private func courses(_ columns: Int, atMost rows: Int) -> [StyledLine] {
        let ids = summary.active?.courses ?? []
        let working = summary.courses.filter { $0.id.map { ids.contains($0) } ?? false }
        guard rows > 0 else { return [] }
        guard working.count > rows else { return working.map { line($0, columns) } }
        return working.prefix(rows - 1).map { line($0, columns) } + [
            StyledLine("  and \(working.count - rows + 1) more courses")
        ]
    }

    private func line(_ course: Summary.Course, _ columns: Int) -> StyledLine {
        let counts = course.counts
        let done = DisplayText.rightAligned("\(counts.total - counts.left)/\(counts.total)", to: 12)
        let failed = counts.failedForGood > 0 ? "  \(counts.failedForGood) failed" : ""
        let bar = columns >= 60 ? 20 : 0
        let room = max(4, columns - 2 - DisplayText.width(done + failed) - (bar > 0 ? bar + 4 : 0))
        let name = DisplayText.visible("\(course.id ?? 0)  \(course.title ?? "")")
        var line = StyledLine("  " + DisplayText.padded(DisplayText.cut(name, to: room), to: room) + done)
        if bar > 0 {
            line.add("  ")
            line.addBar(Double(counts.total - counts.left) / Double(max(counts.total, 1)), width: bar)
        }
        line.add(failed, .red)
        return line
    }
}

extension Fleet.Host {
    /// Its state, for people.
    var words: String {
        switch state {
        case .working: "working"
        case .ready: "ready"
        case .leftOut: "left out" + (reason.map { ": \(DisplayText.visible($0))" } ?? "")
        case .checking: "being checked"
        }
    }
}
