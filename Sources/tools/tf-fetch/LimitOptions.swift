import ArgumentParser
import Curl
import Records
import ToolSupport
import Transfer

/// What one run may use, and bring.
struct LimitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Transfers at one time for each origin; as many as --jobs.", valueName: "n"))
    var perHost: Int?

    @Option(
        help: ArgumentHelp(
            "Connections for one large file, of those that no other file wants; counted by --jobs.", valueName: "n"))
    var connections = 1

    @Option(help: ArgumentHelp("Files of this size and larger are large.", valueName: "size"))
    var splitFrom = ByteCount(256 << 20)

    @Option(
        help: ArgumentHelp(
            "Bytes a second, over all transfers; or by the hour, as in '08:00 2M, 18:00 20M, Sat-Sun off'.",
            valueName: "size"))
    var rateLimit: String?

    @Option(help: ArgumentHelp("Transfers that begin in a second.", valueName: "n"))
    var requestsPerSecond: Double?

    @Option(
        help: ArgumentHelp(
            "While the run goes on, keep the limits in this file instead of those above, whenever it changes.",
            valueName: "file"),
        completion: .file())
    var limits: String?

    @Option(help: ArgumentHelp("Before each file's first try, wait for a random part of this.", valueName: "time"))
    var jitter = Seconds(0)

    @Option(help: ArgumentHelp("Take no more lines after this many files are fetched.", valueName: "n"))
    var maxFiles: Int?

    @Option(help: ArgumentHelp("Take no more lines after this many bytes have come.", valueName: "size"))
    var maxBytes: ByteCount?

    @Option(help: ArgumentHelp("Take no more lines from this time on, as in 06:00.", valueName: "time"))
    var until: Deadline?

    /// Puts them into the settings, checked.
    func apply(to settings: inout FetchSettings) throws(ToolFailure) {
        if let perHost {
            guard perHost >= 1 else { throw .usage("--per-host \(perHost): give a number from 1") }
            settings.perHost = perHost
        }
        guard (1...16).contains(connections) else {
            throw .usage("--connections \(connections): give a number from 1 to 16")
        }
        guard splitFrom.value >= 1 << 20 else { throw .usage("--split-from \(splitFrom): give 1M or more") }
        (settings.connections, settings.splitFrom) = (connections, splitFrom.value)
        if let rateLimit {
            do throws(LimitError) { settings.rateLimit = try RateTimetable(rateLimit) } catch {
                throw .usage("--rate-limit \(error)")
            }
        }
        if let requestsPerSecond {
            guard requestsPerSecond >= LimitValues.leastStarts, requestsPerSecond.isFinite else {
                throw .usage(
                    "--requests-per-second \(requestsPerSecond): give a number from \(LimitValues.leastStarts)")
            }
            settings.startsPerSecond = requestsPerSecond
        }
        settings.followsLimits = limits != nil
        if let maxFiles, maxFiles < 0 { throw .usage("--max-files \(maxFiles): give a number from 0 on") }
        settings.jitter = jitter.value
        settings.quota = Quota(files: maxFiles, bytes: maxBytes, until: until?.time)
    }
}
