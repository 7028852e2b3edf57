import Foundation
import TestSupport
import Testing

/// `tf-tally --follow`, `--snapshot`, `--output` and `--notify`.
@Suite struct TallyFollowTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("{\"path\":\"a\"}\n{\"path\":\"b\"}\n", to: "catalog")
        try folder.write(success("a"), to: "results")
    }

    private func success(_ path: String) -> String { #"{"path":"\#(path)","status":"success","bytes":100}"# + "\n" }

    private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

    private func append(_ text: String) throws {
        let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("results"))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }

    private func follow(_ options: String...) throws -> RunningTool {
        try RunningTool(
            "tf-tally", ["--follow", "--interval", "0.1s", "--catalog", path("catalog")] + options + [path("results")])
    }

    @Test("what is appended is counted, a torn line once it is whole; it ends when the catalogue is done")
    func grows() throws {
        let tool = try follow()
        #expect(try tool.nextLine()?.hasPrefix("1/2 files, 1 successful, 0 processing, 1 queued") == true)
        try append(#"{"path":"b","status":"failed","error":"not_found"}"# + "\n" + #"{"path":"b","status":"que"#)
        #expect(try tool.nextLine()?.hasPrefix("         files") == true)
        #expect(try tool.finish() == 0)
    }

    @Test("a journal that was replaced is read from its start")
    func replaced() throws {
        let tool = try follow()
        #expect(try tool.nextLine()?.hasPrefix("1/2 files, 1 successful") == true)
        try folder.write(#"{"path":"b","status":"dropped"}"# + "\n", to: "new")
        #expect(rename(path("new"), path("results")) == 0)
        #expect(try tool.nextLine()?.hasPrefix("1/2 files, 0 successful, 0 processing, 1 queued") == true)
    }

    @Test("it ends with the process that it was given, and reads what that wrote last")
    func whilePID() throws {
        let other = Process()
        other.executableURL = URL(fileURLWithPath: "/bin/sh")
        other.arguments = ["-c", "read line; printf '%s\\n' \"$line\" >>'\(path("results"))'"]
        let input = Pipe()
        other.standardInput = input
        try other.run()
        let tool = try follow("--while-pid", "\(other.processIdentifier)", "--format", "json")
        #expect(try tool.nextLine()?.contains(#""success":1,"#) == true)
        try input.fileHandleForWriting.write(contentsOf: Data(#"{"path":"x","status":"success"}"#.utf8 + [0x0A]))
        other.waitUntilExit()
        var last = ""
        while let line = try tool.nextLine() { last = line }
        #expect(last.contains(#""not_in_catalog":1"#))
        #expect(try tool.finish() == 0)
    }

    @Test("--output with --follow keeps a snapshot current, which every format can be made from")
    func snapshot() throws {
        try append(success("b"))
        let tool = try follow("--format", "json", "--output", path("stats.json"))
        #expect(try tool.finish() == 0)
        let table = try CommandRun.tool("tf-tally", ["--snapshot", "stats.json"], directory: folder.url)
        let direct = try CommandRun.tool("tf-tally", ["--catalog", "catalog", "results"], directory: folder.url)
        #expect(table.output == direct.output)
        #expect(table.output.contains("success      2  100.0 %"))
    }

    @Test("--output replaces the file whole, and leaves the old one where it cannot")
    func output() throws {
        try folder.write("old", to: "out.prom")
        let run = try CommandRun.tool(
            "tf-tally", ["--format", "prometheus", "--output", "out.prom", "results"], directory: folder.url)
        #expect(run.status == 0 && run.output.isEmpty)
        #expect(
            try String(contentsOf: folder.url.appendingPathComponent("out.prom"), encoding: .utf8).hasPrefix(
                "# HELP tf_files"))
        #expect(!FileManager.default.fileExists(atPath: path("out.prom.new")))
        let refused = try CommandRun.tool("tf-tally", ["--output", "no/such", "results"], directory: folder.url)
        #expect(refused.status == 3)
    }

    @Test("what is not a snapshot is status 3 with its name")
    func noSnapshot() throws {
        let run = try CommandRun.tool("tf-tally", ["--snapshot", "results"], directory: folder.url)
        #expect(run.status == 3)
        #expect(run.errors == "tf-tally: 'results': is not a summary: give what 'tf-tally --format json' wrote\n")
    }

    @Test("--notify: what strangers wrote reaches the command as a value, never as a command")
    func notify() throws {
        try append(#"{"path":"b","status":"failed","error":"$(touch pwned); `touch pwned`"}"# + "\n")
        let run = try CommandRun.tool(
            "tf-tally",
            [
                "--follow", "--interval", "0.1s", "--catalog", "catalog", "--notify",
                #"echo "$TF_TALLY_EVENT $TF_TALLY_TOTAL $TF_TALLY_FAILED $TF_TALLY_ERROR" >>"told.$TF_TALLY_EVENT""#,
                "results",
            ], directory: folder.url)
        #expect(run.status == 0)
        func told(_ event: String) throws -> String {
            try String(contentsOf: folder.url.appendingPathComponent("told." + event), encoding: .utf8)
        }
        #expect(try told("failure") == "failure 2 1 $(touch pwned); `touch pwned`\n")
        #expect(try told("end") == "end 2 1 \n")
        #expect(!FileManager.default.fileExists(atPath: path("pwned")))
    }

    @Test("a command of --notify that fails is reported, and the status stays")
    func failedCommand() throws {
        let run = try CommandRun.tool("tf-tally", ["--notify", "exit 7", "results"], directory: folder.url)
        #expect(run.status == 0)
        #expect(run.errors == "tf-tally: --notify: 'exit 7' ended with status 7\n")
    }

    @Test("a command of --notify that hangs is killed after its time, with what it has started, and that is reported")
    func hangingCommand() throws {
        let command = "sleep 3600 & echo $! >child; wait"
        let run = try CommandRun.tool(
            "tf-tally", ["--notify", command, "--notify-limit", "0.2s", "results"], directory: folder.url)
        #expect(run.status == 0)
        #expect(
            run.errors
                == "tf-tally: --notify: '\(command)' took longer than 0.2s and was killed, see --notify-limit\n")
        let child = try String(contentsOf: folder.url.appendingPathComponent("child"), encoding: .utf8)
        let process = try #require(pid_t(child.trimmingCharacters(in: .whitespacesAndNewlines)))
        // Its own parent is dead: whoever has taken it over may not have buried it yet.
        let state = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ") Z"
        #expect(state.contains(") Z"))
    }

    @Test(
        "wrong use is status 2",
        arguments: [
            ["--snapshot", "a", "b"], ["--snapshot", "a", "--follow"], ["--follow", "--format", "html", "a"],
            ["--interval", "0.01", "--follow", "a"], ["--while-pid", "0", "a"], ["--notify-limit", "0", "a"],
            ["--label", "library=a", "a"], ["--format", "prometheus", "--label", "job=a", "a"],
            ["--format", "prometheus", "--label", "x=a", "--label", "x=b", "a"],
        ])
    func usage(arguments: [String]) throws { #expect(try CommandRun.tool("tf-tally", arguments).status == 2) }
}
