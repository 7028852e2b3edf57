import Foundation
import Origin
import TestSupport
import Testing

@Suite("tf-origin")
struct ToolTests {
    @Test("prints the video that it would serve")
    func printing() throws {
        let folder = try TemporaryFolder()
        let run = try CommandRun.shell("tf-origin --size 3000 --print a.mp4 > video", directory: folder.url)
        #expect(run.status == 0)
        #expect(try Array(folder.read("video")) == SyntheticVideo(path: "/a.mp4", size: 3000).bytes())
    }

    @Test("tells its port, serves, and ends by the signal that it gets", arguments: ["INT", "TERM", "HUP"])
    func serving(signal: String) throws {
        let folder = try TemporaryFolder()
        // `read` waits for the line that says that it listens; by then the file is there. What a shell runs in the
        // background ignores SIGINT, as it would under nohup: `env` gives it the default again.
        let script = """
            mkfifo line
            env --default-signal=INT tf-origin --size 3000 --port-file port --log > line 2> log & pid=$!
            read -r address < line
            echo "$address"
            curl -sS -o video "http://127.0.0.1:$(cat port)/a.mp4?Signature=secret"
            kill -\(signal) $pid
            wait $pid
            echo $?
            """
        let run = try CommandRun.shell(script, directory: folder.url)
        let port = String(decoding: try folder.read("port"), as: UTF8.self)
        #expect(run.lines == ["listening on http://127.0.0.1:\(port.dropLast())", "\(128 + number(signal))"])
        #expect(try folder.read("video").count == 3000)
        #expect(try String(decoding: folder.read("log"), as: UTF8.self) == "tf-origin: GET '/a.mp4': 200\n")
    }

    private func number(_ signal: String) -> Int32 { ["INT": SIGINT, "TERM": SIGTERM, "HUP": SIGHUP][signal]! }

    @Test(
        "refuses settings that are not valid, and names them",
        arguments: [
            (
                "--root /none",
                "cannot open the folder '/none': No such file or directory, give a folder that can be read"
            ),
            ("--root . --size 1k", "--root and --size exclude each other"),
            ("--public-key x", "--public-key and --key-pair-id need each other"),
            ("--public-key /dev/null --key-pair-id K", "'/dev/null' is not a public key in PEM"),
            ("--public-key /none --key-pair-id K", "cannot read '/none': No such file or directory"),
            ("--fault /a:what", "--fault '/a:what': 'what' is not a fault"),
            ("--faults /none", "cannot read '/none': No such file or directory"),
            ("--size 2k..1k", "the value '2k..1k' is invalid for '--size <size>'"),
            ("--rate 0", "--rate has to be above 0"),
            ("--latency 2d", "the value '2d' is invalid for '--latency <time>'"),
            ("--port 70000", "the value '70000' is invalid for '--port <n>'"),
        ])
    func refusals(arguments: String, message: String) throws {
        let run = try CommandRun.shell("tf-origin \(arguments)")
        #expect(run.status == 2)
        #expect(run.errors.contains(message))
        #expect(run.output.isEmpty)
    }

    @Test("ends with 3 where it cannot listen")
    func takenPort() throws {
        let origin = try OriginServer.start(OriginServer.Settings(videosOf: 10))
        let run = try CommandRun.tool("tf-origin", ["--port", "\(origin.port)"])
        #expect(run.status == 3)
        #expect(run.errors == "tf-origin: cannot listen on port \(origin.port): Address already in use\n")
    }

    @Test("explains every fault in its help")
    func help() throws {
        let help = try CommandRun.tool("tf-origin", ["--help"]).output
        for fault in Faults.all { #expect(help.contains(fault.help.form)) }
    }
}
