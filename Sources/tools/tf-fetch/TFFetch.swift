import ArgumentParser
import Curl
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
        version: "\(Suite.version)\n\(CurlLibrary.version)")

    @OptionGroup var options: FetchOptions

    @OptionGroup(title: "What is seen of it") var display: ProgressOptions

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        var settings = try options.settings()
        settings.descriptors = Descriptor.raiseLimit()
        Signals.reportFailedWrites()
        let signals = try refusing { () throws(SystemError) in try StopSignals(and: Signals.finish) }
        let output: OutputFolder
        do throws(SystemError) {
            output = try OutputFolder(options.output, links: options.allowLinks ? .followed : .refused)
        } catch { throw .usage("\(error): choose another folder with --output") }
        let watch = try display.watch(diagnostics)
        let world = FetchWorld(settings, output: output, input: 0, results: 1, signals: signals)
        let run = FetchRun(settings, world, observer: watch, notify: { diagnostics.say($0) })
        return try conclude(run.run())
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
