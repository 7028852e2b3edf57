package import NDJSON
package import POSIX
internal import Records

/// Which files are to be asked for again, whether or not they have changed.
package struct RefreshRequest: Sendable {
    /// Seconds; those that the origin has confirmed since then are left alone.
    package let age: Double
    /// Unix seconds when the run began that asks, from which the age is counted: what a run has asked for it does not
    /// ask for again. Nil: no run does.
    package let began: Double?
    /// Whether those are left out that the run has to wait for, or has given up.
    package let isDue: Bool
    package let filter: QueueFilter
    /// After how many tries a run gives a file up.
    package let tries: Int
    /// How many records at most.
    package let limit: Int
    /// Unix seconds.
    package let now: Double

    package init(
        age: Double, began: Double?, isDue: Bool, _ filter: QueueFilter, tries: Int, limit: Int, now: Double
    ) {
        (self.age, self.began, self.isDue, self.filter) = (age, began, isDue, filter)
        (self.tries, self.limit, self.now) = (tries, limit, now)
    }

    func isOld(_ version: FileVersions.Version?) -> Bool { (version?.confirmedAt ?? 0) < (began ?? now) - age }

    /// Unix seconds from which on it may be asked for; nil: not in this run.
    func dueAt(_ version: FileVersions.Version?) -> Double? {
        guard let failure = failure(version), failure.error != ErrorCode.interrupted.rawValue else { return 0 }
        guard failure.error != ErrorCode.unsigned.rawValue, failure.isRetryable, failure.attempt < tries else {
            return nil
        }
        return failure.retryAt ?? 0
    }

    /// How it failed last in this run.
    func failure(_ version: FileVersions.Version?) -> FileVersions.Failure? {
        guard let failure = version?.failure, failure.time >= began ?? .infinity else { return nil }
        return failure
    }
}

/// The records whose files are there, for `tf-fetch --refresh`: the lines of a catalogue, with what the results know of
/// the version that was fetched.
package struct RefreshQueue: ~Copyable {
    private let request: RefreshRequest
    private var journal: FoldedJournal
    private let versions: FileVersions
    private let scanner = CatalogScanner()
    private let line = LineScanner<Field>()

    /// How many records were printed.
    package private(set) var printed = 0
    /// How many lines of the catalogue were records.
    package private(set) var records = 0
    /// Unix seconds when the first of those falls due that are not due yet; nil: there are none.
    package private(set) var nextDue: Double?

    package init(
        _ request: RefreshRequest, _ journal: consuming FoldedJournal, _ versions: consuming FileVersions
    ) {
        self.request = request
        self.journal = journal
        self.versions = versions
    }

    /// - Parameters:
    ///   - shares: how many records of hosts that do not serve are printed; nil: as many as of others.
    ///   - output: nil: nothing is printed, and `nextDue` tells what was found.
    ///   - problem: receives what is wrong with a line of the catalogue, and its number.
    package mutating func print(
        _ catalog: inout LineFile, _ shares: consuming HostShares?, to output: inout LineOutput,
        isQuiet: Bool = false, problem: (CatalogLineError, _ line: Int) -> Void
    ) throws(SystemError) {
        var shares = shares
        while printed < request.limit, let raw = try catalog.next() {
            let number: Int
            do throws(CatalogLineError) { number = try scanner.enter(raw, in: &journal) } catch {
                problem(error, raw.number)
                continue
            }
            records += 1
            guard journal[number].state(tries: request.tries).isThere,
                request.filter.takes(journal[number], in: journal), line.accepts(raw),
                let path = line.text(ifAny: .path)
            else { continue }
            let version = versions[path]
            guard request.isOld(version), takes(version), shares?.takes(raw) ?? true, !isQuiet else { continue }
            add(version, knownAt: journal.knownAt(number), to: &output.buffer)
            printed += 1
            try output.lineEnded()
        }
        try output.flush()
    }

    private mutating func takes(_ version: FileVersions.Version?) -> Bool {
        guard request.isDue else { return true }
        guard let time = request.dueAt(version) else { return false }
        nextDue = min(nextDue ?? .infinity, max(time, request.now))
        return time <= request.now
    }

    /// What the catalogue says of the object may be of a later version than the file.
    private func add(_ version: FileVersions.Version?, knownAt: Double?, to buffer: inout LineBuffer) {
        let replaced = NameSet<Field>.lastTry.union(.signature).union([.attempt, .knownAt, .etag, .modified])
        buffer.open(copying: line, without: replaced)
        if let attempt = request.failure(version)?.attempt, attempt > 0 { buffer.add(Field.attempt, attempt) }
        if let etag = version?.etag { buffer.add(Field.etag, etag) }
        if let modified = version?.modified { buffer.add(Field.modified, modified) }
        if let knownAt { buffer.add(Field.knownAt, milliseconds: knownAt) }
        buffer.close()
    }
}
