import ArgumentParser
import Records
import ToolSupport

/// Where the origin listens, how fast it is, what time it has, and what it tells.
struct ServiceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Listen on this port of 127.0.0.1; 0 for a free one.", valueName: "n"))
    var port: UInt16 = 0

    @Option(help: ArgumentHelp("Write the port to a file, once it listens.", valueName: "file"))
    var portFile: String?

    @Option(help: ArgumentHelp("Wait so long before each answer (20ms, 1.5s).", valueName: "time"))
    var latency = Latency(seconds: 0)

    @Option(help: ArgumentHelp("Send at most so many bytes a second on each connection (10M).", valueName: "bytes"))
    var rate: ByteCount?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Set the origin's clock so many seconds ahead, or back (-90).", valueName: "seconds"))
    var clockOffset = 0.0

    @Flag(help: "Tell each request on standard error, without its query.")
    var log = false

    func validate() throws {
        if let rate, rate.value <= 0 { throw ValidationError("--rate has to be more than nothing") }
        guard clockOffset.isFinite, abs(clockOffset) < 1e10 else {
            throw ValidationError("--clock-offset '\(clockOffset)' is out of bounds")
        }
    }
}

/// A time to wait: `20ms`, or as all tools of the suite write it.
struct Latency: ExpressibleByArgument, CustomStringConvertible {
    let seconds: Double

    init(seconds: Double) { self.seconds = seconds }

    init?(argument: String) {
        if argument.hasSuffix("ms"), let value = Seconds(parsing: String(argument.dropLast(2)) + "s") {
            seconds = value.value / 1000
        } else if let value = Seconds(parsing: argument) {
            seconds = value.value
        } else {
            return nil
        }
        // A day is longer than anybody waits, and far from where nanoseconds overflow.
        guard seconds <= 86400 else { return nil }
    }

    var description: String { "\(seconds)" }
}
