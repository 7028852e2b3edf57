import ArgumentParser
import Glibc
import NDJSON
import POSIX
import Progress
import ToolSupport

/// The options on what people and programs see of the run.
struct ProgressOptions: ParsableArguments {
    @Option(help: "Progress on standard error; auto: bar on a terminal, else plain.")
    var progress = ProgressKind.automatic

    @Option(help: ArgumentHelp("How many records there will be, for the share and the time left.", valueName: "n"))
    var total: Int?

    @Option(
        help: ArgumentHelp("The same, from the number of lines in this file.", valueName: "file"), completion: .file())
    var catalog: String?

    @Option(
        help: ArgumentHelp("Keep what is running now in this file, as JSON.", valueName: "file"), completion: .file())
    var active: String?

    init() {}
}

extension ProgressOptions {
    /// What watches the run; nil where its progress is not wanted.
    func watch(_ diagnostics: Diagnostics) throws(ToolFailure) -> ProgressWatch? {
        let expected = try expectedRecords()
        var outlets = [progress.outlet(diagnostics)].compactMap { $0 }
        if let active { try outlets.append(Self.outlet(toFile: active, diagnostics)) }
        return outlets.isEmpty ? nil : ProgressWatch(outlets, total: expected, clock: SystemClock())
    }

    private func expectedRecords() throws(ToolFailure) -> Int? {
        if let total, total < 0 { throw .usage("--total \(total): give a number from 0 on") }
        guard let catalog else { return total }
        guard total == nil else { throw .usage("--total and --catalog both say how many records come: give one") }
        guard catalog != "-" else { throw .usage("--catalog: standard input is for the records: name a file") }
        do throws(SystemError) { return try Self.countLines(of: catalog) } catch {
            throw .usage("\(error): name the catalogue's file with --catalog")
        }
    }

    private static func countLines(of path: String) throws(SystemError) -> Int {
        var file = try LineFile(path)
        var count = 0
        while try file.next() != nil { count += 1 }
        return count
    }

    private static func outlet(
        toFile path: String, _ diagnostics: Diagnostics
    ) throws(ToolFailure) -> ProgressOutlet {
        do throws(SystemError) {
            return ProgressOutlet(ProgressJSONRenderer(process: getpid()), to: try ActiveFile(path, diagnostics))
        } catch { throw .usage("\(error): choose another file with --active") }
    }
}
