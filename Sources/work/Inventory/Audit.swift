package import Journal
package import NDJSON
package import POSIX
internal import Records
internal import Store

/// The audit of a folder: for each record whose file should be there and is not, or is not whole, a line for the
/// journal that queues it again.
package struct Audit: ~Copyable {
    private var journal: FoldedJournal
    private let inspector: any FileJudge
    private let now: Double
    private var output: LineOutput
    /// Only what the results say is there has to be there.
    private let knowsResults: Bool
    private let catalogScanner = CatalogScanner()
    private let line = LineScanner<Field>()

    /// How many lines of the catalogue were records.
    package private(set) var records = 0
    /// How many files were checked.
    package private(set) var checked = 0

    /// - Parameters:
    ///   - journal: of the results; nil: every record's file has to be there.
    ///   - now: Unix seconds.
    package init(
        _ inspector: any FileJudge, against journal: consuming FoldedJournal?, now: Double,
        to output: consuming LineOutput
    ) {
        self.now = now
        knowsResults = journal != nil
        self.journal = journal ?? FoldedJournal()
        self.inspector = inspector
        self.output = output
    }

    /// - Parameters:
    ///   - problem: receives what is wrong with a line of the catalogue, and its number.
    ///   - found: receives the path of each file that is not as it should be.
    package mutating func run(
        _ catalog: inout LineFile, problem: (CatalogLineError, _ line: Int) -> Void,
        found: (_ path: String, FileInspector.Finding) -> Void
    ) throws(SystemError) {
        while let raw = try catalog.next() {
            do throws(CatalogLineError) {
                let number = try catalogScanner.enter(raw, in: &journal)
                records += 1
                let state = journal[number].state(tries: 1)
                guard let finding = finding(raw, isThere: state.isThere, bytes: journal[number].bytes) else { continue }
                found(line.string(ifAny: .path) ?? "", finding)
                add(finding, knownAt: journal.knownAt(number))
            } catch {
                problem(error, raw.number)
                continue
            }
            try output.lineEnded()
        }
        try output.flush()
    }

    /// - Parameters:
    ///   - isThere: whether the results say so.
    ///   - bytes: that they say of it; 0 where they do not.
    private mutating func finding(_ raw: RawLine, isThere: Bool, bytes: Int64) -> FileInspector.Finding? {
        guard isThere || !knowsResults, line.accepts(raw) else { return nil }
        checked += 1
        return inspector.finding(line, downloaded: isThere && bytes > 0 ? bytes : nil)
    }

    /// - Parameter knownAt: the time of the latest line about the record, whose writer's clock may be ahead.
    private mutating func add(_ finding: FileInspector.Finding, knownAt: Double?) {
        let replaced = NameSet<Field>.lastTry.union(.signature).union([.attempt, .knownAt])
        output.buffer.open(copying: line, without: replaced)
        output.buffer.add(Field.status, Status.queued.rawValue)
        output.buffer.add(Field.error, finding.flaw.rawValue)
        output.buffer.add(Field.message, finding.message)
        output.buffer.add(Field.finishedAt, milliseconds: now)
        if let knownAt { output.buffer.add(Field.knownAt, milliseconds: knownAt) }
        output.buffer.close()
    }
}
