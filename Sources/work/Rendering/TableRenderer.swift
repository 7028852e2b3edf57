package import Journal
internal import Records
internal import Terminal

/// The summary for people: a few aligned blocks, with a blank line between them.
package struct TableRenderer: Renderer {
    /// How many columns a line may take.
    private let width: Int
    /// How many courses are shown at most.
    private let mostCourses: Int

    private let showsTries: Bool

    package init(width: Int = 80, mostCourses: Int = 20, showsTries: Bool = false) {
        self.width = width
        self.showsTries = showsTries
        self.mostCourses = mostCourses
    }

    package func render(_ summary: Summary, to output: inout some TextOutputStream) {
        writeStates(summary.overall, to: &output)
        writeTimes(of: summary, to: &output)
        writeRefreshed(summary.tries, to: &output)
        writePercentiles(of: summary, to: &output)
        writeTries(summary.tries, to: &output)
        if let active = summary.active {
            ActiveRenderer(width: width).render(active, secondsLeft: summary.secondsLeft, to: &output)
        }
        if let evidence = summary.evidence {
            EvidenceRenderer(evidence: evidence, now: summary.madeAt, width: width).render(to: &output)
        }
        writeHosts(summary.hosts, to: &output)
        writeFailures(summary, to: &output)
        writeOwners(summary, to: &output)
        writeCourses(summary.courses, to: &output)
        writeNotes(on: summary, to: &output)
    }

    private func writeStates(_ counts: Counts, to output: inout some TextOutputStream) {
        var table = Table(.left, .right, .right, .right, .left)
        func row(_ name: String, _ files: Int, bytes: Int64? = nil, note: String = "") {
            let size = bytes.map { HumanUnits.bytes($0) } ?? ""
            table.add(name, HumanUnits.count(files), HumanUnits.share(files, of: counts.total), size, note)
        }
        table.add("", "files", "share", "size", "")
        row("success", counts.success, bytes: counts.downloadedBytes)
        if counts.skipped > 0 { row("skipped", counts.skipped, bytes: counts.skippedBytes, note: counts.whySkipped) }
        if counts.delayed > 0 { row("delayed", counts.delayed, note: "to be tried again") }
        row("failed", counts.failedForGood, note: counts.failedForGood > 0 ? "for good" : "")
        if counts.queued > 0 { row("queued", counts.queued, note: "not tried yet") }
        if counts.dropped > 0 { row("dropped", counts.dropped, note: "left out") }
        row("total", counts.total, bytes: counts.bytes)
        table.write(to: &output, width: width)
    }

    private func writeTimes(of summary: Summary, to output: inout some TextOutputStream) {
        guard let times = summary.times else { return }
        output.write("\nfirst result  \(HumanUnits.moment(times.firstResult)) UTC\n")
        output.write("last result   \(HumanUnits.moment(times.lastResult)) UTC\n")
        guard let rate = summary.bytesPerSecond else { return }
        let size = HumanUnits.bytes(summary.overall.downloadedBytes)
        let duration = Self.length(times.worked)
        output.write("downloaded    \(size) in \(duration), \(HumanUnits.bytes(rate))/s on average\n")
        if times.paused > 0 {
            output.write("paused        \(HumanUnits.duration(times.paused)), which the average leaves out\n")
        }
        guard summary.receivedInVain > 0 else { return }
        let (all, vain) = (HumanUnits.bytes(summary.received), HumanUnits.bytes(summary.receivedInVain))
        output.write("received      \(all), \(vain) of it in tries that failed\n")
    }

    private func writeRefreshed(_ tries: TryCounts, to output: inout some TextOutputStream) {
        guard tries.refreshed.asked > 0 else { return }
        output.write("refreshed     \(tries.refreshed.words)\n")
    }

    private func writePercentiles(of summary: Summary, to output: inout some TextOutputStream) {
        guard let seconds = summary.seconds else { return }
        var table = Table(.left, .right, .right, .right, .right)
        table.add("each file     ", "half", "90 %", "95 %", "99 %")
        func row(_ name: String, _ value: Percentiles, _ text: (Double) -> String) {
            table.add(name, text(value.p50), text(value.p90), text(value.p95), text(value.p99))
        }
        row("  took at most", seconds) { Self.length($0) }
        if let rates = summary.rates {
            row("  rate at most", rates) { "\(HumanUnits.bytes(Int64($0)))/s" }
        }
        output.write("\n")
        table.write(to: &output, width: width)
    }

    /// Tenths of a second are too coarse for small files.
    private static func length(_ seconds: Double) -> String {
        seconds < 0.95 ? "\(max(1, Int((seconds * 1000).rounded()))) ms" : HumanUnits.duration(seconds)
    }

    private func writeTries(_ tries: TryCounts, to output: inout some TextOutputStream) {
        guard showsTries else { return }
        var words = ["\(HumanUnits.count(tries.total)), \(HumanUnits.count(tries.failed)) of them failed"]
        if tries.unfinished > 0 { words.append("\(HumanUnits.count(tries.unfinished)) of these without an answer") }
        if tries.retriedFiles > 0 {
            let files = HumanUnits.count(tries.retriedFiles)
            words.append("\(files) files tried again, \(HumanUnits.count(tries.retriedSuccess)) of them downloaded")
        }
        output.write("\ntries         \(words.joined(separator: ", "))\n")
    }

    private func writeHosts(_ hosts: [HostStatistics.Host], to output: inout some TextOutputStream) {
        guard !hosts.isEmpty else { return }
        let isRunning = hosts.contains { $0.present != nil }
        var table =
            isRunning
            ? Table(.left, .right, .right, .right, .left, .left) : Table(.left, .right, .right, .right, .left)
        table.add(
            ["host", "downloaded", "received", "failed tries", "last result, UTC"] + (isRunning ? ["now"] : []))
        for host in hosts {
            let figures = [
                DisplayText.visible(host.name), HumanUnits.count(host.success), HumanUnits.bytes(host.received),
                HumanUnits.count(host.failed), host.lastResultAt.map { HumanUnits.moment($0) } ?? "",
            ]
            table.add(figures + (isRunning ? [host.present.map { now(of: $0) } ?? ""] : []))
        }
        output.write("\n")
        table.write(to: &output, width: width, cutting: 0)
    }

    private func now(of host: Fleet.Host) -> String {
        let rate = host.bytesPerSecond.map { ", \(HumanUnits.bytes($0))/s" } ?? ""
        guard !host.shards.isEmpty else { return host.words + rate }
        let shards = host.shards.map(String.init).joined(separator: ", ")
        return host.words + (host.shards.count == 1 ? ", shard " : ", shards ") + shards + rate
    }

    private func writeFailures(_ summary: Summary, to output: inout some TextOutputStream) {
        let failures = summary.failures
        guard !failures.isEmpty else { return }
        var table = showsTries ? Table(.left, .right, .right, .left) : Table(.left, .right, .left)
        table.add(["last error", "files"] + (showsTries ? ["tries"] : []) + ["what to do"])
        for failure in failures {
            let advice = ErrorCode.advice(on: failure.code, owner: summary.owner(of: failure.code))
            let tries = showsTries ? [HumanUnits.count(failure.tries)] : []
            table.add([DisplayText.visible(failure.code), HumanUnits.count(failure.files)] + tries + [advice])
        }
        output.write("\n")
        table.write(to: &output, width: width, cutting: 0)
    }

    private func writeOwners(_ summary: Summary, to output: inout some TextOutputStream) {
        guard !summary.faults.isEmpty else { return }
        var table = Table(.left, .right, .left)
        table.add("fault of", "files", "that is")
        for (owner, files) in summary.owners where files > 0 {
            table.add(owner.rawValue, HumanUnits.count(files), owner.meaning)
        }
        output.write("\n")
        table.write(to: &output, width: width)
    }

    private func writeCourses(_ courses: [Summary.Course], to output: inout some TextOutputStream) {
        guard !courses.isEmpty else { return }
        let shown = mostTroubled(courses)
        var table = Table(.right, .left, .right, .right, .right, .right, .right)
        table.add("course", "title", "files", "there", "failed", "left", "size")
        for course in shown {
            let counts = course.counts
            let title = DisplayText.visible(course.title ?? (course.id == nil ? "(no course)" : ""))
            let numbers = [counts.total, counts.there, counts.failedForGood, counts.queued + counts.delayed]
                .map { HumanUnits.count($0) }
            table.add(
                course.id.map(String.init) ?? "", title, numbers[0], numbers[1], numbers[2], numbers[3],
                HumanUnits.bytes(counts.bytes))
        }
        output.write("\n")
        table.write(to: &output, width: width, cutting: 1)
        let complete = HumanUnits.count(courses.count { $0.counts.isComplete })
        let all = courses.count == 1 ? "1 course" : "\(HumanUnits.count(courses.count)) courses"
        output.write("\(complete) of \(all) with files complete")
        let hidden = courses.count - shown.count
        output.write(hidden > 0 ? ", \(HumanUnits.count(hidden)) not shown (--all-courses shows them)\n" : "\n")
    }

    /// Courses with failures first, then those that are not complete, then the others; each of these by id.
    private func mostTroubled(_ courses: [Summary.Course]) -> ArraySlice<Summary.Course> {
        let failed = courses.filter { $0.counts.failed > 0 }
        let unfinished = courses.filter { $0.counts.failed == 0 && !$0.counts.isComplete }
        let complete = courses.filter { $0.counts.isComplete }
        return (failed + unfinished + complete).prefix(mostCourses)
    }

    private func writeNotes(on summary: Summary, to output: inout some TextOutputStream) {
        var notes: [String] = []
        let foreign = summary.lines.passedOver - summary.lines.withoutPath
        if foreign > 0 {
            notes.append(Self.sentence(foreign, "line is not a result and was", "lines are not results and were"))
        }
        if summary.lines.withoutPath > 0 {
            notes.append(
                Self.sentence(
                    summary.lines.withoutPath, "failed result names no path and was",
                    "failed results name no path and were"))
        }
        if let others = summary.notListed, others > 0 {
            notes.append(
                Self.sentence(
                    others, "file with results is not in the catalogue and was",
                    "files with results are not in the catalogue and were"))
        }
        if !notes.isEmpty { output.write("\n" + notes.joined(separator: "\n") + "\n") }
    }

    private static func sentence(_ count: Int, _ one: String, _ many: String) -> String {
        "\(HumanUnits.count(count)) \(count == 1 ? one : many) passed over"
    }
}

extension Counts {
    /// `there already, 5 of them moved`
    fileprivate var whySkipped: String {
        guard moved > 0 else { return "there already" }
        return moved == skipped ? "moved" : "there already, \(HumanUnits.count(moved)) of them moved"
    }
}

extension RefreshCounts {
    /// For people: `100 asked, 3 changed, 96 unchanged, 1 not confirmed, 3 old files kept`.
    package var words: String {
        let always = [(asked, "asked"), (changed, "changed"), (unchanged, "unchanged")]
        let rest = [(notConfirmed, "not confirmed"), (kept, kept == 1 ? "old file kept" : "old files kept")]
        return (always + rest.filter { $0.0 > 0 }).map { "\(HumanUnits.count($0)) \($1)" }.joined(separator: ", ")
    }
}

extension ActiveRun {
    /// For people.
    var limits: [String] { LimitText.words(bytesPerSecond: rateLimit, jobs: jobs.map(Int.init), isAuto: isAuto) }
}

/// What runs now, as a block of the table.
struct ActiveRenderer {
    /// How many columns a line may take.
    let width: Int

    /// Transfers that are shown at most.
    private static let mostTransfers = 20
    /// Columns that the figures behind a path may take.
    private static let figures = 40

    func render(_ active: ActiveRun, secondsLeft: Double?, to output: inout some TextOutputStream) {
        var words = active.process.map { ["process \($0)"] } ?? []
        words.append(active.running.count == 1 ? "1 transfer" : "\(active.running.count) transfers")
        if let rate = active.bytesPerSecond { words.append("\(HumanUnits.bytes(rate))/s") }
        if let secondsLeft { words.append("\(HumanUnits.clock(secondsLeft)) left") }
        words += active.limits
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
