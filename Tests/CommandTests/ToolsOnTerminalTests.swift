import Foundation
import TestSupport
import Testing

/// What the tools do on a terminal, with a shell that has job control.
@Suite(.timeLimit(.minutes(5))) struct ToolsOnTerminalTests {
    private let harness: FetchHarness
    private let terminal: TerminalSession

    init() throws {
        harness = try FetchHarness(faults: ["*/waits*:503;retry-after=10"])
        terminal = try TerminalSession(in: harness.folder.url)
        try harness.folder.write(harness.line("c/a.mp4") + harness.line("c/waits.mp4"), to: "records")
    }

    private static let frame = "\u{1B}[?7l"
    /// The display is taken away, with the cursor on an empty line.
    private static let gone = "\r\u{1B}[J"

    @Test("Ctrl-Z takes the display away before the shell writes, and fg draws it again")
    func suspend() throws {
        try terminal.type("tf-fetch -o out <records >results\n")
        _ = try terminal.read(to: "waiting:")
        _ = try terminal.read(to: "\u{1B}[?7h")
        try terminal.type("\u{1A}")
        let before = try terminal.read(to: "Stopped")
        let last = try #require(before.components(separatedBy: Self.frame).last)
        #expect(last.contains(Self.gone), "\(before.debugDescription)")
        _ = try terminal.read(to: "ready> ")
        try terminal.type("fg\n")
        _ = try terminal.read(to: "tf-fetch -o out")
        _ = try terminal.read(to: Self.frame)
        #expect(try terminal.read(to: "waiting:").contains("elapsed"))
        try terminal.type("\u{3}")
        _ = try terminal.read(to: "1 file, 1 stopped")
        try expectStatus(130)
    }

    @Test("results on the display's terminal go above it")
    func results() throws {
        try terminal.type("tf-fetch -o out --no-color <records\n")
        let above = try terminal.read(to: #""path":"c/a.mp4""#)
        _ = try terminal.read(to: "\r\n")
        // One that comes before the first frame has nothing to go above.
        if above.contains(Self.frame) { #expect(above.hasSuffix(Self.gone + #"{"path":"c/a.mp4""#)) }
        _ = try terminal.read(to: "waiting:")
        try terminal.type("\u{3}")
        let stopped = try terminal.read(to: #"{"path":"c/waits.mp4""#)
        #expect(stopped.hasSuffix(Self.gone + #"{"path":"c/waits.mp4""#), "\(stopped.debugDescription)")
        _ = try terminal.read(to: "1 file, 1 stopped")
        try expectStatus(130)
    }

    @Test("a display has no colours with --no-color")
    func noColor() throws {
        try terminal.type("tf-fetch -o out --no-color <records >results\n")
        let shown = try terminal.read(to: "waiting:")
        #expect(!shown.contains(/\u{1B}\[[0-9]*m/))
        try terminal.type("\u{3}")
        try expectStatus(130)
    }

    @Test(
        "at a terminal a tool says what it reads, and the first Ctrl-C ends it",
        arguments: [
            ("tf-fetch -o out", "signed records"), ("tf-tally", "results"), ("tf-tally --follow", "results"),
            ("tf-tally --analyze -", "results"), ("tf-queue -", "lines"), ("tf-files -o . -", "lines"),
            ("tf-files -o . --deep -", "lines"),
            ("tf-catalog -", "the source"), ("tf-sign --explain -", "a signed URL"),
        ])
    func waits(command: String, what: String) throws {
        try terminal.type("\(command)\n")
        _ = try terminal.read(to: "reads \(what)")
        _ = try terminal.read(to: "stop with Ctrl-C\r\n")
        try terminal.type("\u{3}")
        try expectStatus(130)
    }

    /// The shell gets what is typed next, and says how the last command ended.
    private func expectStatus(_ status: Int) throws {
        _ = try terminal.read(to: "ready> ")
        try terminal.type("echo status=$?\n")
        _ = try terminal.read(to: "status=$?\r\n")
        #expect(try terminal.read(to: "\r\n") == "status=\(status)\r\n")
    }
}
