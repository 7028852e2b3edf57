package import Journal
internal import Records
internal import Terminal

/// A report that is one file, with no reference to the outside: for a browser, a printer, a screen reader. Whatever
/// strangers wrote is in it as text.
package struct HTMLRenderer: Renderer {
    private let failed: FailedSegments?
    private let about: [(name: String, text: String)]

    /// - Parameters:
    ///   - failed: nil where the results could not be read a second time.
    ///   - about: what the job is: its source, its folder, its settings.
    package init(failed: FailedSegments? = nil, about: [(name: String, text: String)] = []) {
        self.failed = failed
        self.about = about
    }

    package func render(_ summary: Summary, to output: inout some TextOutputStream) {
        output.write(HTMLPage.head)
        writeHead(summary, to: &output)
        writeProgress(summary, to: &output)
        output.write(ThroughputChart(summary.throughput).html)
        output.write(SizeChart(summary.sizes).html)
        writeHosts(summary.hosts, to: &output)
        writeErrors(summary, to: &output)
        output.write(ReportCourses(summary.courses).html)
        output.write(ReportSegments(failed).html)
        writeNotes(summary, to: &output)
        output.write(ReportData(summary.courses, failed).script)
        output.write(HTMLPage.foot)
    }

    private func writeHead(_ summary: Summary, to output: inout some TextOutputStream) {
        output.write("<p>As of <time>\(HumanUnits.moment(summary.madeAt)) UTC</time></p></header><main>\n")
        guard !about.isEmpty else { return }
        output.write("<section aria-labelledby=\"h-job\"><h2 id=\"h-job\">The job</h2>\n<dl class=\"about\">\n")
        for (name, text) in about {
            output.write("<div><dt>\(name.html)</dt><dd>\(text.html)</dd></div>\n")
        }
        output.write("</dl></section>\n")
    }

    private func writeProgress(_ summary: Summary, to output: inout some TextOutputStream) {
        let counts = summary.overall
        let share = HumanUnits.share(counts.there, of: counts.total - counts.dropped)
        let courses = summary.courses
        let complete = courses.count { $0.counts.isComplete }
        output.write(
            """
            <section aria-labelledby="h-progress"><h2 id="h-progress">Progress</h2>
            <p class="large">\(HumanUnits.count(counts.there)) of \(HumanUnits.count(counts.total - counts.dropped)) files are \
            there\(share.isEmpty ? "" : ", \(share)")</p>
            <progress max="\(max(1, counts.total - counts.dropped))" value="\(counts.there)" aria-labelledby="h-progress">\
            </progress>
            <p>\(HumanUnits.count(complete)) of \(HumanUnits.count(courses.count)) courses with files are complete. \
            Courses with files that failed for good: \
            \(HumanUnits.count(courses.count { $0.counts.failedForGood > 0 })).</p>
            <table><caption>Files by state</caption><thead><tr><th scope="col">State</th><th scope="col" class="n">Files</th>\
            <th scope="col" class="n">Share</th><th scope="col">Meaning</th></tr></thead><tbody>

            """)
        let rows = [
            ("success", counts.success, "downloaded"), ("skipped", counts.skipped, "there already"),
            ("delayed", counts.delayed, "to be tried again"),
            ("failed", counts.failedForGood, "for good"),
            ("queued", counts.queued, "not tried yet"), ("dropped", counts.dropped, "left out"),
        ]
        for (name, files, meaning) in rows {
            output.write(
                """
                <tr><th scope="row">\(name)</th><td class="n">\(HumanUnits.count(files))</td>\
                <td class="n">\(HumanUnits.share(files, of: counts.total))</td><td>\(meaning)</td></tr>

                """)
        }
        output.write("</tbody></table>\n")
        writeFigures(summary, to: &output)
        output.write("</section>\n")
    }

    private func writeFigures(_ summary: Summary, to output: inout some TextOutputStream) {
        output.write("<dl>\n")
        func item(_ name: String, _ text: String) { output.write("<div><dt>\(name)</dt><dd>\(text)</dd></div>\n") }
        item("On the disk", HumanUnits.bytes(summary.overall.bytes))
        item("Downloaded", HumanUnits.bytes(summary.overall.downloadedBytes))
        if let times = summary.times {
            item("First result", HumanUnits.moment(times.firstResult) + " UTC")
            item("Last result", HumanUnits.moment(times.lastResult) + " UTC")
            item("Time, without pauses", HumanUnits.duration(times.worked))
            if times.paused > 0 { item("Pauses", HumanUnits.duration(times.paused)) }
        }
        if let rate = summary.bytesPerSecond { item("Average", HumanUnits.bytes(rate) + "/s") }
        if let left = summary.secondsLeft { item("Time left", HumanUnits.duration(left)) }
        let tries = summary.tries
        item("Tries", "\(HumanUnits.count(tries.total)), \(HumanUnits.count(tries.failed)) of them failed")
        if tries.refreshed.asked > 0 { item("Refreshed", tries.refreshed.words) }
        if summary.overall.moved > 0 { item("Moved", "\(HumanUnits.count(summary.overall.moved)) files") }
        if let seconds = summary.seconds {
            item(
                "Time for a file",
                "half within \(HumanUnits.duration(seconds.p50)), 95 % within \(HumanUnits.duration(seconds.p95))")
        }
        output.write("</dl>\n")
    }

    private func writeErrors(_ summary: Summary, to output: inout some TextOutputStream) {
        let failures = summary.failures
        output.write("<section aria-labelledby=\"h-errors\"><h2 id=\"h-errors\">Errors</h2>\n")
        if failures.isEmpty { output.write("<p>Nothing has failed.</p></section>\n") }
        guard !failures.isEmpty else { return }
        output.write(
            """
            <div class="wide"><table><caption>Files by the error that they failed with last</caption><thead><tr>\
            <th scope="col">Error</th><th scope="col" class="n">Files</th><th scope="col" class="n">Tries</th>\
            <th scope="col">What to do</th></tr></thead><tbody>

            """)
        for failure in failures {
            let advice = ErrorCode.advice(on: failure.code, owner: summary.owner(of: failure.code))
            output.write(
                """
                <tr><th scope="row">\(failure.code.html)</th><td class="n">\(HumanUnits.count(failure.files))</td>\
                <td class="n">\(HumanUnits.count(failure.tries))</td><td>\(advice.html)</td></tr>

                """)
        }
        output.write("</tbody></table></div>\n")
        writeOwners(summary, to: &output)
        output.write("</section>\n")
    }

    private func writeHosts(_ hosts: [HostStatistics.Host], to output: inout some TextOutputStream) {
        guard !hosts.isEmpty else { return }
        output.write(
            """
            <section aria-labelledby="h-hosts"><h2 id="h-hosts">Hosts</h2>
            <div class="wide"><table><caption>What each host did</caption><thead><tr>\
            <th scope="col">Host</th><th scope="col" class="n">Downloaded</th><th scope="col" class="n">Received</th>\
            <th scope="col" class="n">Failed tries</th><th scope="col">Last result, UTC</th></tr></thead><tbody>

            """)
        for host in hosts {
            let last = host.lastResultAt.map { HumanUnits.moment($0) } ?? ""
            output.write(
                """
                <tr><th scope="row">\(host.name.html)</th><td class="n">\(HumanUnits.count(host.success))</td>\
                <td class="n">\(HumanUnits.bytes(host.received))</td><td class="n">\(HumanUnits.count(host.failed))</td>\
                <td>\(last)</td></tr>

                """)
        }
        output.write("</tbody></table></div></section>\n")
    }

    private func writeOwners(_ summary: Summary, to output: inout some TextOutputStream) {
        guard !summary.faults.isEmpty else { return }
        output.write(
            """
            <div class="wide"><table><caption>The same files by whose fault it was</caption><thead><tr>\
            <th scope="col">Fault of</th><th scope="col" class="n">Files</th><th scope="col">That is</th></tr></thead><tbody>

            """)
        for (owner, files) in summary.owners where files > 0 {
            output.write(
                """
                <tr><th scope="row">\(owner.rawValue)</th><td class="n">\(HumanUnits.count(files))</td>\
                <td>\(owner.meaning)</td></tr>

                """)
        }
        output.write("</tbody></table></div>\n")
    }

    private func writeNotes(_ summary: Summary, to output: inout some TextOutputStream) {
        let lines = "\(HumanUnits.count(summary.lines.read)) lines were read"
        output.write(
            "<footer><p>\(lines), \(HumanUnits.count(summary.lines.passedOver)) of them were not results, and were passed over."
        )
        if let others = summary.notListed, others > 0 {
            output.write(" \(HumanUnits.count(others)) files with results are not in the catalogue.")
        }
        output.write(" Percentiles are within 1.6 %.</p></footer></main>\n")
    }
}
