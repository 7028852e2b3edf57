import ArgumentParser
import Glibc
import Journal
import NDJSON
import POSIX
import Records
import Rendering
import ToolSupport

@main
struct TFQueue: Tool {
    static let name = "tf-queue"
    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Print the records of a catalogue that are in a state.",
        discussion: """
            The queue is the catalogue without what the results say is done. With no option that chooses, what is left \
            and can be helped is printed: queued and delayed records.
            """,
        version: Suite.version)

    @OptionGroup var options: QueueOptions

    @OptionGroup var messages: MessageOptions

    var isDebugging: Bool { messages.debug }

    mutating func validate() throws { try options.checkTogether() }

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        Signals.endOnBrokenPipe()
        diagnostics.announceTerminal("lines, one JSON object on each,", [options.catalog] + options.results)
        switch options.mode {
        case .compact(let age): try compact(olderThan: age, diagnostics)
        case .append(let journal): try append(to: journal, diagnostics)
        case .sums: try printSums(diagnostics)
        case .texts(let name): try printTexts(of: name, diagnostics)
        case .checkCatalog: return try checkCatalog(diagnostics) ? .success : .someFailed
        case .refresh:
            let isAny = try printRefresh(diagnostics)
            return options.check && isAny ? .someFailed : .success
        case .records, .next, .summary, .reasons: return try answer(diagnostics)
        }
        return .success
    }

    /// What was asked about the catalogue in the light of the results.
    private func answer(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        let journal = try readJournal(diagnostics.debug)
        for error in options.errors where !journal.knows(error: error.code) {
            throw .usage("'--error \(error.code)': there is no such error: tf-records(5) lists them, as in not_found")
        }
        diagnostics.debug?(options.choice)
        let problems = LineProblems(in: LineFile.name(of: options.catalog), diagnostics)
        let isAnythingLeft =
            switch options.mode {
            case .records: try printRecords(journal, problems)
            case .next: try printNext(summarize(journal, problems))
            case .summary: try printSummary(summarize(journal, problems))
            case .reasons: try printReasons(journal, problems)
            default: false
            }
        return options.check && isAnythingLeft ? .someFailed : .success
    }

    func readJournal(_ debug: ((String) -> Void)?) throws(ToolFailure) -> FoldedJournal {
        var journal = FoldedJournal()
        for path in options.results {
            try refusing { () throws(SystemError) in try read(path, into: &journal) }
            debug?("\(LineFile.name(of: path)): with it, the results tell of \(journal.paths.count) paths")
        }
        return journal
    }

    /// A journal that does not exist yet is an empty one.
    private func read(_ path: String, into journal: inout FoldedJournal) throws(SystemError) {
        do throws(SystemError) {
            var results = try LineFile(path)
            try journal.read(&results)
        } catch {
            guard error.isMissingFile else { throw error }
        }
    }

    /// Returns whether a record was printed.
    private func printRecords(
        _ journal: consuming FoldedJournal, _ problems: LineProblems
    ) throws(ToolFailure) -> Bool {
        let catalog = try refusing { () throws(SystemError) in try LineFile(options.catalog) }
        var queue = Queue(options.request, options.shares, catalog: catalog, journal: journal, output: try output()) {
            problems.note($0, line: $1)
        }
        try refusing { () throws(SystemError) in try queue.print() }
        try problems.finish(goodLines: queue.records)
        return queue.printed > 0
    }

    private func output() throws(ToolFailure) -> QueueOutput {
        guard let count = options.split, let folder = options.into else { return QueueOutput(LineOutput()) }
        do throws(SystemError) { return QueueOutput(try ShardFiles(count, in: folder)) } catch {
            guard error.code == ENOTEMPTY else { throw .refused(error) }
            throw .refused("'\(folder)': is not empty: name a new folder, as shards that are there may be in use")
        }
    }

    private func summarize(
        _ journal: consuming FoldedJournal, _ problems: LineProblems
    ) throws(ToolFailure) -> QueueSummary {
        try listCatalog(in: &journal, problems)
        return QueueSummary(
            journal, options.request.filter, tries: options.tries, now: SystemClock().now, began: options.began)
    }

    private func listCatalog(in journal: inout FoldedJournal, _ problems: LineProblems) throws(ToolFailure) {
        var records = 0
        try refusing { () throws(SystemError) in
            var catalog = try LineFile(options.catalog)
            records = try journal.list(&catalog) { problems.note($0, line: $1) }
        }
        try problems.finish(goodLines: records)
    }

    /// Returns whether anything is left to be tried.
    private func printNext(_ summary: QueueSummary) throws(ToolFailure) -> Bool {
        guard let next = summary.nextDue else { return false }
        // Whole seconds, for the shell's arithmetic.
        try StandardOutput.write("\(Int64(next))\n")
        return true
    }

    /// Returns whether anything is not there.
    private func printSummary(_ summary: QueueSummary) throws(ToolFailure) -> Bool {
        let renderer = QueueSummaryRenderer(summary, now: SystemClock().now)
        let width = StandardOutput.tableWidth
        try StandardOutput.write(
            options.json ? renderer.json() : options.plain ? renderer.plain() : renderer.table(width: width))
        return summary.notThere > 0
    }
}

// MARK: - What reads the results more than once

extension TFQueue {
    /// Returns whether a reason was printed.
    private func printReasons(_ journal: consuming FoldedJournal, _ problems: LineProblems) throws(ToolFailure) -> Bool
    {
        try listCatalog(in: &journal, problems)
        for path in options.results { try refuseUnlessPlain(path) }
        var last = LastResults(of: journal, options.request)
        let renderer = FailureRenderer(tries: options.tries)
        var output = LineOutput()
        var printed = 0
        try refusing { () throws(SystemError) in
            try last.find(in: options.results)
            try last.visit(options.results) { line throws(SystemError) in
                if options.json {
                    output.buffer.add(line: line.bytes)
                } else {
                    output.buffer.append(json: renderer.text(line).utf8)
                }
                printed += 1
                try output.lineEnded()
            }
            try output.flush()
        }
        return printed > 0
    }

    private func compact(olderThan age: Double, _ diagnostics: Diagnostics) throws(ToolFailure) {
        let journals = [options.catalog] + options.results
        for journal in journals { try refuseUnlessPlain(journal) }
        try refusing { () throws(SystemError) in
            var compaction = Compaction(of: journals, to: LineOutput())
            let now = SystemClock().now
            try compaction.write(keepingFrom: now - age, now: now)
            let name = journals.count == 1 ? LineFile.name(of: journals[0]) : "\(journals.count) files"
            diagnostics.say("\(name): \(compaction.written) of \(compaction.read) lines still count")
        }
    }

    func refuseUnlessPlain(_ path: String) throws(ToolFailure) {
        let isPlain = try refusing { () throws(SystemError) in
            do throws(SystemError) { return try LineFile(path).isPlainFile } catch {
                guard error.isMissingFile else { throw error }
                return true
            }
        }
        guard isPlain else { throw .refused("'\(path)' is not a plain file, and has to be read more than once") }
    }
}

// MARK: - What looks at one file

extension TFQueue {
    private func append(to journal: String, _ diagnostics: Diagnostics) throws(ToolFailure) {
        for path in [options.catalog] + options.results {
            let problems = LineProblems(in: LineFile.name(of: path), diagnostics)
            var appended = 0
            try refusing { () throws(SystemError) in
                var lines = try LineFile(path)
                var appender = try JournalAppender(to: journal, now: SystemClock().now)
                try appender.append(&lines) { problems.note($0, line: $1) }
                appended = appender.appended
            }
            try problems.finish(goodLines: 1)
            if appended == 0 && problems.hasAny {
                throw .refused("\(LineFile.name(of: path)): no line is a result or a mark")
            }
        }
    }

    /// Returns whether it is a catalogue.
    private func checkCatalog(_ diagnostics: Diagnostics) throws(ToolFailure) -> Bool {
        var check = CatalogCheck()
        try refusing { () throws(SystemError) in
            var catalog = try LineFile(options.catalog)
            try check.read(&catalog)
        }
        let name = LineFile.name(of: options.catalog)
        if let (line, problem) = check.firstOther { diagnostics.say("\(name): line \(line): \(problem)") }
        if let advice = check.advice { diagnostics.say("\(name): \(advice)") }
        try StandardOutput.write("records \(check.records)\nothers \(check.others)\n")
        return check.isCatalog
    }

    /// What a script would show or hand on: control characters, line feeds among them, are made visible.
    private func printTexts(of name: String, _ diagnostics: Diagnostics) throws(ToolFailure) {
        let problems = LineProblems(in: LineFile.name(of: options.catalog), diagnostics)
        let scanner = FieldScanner(names: [name])
        var output = LineOutput()
        try refusing { () throws(SystemError) in
            var lines = try LineFile(options.catalog)
            while let line = try lines.next() {
                do throws(LineError) {
                    try scanner.scan(line)
                    let value = scanner.kind(0) == .string ? try scanner.text(0) : scanner.raw(0)
                    guard let value else { continue }
                    output.buffer.append(json: (String(decoding: value, as: UTF8.self).printable + "\n").utf8)
                } catch {
                    problems.note(error, line: line.number)
                    continue
                }
                try output.lineEnded()
            }
            try output.flush()
        }
        try problems.finish(goodLines: 1)
    }

    private func printSums(_ diagnostics: Diagnostics) throws(ToolFailure) {
        let problems = LineProblems(in: LineFile.name(of: options.catalog), diagnostics)
        var sums = LineSums()
        try refusing { () throws(SystemError) in
            var lines = try LineFile(options.catalog)
            try sums.read(&lines) { problems.note($0, line: $1) }
        }
        try problems.finish(goodLines: 1)
        if sums.lines == 0 && problems.hasAny {
            throw .refused("\(LineFile.name(of: options.catalog)): no line is a JSON object")
        }
        try StandardOutput.write(sums.text)
    }
}
