import Foundation
import TestSupport
import Testing

@Suite struct SignCommandTests {
    let command = try! SignCommand()
    private let record = #"{"key":"a.mp4"}"# + "\n"

    @Test("good records are signed, with status 0 and nothing on standard error")
    func good() throws {
        let run = try command.run(record + record)
        #expect(run.status == 0)
        #expect(run.errors == "")
        #expect(run.lines.count == 2)
        let url = try #require(fields(run.lines[0])["signed_url"] as? String)
        #expect(
            url.wholeMatch(
                of: /https:\/\/h\/a\.mp4\?Expires=\d+&Signature=[\w~-]{344}&Key-Pair-Id=KPAIR1/) != nil)
    }

    @Test("an empty input gives an empty output and status 0")
    func empty() throws {
        let run = try command.run()
        #expect(run.status == 0)
        #expect(run.output == "")
    }

    @Test("one bad record among good ones gives status 1, and its reason in its place")
    func oneBad() throws {
        let run = try command.run(record + "nonsense\n" + record)
        #expect(run.status == 1)
        #expect(run.lines.map { fields($0)["error"] as? String } == [nil, "bad_record", nil])
        #expect(fields(run.lines[1])["line"] as? Int == 2)
    }

    @Test("one line leaves for each that comes, whatever it is, and every one is JSON")
    func counts() throws {
        let big = 1 << 20
        let cases: [(line: Data, isGood: Bool)] = [
            (Data("\u{FEFF}{\"key\":\"behind a byte-order mark\"}\n".utf8), true),
            (Data("{\"key\":\"carriage return\"}\r\n".utf8), true),
            (Data("{\"key\":\"one\",\"key\":\"two\",\"x\":1,\"x\":2}\n".utf8), true),
            (Data("nonsense\n".utf8), false),
            (Data("{\"key\":\"a\"}{\"key\":\"b\"}\n".utf8), false),
            (Data("{\"key\":\"\u{1B}[31m\"}\n".utf8), false),
            (Data("{\"key\":\"".utf8) + [0xC3, 0x28] + Data("\"}\n".utf8), false),
            (Data("{\"key\":\"".utf8) + [0xED, 0xA0, 0x80] + Data("\"}\n".utf8), false),
            (line(ofLength: big - 1000), true),
            (line(ofLength: big), false),
            (line(ofLength: big + 1), false),
            (Data(String(repeating: "[", count: big - 1).utf8) + [0x0A], false),
            (
                Data("{\"key\":\"a\",\"deep\":\(String(repeating: "{\"a\":", count: big / 8))\n".utf8),
                false
            ),
            (Data("{\"key\":\"no line end\"}".utf8), true),
        ]
        let blank = Data("\n \t\r\n\0\n".utf8)
        let run = try command.run(
            cases.reduce(Data()) { $0 + $1.line + ($1.isGood ? Data() : blank) }, command.settings)
        #expect(run.status == 1)
        #expect(run.lines.allSatisfy { !fields($0).isEmpty && $0.utf8.count <= big })
        #expect(run.lines.map { fields($0)["signed_url"] != nil } == cases.map(\.isGood))
        #expect(
            run.lines.map { fields($0)["error"] as? String == "bad_record" } == cases.map { !$0.isGood })
    }

    /// A record whose line has so many bytes without its line end.
    private func line(ofLength length: Int) -> Data {
        let start = #"{"key":"long","x":""#
        let filling = String(repeating: "x", count: length - start.utf8.count - 2)
        return Data((start + filling + "\"}\n").utf8)
    }

    @Test(
        "a reader that leaves ends it by SIGPIPE, quietly, even where the parent ignores the signal")
    func head() throws {
        let script = "trap '' PIPE; { tf-sign; echo \"status $?\" >&2; } | head -n 1"
        let run = try command.shell(script, input: String(repeating: record, count: 3000))
        #expect(run.lines.count == 1)
        #expect(run.errors == "status 141\n")
    }

    @Test("a full disk ends it with status 3 and the reason")
    func fullDisk() throws {
        let run = try command.shell("tf-sign > /dev/full", input: record)
        #expect(run.status == 3)
        #expect(run.errors == "tf-sign: cannot write standard output: No space left on device\n")
    }

    @Test(
        "an input that cannot be read ends it with status 3 and the reason", arguments: ["< /", "<&-"])
    func unreadable(redirection: String) throws {
        let run = try command.shell("tf-sign \(redirection)")
        #expect(run.status == 3)
        #expect(run.errors.hasPrefix("tf-sign: cannot read standard input: "))
    }

    @Test(
        "a finished line is not held back while the tool waits for the next one",
        .timeLimit(.minutes(1)), arguments: [[], ["-j", "3"]])
    func flushed(more: [String]) throws {
        let tool = try RunningTool("tf-sign", command.settings + more)
        for key in ["a", "b"] {
            try tool.input.write(contentsOf: Data("{\"key\":\"\(key)\"}\n{\"key\":\"not yet".utf8))
            #expect(fields(try tool.nextLine() ?? "")["key"] as? String == key)
            try tool.input.write(contentsOf: Data("\"}\n".utf8))
            #expect(fields(try tool.nextLine() ?? "")["key"] as? String == "not yet")
        }
        #expect(try tool.finish() == 0)
    }

    @Test(
        "with its reader stopped, one page of signed lines is in the pipe and no more",
        .timeLimit(.minutes(1)), arguments: [[], ["-j", "3"]])
    func onePage(more: [String]) throws {
        let tool = try RunningTool("tf-sign", command.settings + more)
        try tool.input.write(contentsOf: Data(String(repeating: record, count: 200).utf8))
        try PipeProbe.waitForBytes(4096, in: tool.output)
        #expect(PipeProbe.bytesWaiting(tool.output) == 4096)
        #expect(PipeProbe.capacity(tool.output) == 4096)
        for _ in 0..<200 { #expect(try tool.nextLine() != nil) }
        #expect(try tool.finish() == 0)
    }
}
