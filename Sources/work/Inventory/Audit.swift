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
    /// Threads that check files; nil: this one does.
    private let workers: OrderedWorkers<RecordAuditor.Task, RecordAuditor.Verdict>?
    private let threads: Int
    private var output: LineOutput
    /// What the inspector notes.
    private let found: CheckedFiles?
    /// Only what the results say is there has to be there.
    private let knowsResults: Bool
    private let catalogScanner = CatalogScanner()

    /// How many lines of the catalogue were records.
    package private(set) var records = 0
    private var begun = 0

    /// How many files were checked; not those that an audit which was broken off had checked.
    package var checked: Int { begun - (found?.passed ?? 0) }

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
        (workers, threads, found) = (nil, 1, nil)
        self.output = output
    }

    /// The same with several threads, which hash files.
    ///
    /// - Parameters:
    ///   - versions: what the results say that files hash to.
    ///   - found: what the inspector notes.
    ///   - progress: is told of each file that was checked.
    package init(
        _ inspector: FileInspector, threads: Int, against journal: consuming FoldedJournal?,
        _ versions: consuming FileVersions, _ found: CheckedFiles?, _ progress: AuditProgress? = nil, now: Double,
        to output: consuming LineOutput
    ) {
        knowsResults = journal != nil
        self.journal = journal ?? FoldedJournal()
        self.versions = versions
        auditor = RecordAuditor(inspector, now: now)
        workers = OrderedWorkers(threads: threads) {
            let auditor = RecordAuditor(inspector, progress, now: now)
            return { auditor.check($0) }
        }
        (self.threads, self.found) = (threads, found)
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
        try output.flush()
        try found?.finish()
    }

    /// Nil where nothing has to be there, or it was checked.
    private mutating func task(_ raw: RawLine, _ number: Int) -> RecordAuditor.Task? {
        let outcome = journal[number]
        let isThere = outcome.state(tries: 1).isThere
        guard isThere || !knowsResults, let path = catalogScanner.line.text(ifAny: .path) else { return nil }
        begun += 1
        var fetched = FetchedFile(bytes: isThere && outcome.bytes > 0 ? outcome.bytes : nil)
        if isThere, let version = versions[path] {
            (fetched.md5, fetched.sha256) = (version.md5, version.sha256)
        }
        return RecordAuditor.Task(line: raw.copy, fetched: fetched, knownAt: journal.knownAt(number))
    }

    private mutating func take(
        _ verdict: RecordAuditor.Verdict, _ report: (_ path: String, FileInspector.Finding) -> Void
    ) throws(SystemError) {
        if let failure = found?.failure { throw failure }
        guard let finding = verdict.finding else { return }
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
    }

    private let judge: any FileJudge
    private let progress: AuditProgress?
    private let now: Double
    private let line = LineScanner<Field>()

    init(_ judge: any FileJudge, _ progress: AuditProgress? = nil, now: Double) {
        (self.judge, self.progress, self.now) = (judge, progress, now)
    }

    func check(_ task: Task) -> Verdict {
        // The catalogue's scanner has read it before.
        guard (try? line.scan(task.line)) != nil else { return Verdict(path: "", finding: nil, mark: []) }
        let path = line.string(ifAny: .path) ?? ""
        let finding = judge.finding(line, fetched: task.fetched)
        progress?.end(isWhole: finding == nil)
        guard let finding else { return Verdict(path: path, finding: nil, mark: []) }
        // What is not there, or is too short, is not read.
        if finding.rotten.isEmpty { progress?.passOver(line.integer(ifAny: .size) ?? task.fetched.bytes ?? 0) }
        return Verdict(path: path, finding: finding, mark: mark(finding, task.knownAt))
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
        buffer.add(finding.rotten)
        buffer.close()
        return buffer.bytes
    }
}
