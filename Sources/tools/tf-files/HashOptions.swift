import ArgumentParser
import Glibc
import Inventory
import Journal
import NDJSON
import POSIX
import Records
import Store
import ToolSupport

/// The options about reading and hashing many files.
struct HashOptions: ParsableArguments {
    enum Manifest: String, CaseIterable, ExpressibleByArgument {
        case sha256sum, bagit
    }

    @Option(
        help: ArgumentHelp(
            "Print the SHA-256 of the files, as 'sha256sum -c' reads it, or make a bag of them (RFC 8493).",
            valueName: "kind"))
    var manifest: Manifest?

    @Option(
        help: ArgumentHelp("With --manifest bagit: the bag, a new folder beside that of the files.", valueName: "dir"),
        completion: .directory)
    var bag: String?

    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: ArgumentHelp("Files that are hashed at one time; else one for each processor.", valueName: "n"))
    var jobs: Int?

    @Option(help: ArgumentHelp("Bytes a second that are read to be hashed.", valueName: "bytes"))
    var rateLimit: ByteCount?

    @Option(
        help: ArgumentHelp(
            "With --deep: note here what was found whole, and leave out what an earlier check that was broken off has "
                + "noted. The file is removed at the end.", valueName: "file"))
    var checked: String?

    @Flag(help: "With --checked: leave the file there at the end, until what was found is stored safely.")
    var keepChecked = false

    @Option(
        help: ArgumentHelp(
            "Rename the files of which --deep has printed that they have another hash to NAME.rotten, so that they are not "
                + "taken for whole, and print the lines for the journal.", valueName: "lines"))
    var renameRotten: String?

    init() {}

    func check(isDeep: Bool, isOther: Bool, hasRemote: Bool) throws {
        if let jobs, !(1...256).contains(jobs) { throw ValidationError("'--jobs' must be from 1 to 256") }
        if let rateLimit, rateLimit.value < 1 { throw ValidationError("'--rate-limit' must be at least 1") }
        if manifest != nil && (isDeep || isOther || hasRemote) {
            throw ValidationError("'--manifest' cannot be combined with what checks, lists or removes files")
        }
        if (manifest == .bagit) != (bag != nil) {
            throw ValidationError("'--manifest bagit' and '--bag' need each other")
        }
        let hashes = manifest != nil || isDeep && !hasRemote
        if (jobs != nil || rateLimit != nil) && !hashes {
            throw ValidationError("'--jobs' and '--rate-limit' need '--deep' or '--manifest'")
        }
        if checked != nil && (!isDeep || hasRemote) { throw ValidationError("'--checked' needs '--deep'") }
        if keepChecked && checked == nil { throw ValidationError("'--keep-checked' needs '--checked'") }
        if renameRotten != nil && (manifest != nil || isDeep || isOther || hasRemote) {
            throw ValidationError("'--rename-rotten' cannot be combined with what checks, lists or removes files")
        }
    }

    var threads: Int { jobs ?? Processors.count }

    var pace: ReadPace? { rateLimit.map { ReadPace(bytesPerSecond: $0.value) } }
}

extension TFFiles {
    /// Nil where no results were named.
    func readJournal() throws(SystemError) -> FoldedJournal? {
        guard !options.results.isEmpty else { return nil }
        var journal = FoldedJournal()
        for path in options.results {
            do throws(SystemError) {
                var results = try LineFile(path)
                try journal.read(&results)
            } catch {
                // A journal that does not exist yet is an empty one.
                guard error.code == ENOENT else { throw error }
            }
        }
        return journal
    }

    /// What the results say that files hash to; those that can be read only once say nothing.
    func readVersions() throws(SystemError) -> FileVersions {
        var versions = FileVersions()
        for path in options.results where path != "-" {
            do throws(SystemError) {
                var results = try LineFile(path)
                if results.isPlainFile { try versions.read(&results) }
            } catch { guard error.isMissingFile else { throw error } }
        }
        return versions
    }

    /// Checks the files of a catalogue by their hashes. Returns how it went once it has come to its end.
    func checkDeeply(
        _ path: String, _ diagnostics: Diagnostics, problem: (CatalogLineError, _ line: Int) -> Void,
        found report: (_ path: String, FileInspector.Finding) -> Void
    ) throws(ToolFailure) -> (records: Int, checked: Int) {
        let hashing = options.hashing
        let shown = try refusing { () throws(SystemError) in try DeepProgress(diagnostics.display, diagnostics) }
        defer { shown.end() }
        let clock = SystemClock()
        let notes = try hashing.checked.map { path throws(ToolFailure) in
            try refusing { () throws(SystemError) in try CheckedFiles(path, isKept: hashing.keepChecked, clock) }
        }
        if let count = notes?.count, count > 0 {
            diagnostics.say("goes on behind \(count) files that a check found whole before it was broken off")
        }
        let progress = AuditProgress()
        let inspector = FileInspector(
            try openFolder(), options.verification, pace: hashing.pace, notes: notes, progress: progress)
        return try refusing { () throws(SystemError) in
            let journal = try readJournal()
            var catalog = try LineFile(path)
            let work = catalog.isPlainFile ? try AuditWork(&catalog, journal) : nil
            var audit = try Audit(
                inspector, threads: hashing.threads, against: journal, readVersions(), notes, progress, now: clock.now,
                to: LineOutput())
            shown.begin(progress, work) { notes?.flush() }
            try audit.run(&catalog, problem: problem, found: report)
            return (audit.records, audit.checked)
        }
    }

    /// Renames the rotten files that a check has printed, and prints the lines for the journal.
    func renameRotten(
        of path: String, _ diagnostics: Diagnostics, _ told: inout FirstMessages
    ) throws(ToolFailure) -> ToolStatus {
        let files = RottenFiles(in: MoveFolder(try openFolder()))
        let areAllRenamed = try refusing { () throws(SystemError) in
            var lines = try LineFile(path)
            var output = LineOutput()
            return try files.run(&lines, to: &output) { told.say("'\($0)': \($1)") }
        }
        told.finish { "\($0) more are like these" }
        return areAllRenamed ? .success : .someFailed
    }

    /// Returns whether a file is missing.
    func writeManifest(
        of path: String, _ diagnostics: Diagnostics, _ told: inout FirstMessages
    ) throws(ToolFailure) -> Bool {
        let problems = LineProblems(in: LineFile.name(of: path), diagnostics)
        let folder = try openFolder()
        var hashed = try HashedFiles(
            in: folder, threads: options.hashing.threads, pace: options.hashing.pace, refusing(readJournal),
            refusing(readVersions))
        let bag = try bag(of: folder)
        var lines = ManifestLines()
        try refusing { () throws(SystemError) in
            var catalog = try LineFile(path)
            try hashed.visit(&catalog) {
                problems.note($0, line: $1)
            } missing: {
                told.say("'\($0)': \($1)")
            } _: { entry throws(SystemError) in
                if let bag { try bag.add(entry) } else { try lines.add(entry) }
            }
            try lines.flush()
            try bag?.finish(date: String(UnixTime.now.text.prefix(10)))
        }
        try problems.finish(goodLines: hashed.records)
        told.finish { "\($0) more are like these" }
        return told.count > 0
    }

    private func bag(of folder: OutputFolder) throws(ToolFailure) -> Bag? {
        guard let path = options.hashing.bag else { return nil }
        do throws(SystemError) { return try Bag(path, of: folder, by: "tf-files \(Suite.version)") } catch {
            switch error.code {
            case ENOTEMPTY: throw .usage("'\(path)': is not empty: name a new folder with --bag")
            case EXDEV:
                throw .usage(
                    "'\(path)': is on another file system than the files: name a folder beside theirs with --bag")
            default: throw .usage("\(error): name another folder with --bag")
            }
        }
    }
}

/// Lines as `sha256sum` prints and reads them.
private struct ManifestLines: ~Copyable {
    private var output = LineOutput()

    mutating func add(_ entry: HashedFiles.Entry) throws(SystemError) {
        let path = entry.place.text
        let isEscaped = path.utf8.contains { $0 == 0x0A || $0 == UInt8(ascii: "\\") }
        let name = path.escaped { [0x0A: "\\n", UInt8(ascii: "\\"): "\\\\"][$0] }
        output.buffer.append(json: "\(isEscaped ? "\\" : "")\(entry.sha256)  \(name)\n".utf8)
        try output.lineEnded()
    }

    mutating func flush() throws(SystemError) { try output.flush() }
}
