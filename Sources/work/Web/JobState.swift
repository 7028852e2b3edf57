internal import Glibc
internal import Journal
internal import NDJSON
internal import POSIX
internal import Records

/// A job, as its state folder shows it.
struct JobState {
    private let folder: ServiceFolder
    private let now: Double
    private let catalog: FileStamp?
    private let journal: FileStamp?
    private let statistics: FileStamp?
    private let active: FileStamp?
    private let report: FileStamp?
    private let lock: FileStamp?
    /// Of a run that has any.
    private let fleet: Fleet?
    /// Whether a run is in progress.
    let isWorkedOn: Bool

    /// How long statistics may lag behind the journal of a run: they are written again every few seconds. Older ones
    /// are no longer kept up.
    private static let mostLag = 30.0
    private static let longestPlan = 1 << 16

    init(_ folder: ServiceFolder, now: Double) throws(SystemError) {
        self.folder = folder
        self.now = now
        // The lock first: of a run that ends meanwhile the files are then the last ones.
        isWorkedOn = try Self.isLocked(folder.state + "/lock")
        catalog = try FileStamp(folder.state + "/catalog.ndjson")
        journal = try FileStamp(folder.state + "/results.ndjson")
        statistics = try FileStamp(folder.state + "/stats.json")
        active = try FileStamp(folder.state + "/active.json")
        report = try FileStamp(folder.state + "/report.html")
        lock = try FileStamp(folder.state + "/lock")
        fleet = isWorkedOn ? try Fleet(folder.state + "/hosts", now: now) : nil
    }

    /// Changes whenever what is shown of the job does: made of which files these are, and of when they were written.
    /// Nothing has to be read for it.
    var tag: String {
        let present = isActive ? active : nil
        let files = isSnapshotCurrent ? [statistics] : [catalog, journal]
        let hosts = fleet.map { "_\($0.tag)" } ?? ""
        return "\"" + (files + [present]).map { $0?.text ?? "-" }.joined(separator: "_") + hosts
            + (isWorkedOn ? "_r\"" : "\"")
    }

    /// The state of every file of the catalogue; what runs now included.
    func summary() throws(SystemError) -> Summary {
        var summary: Summary
        if let snapshot = try snapshot() { summary = snapshot } else { summary = try fold() }
        summary.isWorkedOn = isWorkedOn
        summary.active = try isActive ? activeRun() : nil
        if let fleet { summary.take(fleet) }
        return summary
    }

    /// What the last catalogue came to, as `tf-catalog --plan` wrote it.
    func plan() throws(SystemError) -> CatalogPlan? {
        guard let text = try Self.read(folder.state + "/plan.json", limit: Self.longestPlan) else { return nil }
        return CatalogPlan(text)
    }

    /// The process that runs the job.
    func process() throws(SystemError) -> Int64? {
        guard isWorkedOn, let text = try Self.read(folder.state + "/lock", limit: 64) else { return nil }
        return Int64(String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self))
    }

    /// For how long the run has been in progress: it writes its process number into the lock when it begins.
    var runSeconds: Double? { isWorkedOn ? lock.map { max(0, now - $0.modified) } : nil }

    var hasReport: Bool { report.map { $0.size > 0 } ?? false }

    // MARK: - Statistics

    /// Whether the statistics are of this catalogue and this journal. A journal grows without them when someone
    /// appends to it by hand, or the run was killed.
    private var isSnapshotCurrent: Bool {
        guard let statistics, let catalog, statistics.modified >= catalog.modified else { return false }
        guard let journal, statistics.modified < journal.modified else { return true }
        return isWorkedOn && now - statistics.modified <= Self.mostLag
    }

    private func snapshot() throws(SystemError) -> Summary? {
        guard isSnapshotCurrent else { return nil }
        return try KeptStatistics(in: folder).summary(of: folder.state + "/stats.json", now: now)
    }

    private func fold() throws(SystemError) -> Summary {
        let journal = try folded()
        let tries = try folder.tries() ?? FileState.usualTries
        return Summary(journal, againstCatalog: true, tries: tries, now: now)
    }

    private func folded() throws(SystemError) -> FoldedJournal {
        var journal = FoldedJournal(triesOfListed: true)
        if catalog != nil {
            var lines = try LineFile(folder.state + "/catalog.ndjson")
            try journal.list(&lines) { _, _ in }
        }
        if self.journal != nil {
            var lines = try LineFile(folder.state + "/results.ndjson")
            try journal.read(&lines)
        }
        return journal
    }

    // MARK: - What runs

    private var isActive: Bool { active.map { now - $0.modified <= ProgressField.validity } ?? false }

    private func activeRun() throws(SystemError) -> ActiveRun? {
        try Self.read(folder.state + "/active.json", limit: ActiveRun.longestDocument).flatMap {
            ActiveRun($0, now: now)
        }
    }

    private static func isLocked(_ path: String) throws(SystemError) -> Bool {
        do throws(SystemError) { return try !File(reading: path).tryLock(shared: true) } catch {
            guard error.isMissingFile else { throw error }
            return false
        }
    }

    /// Nil where there is no such file.
    private static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8]? {
        do throws(SystemError) { return try File(reading: path).readAll(limit: limit) } catch {
            guard error.isMissingFile else { throw error }
            return nil
        }
    }
}

/// Which file it is, how long, and when it was written: files that are replaced whole have a new one each time.
struct FileStamp: Equatable {
    let text: String
    /// Unix seconds.
    let modified: Double
    let size: Int64

    /// Nil where there is no such file.
    init?(_ path: String) throws(SystemError) {
        do throws(SystemError) { self = try FileStamp(File(reading: path)) } catch {
            guard error.isMissingFile else { throw error }
            return nil
        }
    }

    init(_ file: File) throws(SystemError) {
        let status = try file.status()
        let time = status.st_mtim
        size = Int64(status.st_size)
        let (device, inode) = (Int64(bitPattern: UInt64(status.st_dev)), Int64(bitPattern: UInt64(status.st_ino)))
        text = [device, inode, size, Int64(time.tv_sec), Int64(time.tv_nsec)]
            .map { String($0, radix: 36) }.joined(separator: ".")
        modified = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
