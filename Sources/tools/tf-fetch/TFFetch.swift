import ArgumentParser
import Curl
import Glibc
import POSIX
import Store
import ToolSupport
import Transfer

@main
struct TFFetch: Tool {
    static let name = "tf-fetch"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Fetch the videos of signed records onto the disk.",
        usage: "tf-fetch [-j N] [-o DIR] [OPTIONS] < RECORDS > RESULTS",
        discussion: """
            Reads records with 'signed_url' (or 'url') and 'path', one JSON object on a line, from standard input, and \
            writes one result for each to standard output as it ends. See tf-fetch(1) and tf-records(5).
            """,
        version: version)

    /// The parser asks at each start: libcurl is loaded for those who want to see its version.
    private static var version: String {
        guard CommandLine.arguments.contains("--version") else { return Suite.version }
        return "\(Suite.version)\n\(CurlLibrary.version)"
    }

    @OptionGroup var options: FetchOptions

    @OptionGroup(title: "Progress") var progress: ProgressOptions

    @OptionGroup var messages: MessageOptions

    var isDebugging: Bool { messages.debug }

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        // libcurl has a buffer of 64 or 256 KiB for each transfer, as long as that runs.
        Memory.keepFreed(8 << 20)
        var diagnostics = diagnostics
        var settings = try options.settings(diagnostics)
        settings.hasNextRun = options.evidence != nil
        settings.descriptors = Descriptor.raiseLimit()
        try fitToDescriptors(&settings, diagnostics)
        Signals.reportFailedWrites()
        if options.probe { return try probe(settings) }
        let display = progress.display()
        // Without a display Ctrl-Z needs no help.
        let more = [Signals.finish, Signals.goOn] + (display == nil ? [] : [Signals.suspend])
        let signals = try refusing { () throws(SystemError) in try StopSignals(and: more) }
        let output: OutputFolder
        do throws(SystemError) {
            output = try OutputFolder(options.output, links: options.allowLinks ? .followed : .refused)
        } catch { throw .usage("\(error): choose another folder with --output") }
        let oldFiles = try options.refreshing.oldFiles(of: output)
        let watch = try progress.watch(display, diagnostics)
        diagnostics.announceTerminal("signed records, one JSON object on a line,")
        diagnostics.display = display
        var world = FetchWorld(settings, output: output, input: 0, results: results(display), signals: signals)
        if let path = options.limits.limits {
            let file = LimitsFile(path)
            world.newLimits = file.news
        }
        world.oldFiles = oldFiles
        let evidence = options.evidence.map { Evidence.read($0, now: SystemClock().now) } ?? Evidence()
        let file = try options.evidence.map { path throws(ToolFailure) in
            try refusing { () throws(SystemError) in try ReplacedFile(path) }
        }
        let say = { [diagnostics] text in diagnostics.say(text) }
        let run = FetchRun(
            settings, world, evidence: evidence, keepEvidence: file.map { file in { try? $0.write(to: file) } },
            observer: watch, notify: say, debug: diagnostics.debug)
        let end = run.run()
        do throws(SystemError) { if let file { try run.evidence.write(to: file) } } catch {
            diagnostics.say("\(error)")
        }
        return try conclude(end)
    }

    private func results(_ display: TerminalDisplay?) -> any ResultSink {
        guard let display, Descriptor.isSameTerminal(STDOUT_FILENO, STDERR_FILENO) else {
            return DescriptorSink(STDOUT_FILENO)
        }
        return ResultsAboveDisplay(display: display)
    }

    private func probe(_ settings: FetchSettings) throws(ToolFailure) -> ToolStatus {
        let clock = SystemClock()
        let probe = Probe(
            settings, input: DescriptorSource(0), results: DescriptorSink(1),
            transport: CurlTransport(settings.transfer, connections: 1, clock: clock), clock: clock)
        do throws(SystemError) { return try probe.run() == 0 ? .success : .someFailed } catch {
            if error.isBrokenPipe { Signals.endByBrokenPipe() }
            throw .refused("\(error)")
        }
    }

    /// Each transfer needs a socket, its part and its folder.
    private func fitToDescriptors(_ settings: inout FetchSettings, _ diagnostics: Diagnostics) throws(ToolFailure) {
        let allowed = settings.parallelAllowed
        guard allowed < settings.parallel else { return }
        let limit = "this process may have \(settings.descriptors) open files"
        guard allowed > 0 else {
            throw .usage("\(limit), which is too few for any transfer: raise it with 'ulimit -n 1024'")
        }
        diagnostics.say(
            "\(limit): \(allowed) transfers at one time, not \(settings.parallel); raise it with 'ulimit -n'")
        settings.parallel = allowed
    }

    private func conclude(_ end: FetchEnd) throws(ToolFailure) -> ToolStatus {
        switch end {
        case .complete(let failures): return failures == 0 ? .success : .someFailed
        case .signal(let signal): Signals.end(by: signal)
        case .readerLeft: Signals.endByBrokenPipe()
        case .broken(let error): throw .refused(error.description)
        case .hopeless(let reason): throw .refused("\(reason); lines that were not started keep their tries")
        case .disk(let reason):
            throw .refused("\(reason): stopped; what was being fetched goes on where it was when run again")
        }
    }
}
