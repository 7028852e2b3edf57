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

    @Flag(help: "With --deep: rename a file that has another hash to NAME.rotten, so that it is not taken for whole.")
    var renameRotten = false

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
        if renameRotten && (!isDeep || hasRemote) { throw ValidationError("'--rename-rotten' needs '--deep'") }
    }

    var threads: Int { jobs ?? Processors.count }

    var pace: ReadPace? { rateLimit.map { ReadPace(bytesPerSecond: $0.value) } }
}

extension TFFiles {
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

    /// An audit that hashes files.
    func deepAudit(_ diagnostics: Diagnostics) throws(ToolFailure) -> Audit {
        let hashing = options.hashing
        let inspector = FileInspector(
            try openFolder(), options.verification, pace: hashing.pace, renamesRotten: hashing.renameRotten)
        let versions = try refusing(readVersions)
        let clock = SystemClock()
        let found = try hashing.checked.map { path throws(ToolFailure) in
            try refusing { () throws(SystemError) in try CheckedFiles(path, clock) }
        }
        if let count = found?.count, count > 0 {
            diagnostics.say("goes on behind \(count) files that a check found whole before it was broken off")
        }
        return try Audit(
            inspector, threads: hashing.threads, against: refusing(readJournal), versions, found, now: clock.now,
            to: LineOutput())
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
