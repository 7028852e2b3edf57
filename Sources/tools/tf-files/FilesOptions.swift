import ArgumentParser
import Glibc
import Inventory
import Journal
import POSIX
import Records
import Store
import ToolSupport

/// What the user asks of tf-files.
struct FilesOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The folder of the files.", valueName: "dir"))
    var folder = "."

    @Flag(help: "Read and hash the files, where the record or the results have a hash.")
    var deep = false

    @Option(help: "How closely files are checked.")
    var verify = Verification.Level.structure

    @Flag(name: .customLong("etag-is-md5"), help: "Take an ETag of 32 hexadecimal digits for the MD5.")
    var etagIsMD5 = false

    @OptionGroup(title: "Hashing") var hashing: HashOptions

    @Flag(help: "Accept links in place of folders.")
    var allowLinks = false

    @Flag(help: "Print what is in the folder and does not belong to any record.")
    var strangers = false

    @Option(
        help: ArgumentHelp(
            "With --strangers: move the files to this folder, each below the same path.", valueName: "dir"))
    var setAside: String?

    @Option(
        help: ArgumentHelp(
            "With --set-aside: move nothing if there are more strangers than this percentage of the files, as in 5%, or "
                + "this number.", valueName: "limit"))
    var atMost: StrangerLimit?

    @Flag(help: "Print a plan of the files that have to be renamed for the catalogue.")
    var moves = false

    @Option(
        help: ArgumentHelp(
            "With --moves: the catalogue that the files were fetched by, beside what the results say.",
            valueName: "file"))
    var oldCatalog: String?

    @Option(help: ArgumentHelp("Rename the files of a plan, and print lines for the journal.", valueName: "plan"))
    var move: String?

    @Flag(help: "Print the parts that unfinished fetches left behind.")
    var parts = false

    @Flag(help: "Remove the records' files; with --parts, the parts.")
    var remove = false

    @Option(
        help: ArgumentHelp(
            "Print what a run would do, as JSON: what is there, what is left, and what that weighs. The file is what "
                + "tf-catalog --plan printed.", valueName: "file"))
    var plan: String?

    @Option(help: ArgumentHelp("With --plan: after how many tries a record has failed for good.", valueName: "n"))
    var tries: Int?

    @Option(help: ArgumentHelp("With --plan: how long it takes at so many bytes a second.", valueName: "bytes"))
    var rate: ByteCount?

    @Option(
        help: ArgumentHelp(
            "With --plan: check the files of what is left, and append results to this file for those that are there.",
            valueName: "file"))
    var found: String?

    @Option(help: ArgumentHelp("Print how many bytes can still be written below a folder, or null.", valueName: "dir"))
    var free: String?

    @Option(help: ArgumentHelp("Check that files can be made in a folder, by making one.", valueName: "dir"))
    var writable: String?

    @Option(
        help: ArgumentHelp(
            "Check what a store has, in place of a folder, by one listing through rclone.", valueName: "remote"))
    var remote: String?

    @Flag(help: "With --remote: print a result for each record whose file the store has.")
    var there = false

    @Argument(help: ArgumentHelp("The catalogue, as tf-catalog wrote it; - is standard input.", valueName: "catalog"))
    var catalog: String?

    @Argument(help: ArgumentHelp("Results: only what they say is there has to be there.", valueName: "results"))
    var results: [String] = []

    enum Mode {
        case check(catalog: String)
        case manifest(catalog: String)
        case there(catalog: String, remote: String)
        case strangers(catalog: String)
        case parts
        case remove(catalog: String)
        case moves(catalog: String)
        case move(plan: String)
        case renameRotten(lines: String)
        case free(folder: String)
        case writable(folder: String)
        case plan(catalog: String, source: String)
    }

    /// Valid after `checkTogether`.
    var mode: Mode {
        if let free { return .free(folder: free) }
        if let writable { return .writable(folder: writable) }
        if let move { return .move(plan: move) }
        if let lines = hashing.renameRotten { return .renameRotten(lines: lines) }
        if parts { return .parts }
        let catalog = catalog ?? "-"
        if hashing.manifest != nil { return .manifest(catalog: catalog) }
        if let plan { return .plan(catalog: catalog, source: plan) }
        if moves { return .moves(catalog: catalog) }
        if strangers { return .strangers(catalog: catalog) }
        if let remote, there { return .there(catalog: catalog, remote: remote) }
        return remove ? .remove(catalog: catalog) : .check(catalog: catalog)
    }

    var verification: Verification {
        Verification(level: verify, hashesExisting: deep, takesETagForMD5: etagIsMD5)
    }

    /// Whether files are to be read and hashed, and not only what a store tells of them.
    var isHashing: Bool {
        guard case .check = mode else { return false }
        return deep && remote == nil
    }

    /// Where a long check shows how far it has come, if that is a terminal.
    func display() -> TerminalDisplay? {
        guard isHashing, Descriptor.isTerminal(STDERR_FILENO), Environment["TERM"] != "dumb" else { return nil }
        return TerminalDisplay(on: STDERR_FILENO)
    }

    private func checkMoves() throws {
        if setAside != nil && !strangers { throw ValidationError("'--set-aside' needs '--strangers'") }
        if atMost != nil && setAside == nil { throw ValidationError("'--at-most' needs '--set-aside'") }
        if oldCatalog != nil && !moves { throw ValidationError("'--old-catalog' needs '--moves'") }
        guard let asked = move != nil ? "--move" : moves ? "--moves" : nil else { return }
        guard !(move != nil && moves), free == nil, writable == nil, plan == nil, !strangers, !parts, !remove, !deep,
            !etagIsMD5, remote == nil
        else { throw ValidationError("'\(asked)' cannot be combined with what checks, lists or removes files") }
    }

    func checkTogether() throws {
        try checkMoves()
        let isOther =
            plan != nil || strangers || parts || moves || move != nil || remove || free != nil || writable != nil
        try hashing.check(isDeep: deep, isOther: isOther, hasRemote: remote != nil)
        if let asked = free.map({ _ in "--free" }) ?? writable.map({ _ in "--writable" }) {
            guard !(free != nil && writable != nil), plan == nil, !strangers, !parts, !remove, !deep, !etagIsMD5,
                catalog == nil, remote == nil, !there
            else {
                throw ValidationError("'\(asked)' cannot be combined with other options")
            }
            return
        }
        if remote != nil && (plan != nil || strangers || parts || remove) {
            throw ValidationError("'--remote' is for checking what a store has: it has no plan, and nothing is removed")
        }
        if there && remote == nil { throw ValidationError("'--there' needs '--remote'") }
        if plan == nil && (tries != nil || rate != nil || found != nil) {
            throw ValidationError("'--tries', '--rate' and '--found' need '--plan'")
        }
        if let tries, tries < 1 { throw ValidationError("'--tries' must be at least 1") }
        if plan != nil && (strangers || parts || remove || found == nil && (deep || etagIsMD5)) {
            throw ValidationError("'--plan' cannot be combined with what checks, lists or removes files")
        }
        let alone = parts ? "--parts" : move != nil ? "--move" : hashing.renameRotten.map { _ in "--rename-rotten" }
        if (alone != nil) == (catalog != nil) {
            throw ValidationError(alone.map { "'\($0)' needs no catalogue" } ?? "missing expected argument '<catalog>'")
        }
        if strangers && (parts || remove) {
            throw ValidationError("'--strangers' and '\(parts ? "--parts" : "--remove")' cannot be combined")
        }
        if !results.isEmpty && (strangers || remove) {
            throw ValidationError("results are for checking: tf-queue chooses the records to remove")
        }
        if (deep || etagIsMD5) && (strangers || parts || remove || verify == .none) {
            throw ValidationError("'--deep' and '--etag-is-md5' are for checking")
        }
        if ([catalog ?? ""] + results).count(where: { $0 == "-" }) > 1 {
            throw ValidationError("standard input can be read only once, name a file for the catalogue or the results")
        }
    }
}

extension Verification.Level: ExpressibleByArgument {}
