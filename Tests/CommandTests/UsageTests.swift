import Foundation
import TestSupport
import Testing

/// What every tool does with its options, whatever they are.
@Suite struct UsageTests {
    private static let tools = ["tf-catalog", "tf-sign", "tf-fetch", "tf-tally", "tf-queue", "tf-origin"]

    @Test("an unknown option ends with status 2 and one line that names it", arguments: tools)
    func unknownOption(tool: String) throws {
        // What has to be named is named: it would be asked for first.
        let needed = tool == "tf-queue" ? ["catalog"] : []
        let run = try CommandRun.tool(tool, needed + ["--no-such-option"])
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors == "\(tool): unknown option '--no-such-option', see '\(tool) --help'\n")
    }

    @Test(
        "what was meant perhaps, and what can be given, are in the same sentence",
        arguments: [
            ("tf-queue", ["--cours=5", "c"], "unknown option '--cours': did you mean '--course'"),
            ("tf-sign", ["--cours=5"], "unknown option '--cours'"),
            (
                "tf-fetch", ["--sync", "all"],
                "the value 'all' is invalid for '--sync <sync>': give one of 'full' and 'none'"
            ),
            (
                "tf-queue", ["--state", "gone", "c"],
                "the value 'gone' is invalid for '--state <state>': give one of queued, delayed, failed, success, "
                    + "skipped, dropped"
            ),
        ])
    func suggestions(tool: String, arguments: [String], message: String) throws {
        let run = try CommandRun.tool(tool, arguments)
        #expect(run.status == 2)
        #expect(run.errors == "\(tool): \(message), see '\(tool) --help'\n")
    }

    @Test("an unknown option with line feeds and escapes in it is one line all the same", arguments: tools)
    func hostileOption(tool: String) throws {
        let run = try CommandRun.tool(tool, ["--a\n\(tool): all went well\u{1B}[2J"])
        #expect(run.status == 2)
        #expect(run.errors.filter { $0 == "\n" }.count == 1)
        #expect(!run.errors.contains("\u{1B}"))
    }

    @Test("help goes to standard output, with status 0", arguments: tools)
    func help(tool: String) throws {
        let run = try CommandRun.tool(tool, ["--help"])
        #expect(run.status == 0)
        #expect(run.output.contains("USAGE: \(tool)"))
        #expect(run.errors.isEmpty)
    }

    @Test("a tool tells its version", arguments: tools)
    func version(tool: String) throws {
        let run = try CommandRun.tool(tool, ["--version"])
        #expect(run.status == 0 && run.lines.first == "0.1.0" && run.errors.isEmpty)
    }

    @Test("help that cannot be written ends with status 3 and the reason", arguments: tools)
    func helpToFullDisk(tool: String) throws {
        let run = try CommandRun.shell("\(tool) --help > /dev/full")
        #expect(run.status == 3)
        #expect(run.errors == "\(tool): cannot write standard output: No space left on device\n")
    }
}
