import ArgumentParser
import Glibc
import NDJSON
import POSIX
import Progress
import Records
import ToolSupport

/// The options on what people and programs see of the run.
struct ProgressOptions: ParsableArguments {
    @Option(help: "Progress on standard error; auto: bar on a terminal, else plain.")
    var progress = ProgressKind.automatic

    @Option(help: ArgumentHelp("How many records there will be, for the share and the time left.", valueName: "n"))
    var total: Int?

    @Option(
        help: ArgumentHelp("The same, and what they weigh, from the records in this file.", valueName: "file"),
        completion: .file())
    var catalog: String?

    @Option(help: ArgumentHelp("The records are one round of a job: the display gives its number.", valueName: "n"))
    var round: Int?

    @Option(
        help: ArgumentHelp("Keep what is running now in this file, as JSON.", valueName: "file"), completion: .file())
    var active: String?

    @OptionGroup var colors: ColorOptions

    init() {}
}

/// How the progress is shown, on standard error.
enum ProgressKind: String, ExpressibleByArgument, CaseIterable {
    /// A display that redraws itself, on a terminal; a line now and then elsewhere.
    case automatic = "auto"
    case bar, plain, json, none
}

extension ProgressOptions {
    /// The display, where there is to be one.
    func display() -> TerminalDisplay? { kind == .bar ? TerminalDisplay(on: STDERR_FILENO) : nil }

    private var kind: ProgressKind {
        guard progress == .automatic else { return progress }
        return Descriptor.isTerminal(STDERR_FILENO) && Environment["TERM"] != "dumb" ? .bar : .plain
    }

    /// What watches the run; nil where its progress is not wanted.
    func watch(_ display: TerminalDisplay?, _ diagnostics: Diagnostics) throws(ToolFailure) -> ProgressWatch? {
        let work = try expectedWork()
        var outlets = [outlet(display, diagnostics)].compactMap { $0 }
        if let active { try outlets.append(Self.outlet(toFile: active, diagnostics)) }
        guard !outlets.isEmpty else { return nil }
        return ProgressWatch(outlets, display: display, work: work, round: round, clock: SystemClock())
    }

    private func outlet(_ display: TerminalDisplay?, _ diagnostics: Diagnostics) -> ProgressOutlet? {
        if let display {
            return ProgressOutlet(BarRenderer(colors: colors.areWanted) { display.size }, to: display)
        }
        return switch kind {
        case .plain: ProgressOutlet(PlainRenderer(), to: MessageSink(diagnostics: diagnostics))
        case .json: ProgressOutlet(ProgressJSONRenderer(process: getpid()), to: StandardErrorSink())
        case .automatic, .bar, .none: nil
        }
    }

    private func expectedWork() throws(ToolFailure) -> ExpectedWork? {
        if let total, total < 0 { throw .usage("--total \(total): give a number from 0 on") }
        guard let catalog else { return total.map { ExpectedWork(records: $0) } }
        guard total == nil else { throw .usage("--total and --catalog both say how many records come: give one") }
        guard catalog != "-" else { throw .usage("--catalog: standard input is for the records: name a file") }
        do throws(SystemError) { return try Self.work(in: catalog) } catch {
            throw .usage("\(error): name the catalogue's file with --catalog")
        }
    }

    private static func work(in path: String) throws(SystemError) -> ExpectedWork {
        var file = try LineFile(path)
        let scanner = LineScanner<Field>()
        var work = ExpectedWork(records: 0)
        while let line = try file.next() {
            work.add(size: scanner.accepts(line) ? scanner.integer(ifAny: .size) : nil)
        }
        return work
    }

    private static func outlet(
        toFile path: String, _ diagnostics: Diagnostics
    ) throws(ToolFailure) -> ProgressOutlet {
        do throws(SystemError) {
            return ProgressOutlet(ProgressJSONRenderer(process: getpid()), to: try ActiveFile(path, diagnostics))
        } catch { throw .usage("\(error): choose another file with --active") }
    }
}
