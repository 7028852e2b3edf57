import Foundation
import Origin
import TestSupport
import Testing

/// What is seen of `tf-fetch` while it runs.
@Suite(.timeLimit(.minutes(2))) struct FetchProgressTests {
    private let harness: FetchHarness

    init() throws {
        harness = try FetchHarness(
            faults: ["*/waits*:503;retry-after=10", "*/once*:503;retry-after=2*1", "*/missing*:404"])
    }

    private var good: String { harness.line("c/a.mp4") }

    /// Starts a fetch of one record that then waits for ten seconds.
    private func waiting(_ options: [String], errors: Pipe, environment: [String: String] = [:]) throws -> RunningTool {
        let tool = try RunningTool(
            "tf-fetch", ["-o", harness.folder.file("out").path] + options, errors: errors, environment: environment)
        try tool.input.write(contentsOf: Data(harness.line("c/waits.mp4").utf8))
        return tool
    }

    /// The first progress document in which something waits.
    private func documentOfWaiting(_ errors: Pipe) throws -> FetchHarness.Result {
        for _ in 0..<Int(longestWait) {
            let line = try #require(try RunningTool.nextLine(of: errors.fileHandleForReading))
            #expect(!line.contains("SECRET") && !line.contains("http:"))
            let document = try object(Data(line.utf8))
            if (document["waiting"] as? [Any])?.isEmpty == false { return document }
        }
        throw WaitedInVain(description: "no document has something that waits")
    }

    /// The first line that is meant, of a thousand at most.
    private func firstLine(of errors: Pipe, where isMeant: (String) -> Bool) throws -> String {
        for _ in 0..<1000 {
            let line = try #require(try RunningTool.nextLine(of: errors.fileHandleForReading))
            if isMeant(line) { return line }
        }
        throw WaitedInVain(description: "no line of a thousand is the one")
    }

    private func object(_ text: some DataProtocol) throws -> FetchHarness.Result {
        try #require(try JSONSerialization.jsonObject(with: Data(text)) as? FetchHarness.Result)
    }

    @Test("none: nothing but diagnostics on standard error")
    func none() throws {
        let run = try harness.run(good, ["--progress", "none"])
        #expect(run.status == 0)
        #expect(run.errors.isEmpty)
    }

    @Test("plain: a line at the end, without a terminal also by itself", arguments: ["plain", "auto"])
    func plain(kind: String) throws {
        let run = try harness.run(good + harness.line("c/missing.mp4"), ["--progress", kind, "--total", "2"])
        #expect(
            run.errors.wholeMatch(
                of: /tf-fetch: 1\/2 files, 1 failed, 19\.5 KiB received in [0-9.]+ s, [0-9.]+ [KM]iB\/s\n/)
                != nil, "\(run.errors)")
    }

    @Test("--catalog: its lines are how many records will come")
    func catalog() throws {
        let catalog = try harness.folder.write(good + "\n" + good + good, to: "catalog.ndjson")
        let run = try harness.run(good, ["--progress", "plain", "--catalog", catalog.path])
        #expect(run.errors.hasPrefix("tf-fetch: 1/3 files, "))
    }

    @Test("a signal ends it although nobody reads its full standard error", arguments: ["bar", "json"])
    func stoppedDisplay(kind: String) throws {
        let errors = Pipe()
        let capacity = PipeProbe.capacity(errors.fileHandleForWriting)
        try PipeProbe.fill(errors)
        let tool = try waiting(["--progress", kind], errors: errors)
        try wait(for: "the request") { harness.origin.log.counters.requests > 0 }
        tool.terminate()
        #expect(PipeProbe.bytesWaiting(errors.fileHandleForReading) == capacity)
    }

    @Test("json: a document a second, and one at the end, with no secret in it")
    func json() throws {
        let errors = Pipe()
        let tool = try waiting(["--progress", "json", "--total", "9"], errors: errors)
        let document = try documentOfWaiting(errors)
        #expect(document["process"] as? Int32 == tool.processID)
        #expect(document["total"] as? Int == 9)
        #expect(document["retries"] as? Int == 1)
        #expect((document["running"] as? [Any])?.count == 0)
        let hold = try #require((document["waiting"] as? [FetchHarness.Result])?.first)
        #expect(
            hold["reason"] as? String
                == "'127.0.0.1:\(harness.origin.port)' asked to slow down, to 1 at a time")
        #expect(hold["transfers"] as? Int == 1)
        let time = try #require(document["time"] as? Double)
        #expect((0...10).contains(try #require(hold["until"] as? Double) - time))
        tool.terminate()
        let rest = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let last = try object(Data(try #require(rest.split(separator: "\n").last).utf8))
        #expect(last["failed"] as? Int == 1)
    }

    @Test("json: that a host does not serve is a reason to wait")
    func unreachable() throws {
        let errors = Pipe()
        let tool = try RunningTool(
            "tf-fetch", ["-o", harness.folder.file("out").path, "--retries", "0", "--progress", "json"], errors: errors)
        // Nothing listens on the port for discarding, RFC 863.
        let lines = (0..<11).map { #"{"path":"\#($0).mp4","url":"http://127.0.0.1:9/?Signature=SECRET"}"# }
        try tool.input.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
        let document = try documentOfWaiting(errors)
        let hold = try #require((document["waiting"] as? [FetchHarness.Result])?.first)
        #expect(
            hold["reason"] as? String
                == "'127.0.0.1:9': check --base-url, as it has never served (no connection: Couldn't connect to server)"
        )
        #expect(hold["transfers"] as? Int == 0)
        #expect(try #require(hold["until"] as? Double) - (try #require(document["time"] as? Double)) <= 60)
        tool.terminate()
    }

    @Test("--active: a progress document, replaced whole, and gone at the end")
    func active() throws {
        let file = harness.folder.file("active.json")
        let errors = Pipe()
        let tool = try waiting(["--progress", "json", "--active", file.path], errors: errors)
        _ = try documentOfWaiting(errors)
        // When one more has been told, that one has been written.
        _ = try RunningTool.nextLine(of: errors.fileHandleForReading)
        let document = try object(try Data(contentsOf: file))
        #expect(document["process"] as? Int32 == tool.processID)
        #expect((document["waiting"] as? [Any])?.count == 1)
        tool.terminate()
        #expect(try FileManager.default.contentsOfDirectory(atPath: harness.folder.path) == ["out"])
    }

    @Test("bar: colours, unless NO_COLOR is set", arguments: [("", true), ("1", false)])
    func colors(noColor: String, hasColors: Bool) throws {
        let errors = Pipe()
        let tool = try waiting(["--progress", "bar"], errors: errors, environment: ["NO_COLOR": noColor])
        let line = try firstLine(of: errors) { $0.contains("waiting:") }
        #expect(line.hasPrefix(hasColors ? "\u{1B}[33mwaiting:" : "waiting:"))
        tool.terminate()
        let rest = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(rest.contains(/\r0 files, 1 stopped, 1 retry, 0 B received in [^\n]*\u{1B}\[K\n\u{1B}\[J$/), "\(rest)")
    }

    @Test("a display that nobody reads holds up no transfer", arguments: ["bar", "json"])
    func unread(kind: String) throws {
        let errors = Pipe()
        try PipeProbe.fill(errors)
        // The retry comes when the display has had its turn.
        let options = ["-o", harness.folder.file("out").path, "--progress", kind]
        let tool = try RunningTool("tf-fetch", options, errors: errors)
        try tool.input.write(contentsOf: Data(harness.line("c/once.mp4").utf8))
        #expect(try object(Data(try #require(try tool.nextLine()).utf8))["status"] as? String == "success")
        try tool.input.close()
        let shown = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(shown.contains(kind == "bar" ? "1 file, 1 retry, " : #""success":1,"#))
    }

    @Test(
        "wrong use is found before anything is read",
        arguments: [
            (["--total=-1"], "--total -1: give a number from 0 on"),
            (["--total", "1", "--catalog", "x"], "--total and --catalog both say how many records come: give one"),
            (["--catalog", "-"], "--catalog: standard input is for the records: name a file"),
            (["--catalog", "/nowhere/x"], "cannot open '/nowhere/x': No such file or directory: name the catalogue's"),
            (["--active", "/nowhere/x"], "cannot open folder '/nowhere': No such file or directory: choose another"),
        ])
    func usage(options: [String], message: String) throws {
        let run = try harness.run(good, options)
        #expect(run.status == 2)
        #expect(run.errors.hasPrefix("tf-fetch: \(message)"), "\(run.errors)")
        #expect(run.results.isEmpty)
    }
}
