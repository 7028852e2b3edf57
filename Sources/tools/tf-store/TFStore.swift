import ArgumentParser
import Glibc
import Inventory
import POSIX
import Records
import Remote
import ToolSupport

@main
struct TFStore: Tool {
    static let name = "tf-store"
    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Send fetched files on to a store, through rclone.",
        usage: "tf-store --remote REMOTE [--spool DIR] [--move] [OPTIONS] < RESULTS > RESULTS",
        discussion: """
            Reads the results of tf-fetch from standard input, copies each file that they name from the folder of \
            tf-fetch to the store, and writes the line when the store has it. See tf-store(1) and tf-records(5).
            """,
        version: Suite.version)

    @OptionGroup var options: StoreOptions

    @OptionGroup var messages: MessageOptions

    var isDebugging: Bool { messages.debug }

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        // Before anything that takes time: what is in the pipe is in the spool as well.
        Descriptor.shrinkPipe(STDIN_FILENO)
        let settings = try options.settings()
        Signals.reportFailedWrites()
        let signals = try refusing { () throws(SystemError) in try StopSignals() }
        let server: RcloneServer
        do throws(RemoteError) {
            server = try RcloneServer(environment: Self.environment, signals: signals)
        } catch {
            Self.endIfTold(signals)
            throw .refused(error.description)
        }
        let client = RcloneClient(server, parallel: settings.parallel)
        let check = RemoteCheck(client, settings.place, clock: SystemClock(), signals: signals)
        do throws(StoreFault) { try check.look() } catch {
            Self.endIfTold(signals)
            throw Self.failure(error, at: settings.place)
        }
        if options.check { return try write(check, settings.place, signals) }
        diagnostics.announceTerminal("results, one JSON object on a line,")
        let run = try refusing { () throws(SystemError) in
            try StoreRun(settings, client, clock: SystemClock(), signals: signals) { diagnostics.say($0) }
        }
        let end = run.run()
        client.end()
        diagnostics.debug?("at most \(run.mostSpooled) bytes were seen in '\(settings.spool)'")
        return try conclude(end)
    }

    private func write(
        _ check: RemoteCheck, _ place: RemotePlace, _ signals: StopSignals
    ) throws(ToolFailure) -> ToolStatus {
        do throws(StoreFault) { try check.write() } catch {
            Self.endIfTold(signals)
            throw .refused("'\(place)': no file can be written: \(error.message)")
        }
        return .success
    }

    /// Before a line was read.
    private static func endIfTold(_ signals: StopSignals) {
        if let signal = signals.next() { Signals.end(by: signal) }
    }

    /// So that a store which is down is told of soon: what may pass is tried again here. What the user says counts.
    private static var environment: [String: String] {
        let usual = ["RCLONE_LOW_LEVEL_RETRIES": "3", "RCLONE_TIMEOUT": "60s", "RCLONE_CONTIMEOUT": "20s"]
        return usual.filter { Environment[$0.key] == nil }
    }

    private static func failure(_ fault: StoreFault, at place: RemotePlace) -> ToolFailure {
        let message = "'\(place)': \(fault.message)"
        return fault.code == .badRequest ? .usage(message) : .refused(message)
    }

    private func conclude(_ end: StoreEnd) throws(ToolFailure) -> ToolStatus {
        switch end {
        case .complete(let failures): return failures == 0 ? .success : .someFailed
        case .signal(let signal): Signals.end(by: signal)
        case .readerLeft: Signals.endByBrokenPipe()
        case .refused(let reason): throw .refused(reason)
        }
    }
}
