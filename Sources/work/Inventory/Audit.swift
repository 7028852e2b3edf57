package import Journal
package import NDJSON
package import POSIX
internal import Records
internal import Store

/// The audit of a folder: for each record whose file should be there and is not, or is not whole, a line for the
/// journal that queues it again.
package struct Audit: ~Copyable {
    private var journal: FoldedJournal
    private let versions: FileVersions
    private let auditor: RecordAuditor
    /// Renames rotten files; nil where none is to be renamed.
    private let inspector: FileInspector?
    /// The records whose files are rotten. These lose their names at the end, just before the lines about them are in
    /// the journal: an audit that was broken off has hidden no file.
    private var rotten: [RecordAuditor.Verdict] = []
    /// Threads that check files; nil: this one does.
    private let workers: OrderedWorkers<RecordAuditor.Task, RecordAuditor.Verdict>?
    private let threads: Int
    private var output: LineOutput
    /// What an earlier audit has found whole, and this one does.
    private let found: CheckedFiles?
    /// Only what the results say is there has to be there.
    private let knowsResults: Bool
    private let catalogScanner = CatalogScanner()

    /// How many lines of the catalogue were records.
    package private(set) var records = 0
    /// How many files were checked.
    package private(set) var checked = 0
    /// How many were not, as an audit that was broken off had checked them.
    package private(set) var passed = 0

    /// So many files for each thread are handed out at a time: one large file does not keep the others waiting.
    private static let ahead = 16

    /// - Parameters:
    ///   - journal: of the results; nil: every record's file has to be there.
    ///   - now: Unix seconds.
    package init(
        _ judge: any FileJudge, against journal: consuming FoldedJournal?, now: Double,
        to output: consuming LineOutput
    ) {
        knowsResults = journal != nil
        self.journal = journal ?? FoldedJournal()
        auditor = RecordAuditor(judge, now: now)
        versions = FileVersions()
        (workers, threads, found, inspector) = (nil, 1, nil, nil)
        self.output = output
    }

    /// The same with several threads, which hash files.
    ///
    /// - Parameters:
    ///   - versions: what the results say that files hash to.
    ///   - found: what an earlier audit that was broken off has left.
    package init(
        _ inspector: FileInspector, threads: Int, against journal: consuming FoldedJournal?,
        _ versions: consuming FileVersions, _ found: CheckedFiles?, now: Double, to output: consuming LineOutput
    ) {
        knowsResults = journal != nil
        self.journal = journal ?? FoldedJournal()
        self.versions = versions
        auditor = RecordAuditor(inspector, now: now)
        workers = OrderedWorkers(threads: threads) {
            let auditor = RecordAuditor(inspector, now: now)
            return { auditor.check($0) }
        }
        (self.threads, self.found, self.inspector) = (threads, found, inspector)
        self.output = output
    }

    /// - Parameters:
    ///   - problem: receives what is wrong with a line of the catalogue, and its number.
    ///   - report: receives the path of each file that is not as it should be.
    package mutating func run(
        _ catalog: inout LineFile, problem: (CatalogLineError, _ line: Int) -> Void,
        found report: (_ path: String, FileInspector.Finding) -> Void
    ) throws(SystemError) {
        while let raw = try catalog.next() {
            let number: Int
            do throws(CatalogLineError) { number = try catalogScanner.enter(raw, in: &journal) } catch {
                problem(error, raw.number)
                continue
            }
            records += 1
            guard let task = task(raw, number) else { continue }
            guard let workers else {
                try take(auditor.check(task), report)
                continue
            }
            workers.begin(task)
            if workers.underWay >= threads * Self.ahead { try take(workers.next(), report) }
        }
        while let workers, workers.underWay > 0 { try take(workers.next(), report) }
        for verdict in rotten {
            guard let inspector, let finding = verdict.finding else { continue }
            let renamed = inspector.rename(finding)
            try tell(auditor.verdict(verdict.task, verdict.path, renamed), renamed, report)
        }
        try output.flush()
        found?.finish()
    }

    /// Nil where nothing has to be there, or it was checked.
    private mutating func task(_ raw: RawLine, _ number: Int) -> RecordAuditor.Task? {
        let outcome = journal[number]
        let isThere = outcome.state(tries: 1).isThere
        guard isThere || !knowsResults, let path = catalogScanner.line.text(ifAny: .path) else { return nil }
        if let found, found.has(path) {
            passed += 1
            return nil
        }
        checked += 1
        var fetched = FetchedFile(bytes: isThere && outcome.bytes > 0 ? outcome.bytes : nil)
        if isThere, let version = versions[path] {
            (fetched.md5, fetched.sha256) = (version.md5, version.sha256)
        }
        return RecordAuditor.Task(line: raw.copy, fetched: fetched, knownAt: journal.knownAt(number))
    }

    private mutating func take(
        _ verdict: RecordAuditor.Verdict, _ report: (_ path: String, FileInspector.Finding) -> Void
    ) throws(SystemError) {
        guard let finding = verdict.finding else {
            try found?.add(verdict.path)
            return
        }
        guard finding.rotten.isEmpty else { return rotten.append(verdict) }
        try tell(verdict, finding, report)
    }

    private mutating func tell(
        _ verdict: RecordAuditor.Verdict, _ finding: FileInspector.Finding,
        _ report: (_ path: String, FileInspector.Finding) -> Void
    ) throws(SystemError) {
        report(verdict.path, finding)
        output.buffer.append(json: verdict.mark)
        try output.lineEnded()
    }
}

/// Checks the file of one record after the other, on one thread.
private final class RecordAuditor {
    struct Task: Sendable {
        let line: [UInt8]
        let fetched: FetchedFile
        /// The time of the latest line about the record, whose writer's clock may be ahead.
        let knownAt: Double?
    }

    struct Verdict: Sendable {
        let path: String
        let finding: FileInspector.Finding?
        /// The line that queues the record again, if there is a finding.
        let mark: [UInt8]
        let task: Task
    }

    private let judge: any FileJudge
    private let now: Double
    private let line = LineScanner<Field>()

    init(_ judge: any FileJudge, now: Double) { (self.judge, self.now) = (judge, now) }

    func check(_ task: Task) -> Verdict {
        // The catalogue's scanner has read it before.
        guard (try? line.scan(task.line)) != nil else { return Verdict(path: "", finding: nil, mark: [], task: task) }
        let path = line.string(ifAny: .path) ?? ""
        guard let finding = judge.finding(line, fetched: task.fetched) else {
            return Verdict(path: path, finding: nil, mark: [], task: task)
        }
        return Verdict(path: path, finding: finding, mark: mark(finding, task.knownAt), task: task)
    }

    /// The same of a finding that has changed.
    func verdict(_ task: Task, _ path: String, _ finding: FileInspector.Finding) -> Verdict {
        guard (try? line.scan(task.line)) != nil else { return Verdict(path: path, finding: nil, mark: [], task: task) }
        return Verdict(path: path, finding: finding, mark: mark(finding, task.knownAt), task: task)
    }

    private func mark(_ finding: FileInspector.Finding, _ knownAt: Double?) -> [UInt8] {
        var buffer = LineBuffer()
        let replaced = NameSet<Field>.lastTry.union(.signature).union([.attempt, .knownAt])
        buffer.open(copying: line, without: replaced)
        buffer.add(Field.status, Status.queued.rawValue)
        buffer.add(Field.error, finding.flaw.rawValue)
        buffer.add(Field.message, finding.message)
        buffer.add(Field.finishedAt, milliseconds: now)
        if let knownAt { buffer.add(Field.knownAt, milliseconds: knownAt) }
        buffer.close()
        return buffer.bytes
    }
}
