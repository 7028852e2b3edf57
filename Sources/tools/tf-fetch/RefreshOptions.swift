import ArgumentParser
import Glibc
import POSIX
import Store
import ToolSupport
import Transfer

/// The options about files that are there, and whose objects may have changed.
struct RefreshOptions: ParsableArguments {
    @Flag(help: "Ask for files that are there as well, and fetch again what has changed at the origin.")
    var refresh = false

    @Option(
        help: ArgumentHelp(
            "With --refresh: keep the old file here when a new one takes its place.", valueName: "dir"),
        completion: .directory)
    var keepOld: String?

    init() {}

    func apply(to settings: inout FetchSettings) throws(ToolFailure) {
        guard refresh || keepOld == nil else { throw .usage("'--keep-old' needs '--refresh'") }
        settings.refreshes = refresh
    }

    /// Where old files are kept; nil where they are not.
    func oldFiles(of output: OutputFolder) throws(ToolFailure) -> OldFiles? {
        guard let keepOld else { return nil }
        do throws(SystemError) { return try OldFiles(keepOld, of: output) } catch {
            guard error.code == EXDEV else { throw .usage("\(error): choose another folder with --keep-old") }
            throw .usage(
                "'\(keepOld)': is on another file system than the output folder: choose another folder with --keep-old")
        }
    }
}
