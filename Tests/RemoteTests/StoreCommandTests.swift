import Foundation
import TestSupport
import Testing

/// tf-store with a real rclone and a real server.
@Suite struct StoreCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(at: folder.file("store"), withIntermediateDirectories: true)
    }

    /// Files in the spool, and the lines about them.
    private func fill(_ count: Int, size: Int = 3000) throws -> String {
        var lines = ""
        for number in 0..<count {
            try folder.write(Data(repeating: UInt8(number & 255), count: size), to: "spool/\(number % 3)/\(number).mp4")
            lines += #"{"path":"\#(number % 3)/\#(number).mp4","status":"success","bytes":\#(size)}"# + "\n"
        }
        return lines
    }

    private func files(_ name: String) -> Set<String> {
        let all = FileManager.default.enumerator(atPath: folder.file(name).path)?.compactMap { $0 as? String } ?? []
        return Set(all.filter { $0.hasSuffix(".mp4") })
    }

    private func store(
        _ remote: String, _ more: [String] = [], input: String = "", environment: [String: String]
    ) throws -> CommandRun {
        try CommandRun.tool(
            "tf-store", ["--remote", remote, "--spool", folder.file("spool").path] + more, input: Data(input.utf8),
            environment: environment)
    }

    @Test("files go to a WebDAV server and out of the spool, and nothing of rclone is left")
    func webdav() throws {
        let server = try RunningStore(folder.file("store"))
        let run = try store("dav:v", ["--move"], input: fill(20), environment: server.environment)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.isEmpty)
        #expect(run.lines.count == 20 && run.lines.allSatisfy { $0.hasSuffix(#","stored":"dav:v"}"#) })
        #expect(files("store/v").count == 20 && files("spool").isEmpty)
        #expect(try folder.read("store/v/1/4.mp4") == Data(repeating: 4, count: 3000))
    }

    @Test("a folder is a store too, and a file that it has in part is sent again")
    func local() throws {
        let lines = try fill(5)
        try folder.write(Data(repeating: 0, count: 100), to: "store/0/3.mp4")
        try folder.write(Data(repeating: 1, count: 3000), to: "store/1/1.mp4")
        let run = try store(
            folder.file("store").path, input: lines, environment: ["RCLONE_CONFIG": "/dev/null"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try folder.read("store/0/3.mp4") == Data(repeating: 3, count: 3000))
        #expect(files("store").count == 5 && files("spool").count == 5)
    }

    @Test("--check writes a file to the store and removes it again")
    func check() throws {
        let server = try RunningStore(folder.file("store"))
        let run = try store("dav:v", ["--check"], environment: server.environment)
        #expect(run.status == 0 && run.errors.isEmpty && run.output.isEmpty, "\(run.errors)")
        let rest = try FileManager.default.contentsOfDirectory(atPath: folder.file("store/v").path)
        #expect(rest.isEmpty)
    }

    @Test("--check finds a store that takes no files")
    func readOnly() throws {
        let server = try RunningStore(folder.file("store"), options: ["--read-only"])
        let run = try store("dav:v", ["--check"], environment: server.environment)
        #expect(run.status == 3)
        #expect(run.errors.hasPrefix("tf-store: 'dav:v': no file can be written: "))
    }

    @Test("a remote that rclone does not know is named before a line is read")
    func unknown() throws {
        let run = try store("nowhere:v", input: fill(1), environment: ["RCLONE_CONFIG": "/dev/null"])
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errors.contains("'nowhere:v': didn't find section in config file: 'rclone listremotes' lists"))
    }

    @Test("without rclone it says what to install")
    func noRclone() throws {
        let run = try store("dav:v", environment: ["PATH": folder.path])
        #expect(run.status == 3)
        #expect(run.errors == "tf-store: 'rclone': not found: install it, as with 'apt-get install rclone'\n")
    }

    @Test("what the user's settings say of rclone's log does not matter")
    func log() throws {
        let server = try RunningStore(folder.file("store"))
        for (name, value) in [
            ("RCLONE_LOG_LEVEL", "ERROR"), ("RCLONE_LOG_FILE", folder.file("log").path), ("RCLONE_QUIET", "true"),
            ("RCLONE_VERBOSE", "1"),
        ] {
            var environment = server.environment
            environment[name] = value
            let run = try store("dav:v", ["--check"], environment: environment)
            #expect(run.status == 0 && run.errors.isEmpty, "\(name): \(run.errors)")
        }
    }

    @Test("told to stop while rclone starts, it ends by the signal")
    func stoppedAtStart() throws {
        try folder.write("#!/bin/sh\necho started >\"$0.started\"\nexec sleep 60\n", to: "bin/rclone")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.file("bin/rclone").path)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let tool = try RunningTool(
            "tf-store", ["--remote", "dav:v"], environment: ["PATH": folder.file("bin").path + ":" + path])
        let mark = folder.file("bin/rclone.started").path
        try wait(for: "rclone to start") { FileManager.default.fileExists(atPath: mark) }
        let begin = Date()
        kill(tool.processID, SIGTERM)
        #expect(try tool.finish() == SIGTERM)
        #expect(Date().timeIntervalSince(begin) < 25)
    }

    @Test("the store's password is in no message and no command line")
    func secrets() throws {
        let server = try RunningStore(folder.file("store"), options: ["--user", "me", "--pass", "hush-hush"])
        var environment = server.environment
        environment["RCLONE_CONFIG_DAV_URL"] = "http://me:hush-wrong@127.0.0.1:\(server.port)"
        let run = try store("dav:v", input: fill(1), environment: environment)
        #expect(run.status == 3)
        #expect(run.errors.contains("401"))
        #expect(!(run.errors + run.output).contains("hush"))
    }

    @Test("killed at any moment, the next run with the same lines completes the work, and no file is lost")
    func killed() throws {
        let server = try RunningStore(folder.file("store"))
        let lines = try fill(60, size: 200_000)
        for moment in [0, 1, 7, 30] {
            let tool = try RunningTool(
                "tf-store", ["--remote", "dav:v", "--spool", folder.file("spool").path, "--move"],
                environment: server.environment)
            tool.input.write(Data(lines.utf8))
            // Those that are stored from before are told of again.
            for _ in 0..<moment { #expect(try tool.nextLine()?.contains("stored") == true) }
            tool.kill()
            // Each file is at one of the places at least, and whole in the spool.
            #expect(files("spool").union(files("store/v")).count == 60)
            for name in files("spool") { #expect(try folder.read("spool/\(name)").count == 200_000) }
        }
        let run = try store("dav:v", ["--move"], input: lines, environment: server.environment)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.lines.count == 60)
        #expect(files("spool").isEmpty && files("store/v").count == 60)
        for number in 0..<60 {
            #expect(
                try folder.read("store/v/\(number % 3)/\(number).mp4")
                    == Data(repeating: UInt8(number), count: 200_000))
        }
    }

    @Test("a server that goes away and comes back costs time, and no line")
    func restarted() throws {
        let server = try RunningStore(folder.file("store"))
        let lines = try fill(40)
        let tool = try RunningTool(
            "tf-store", ["--remote", "dav:v", "--spool", folder.file("spool").path, "--move", "-j", "2"],
            environment: server.environment)
        let all = lines.split(separator: "\n")
        tool.input.write(Data((all[..<5].joined(separator: "\n") + "\n").utf8))
        var stored = 0
        while stored < 5, let line = try tool.nextLine() { stored += line.contains("stored") ? 1 : 0 }
        server.kill()
        // So that the others meet a server that is away.
        tool.input.write(Data((all[5...].joined(separator: "\n") + "\n").utf8))
        let again = try RunningStore(folder.file("store"), port: server.port)
        try tool.input.close()
        while let line = try tool.nextLine() { stored += line.contains("stored") ? 1 : 0 }
        #expect(stored == 40)
        #expect(files("spool").isEmpty && files("store/v").count == 40)
        again.kill()
    }

    @Test("told to stop, it passes on what still comes, and says of each file that it is not stored")
    func stopped() throws {
        let tool = try RunningTool(
            "tf-store", ["--remote", "dav:v", "--spool", folder.file("spool").path],
            environment: ["RCLONE_CONFIG": "/dev/null", "RCLONE_CONFIG_DAV_TYPE": "local"])
        // A line that needs no store tells that it reads.
        tool.input.write(Data((#"{"path":"x","status":"failed"}"# + "\n").utf8))
        #expect(try tool.nextLine() == #"{"path":"x","status":"failed"}"#)
        kill(tool.processID, SIGTERM)
        let lines = try fill(1)
        // Until the signal has come, the file may be stored.
        tool.input.write(Data((#"{"path":"y","status":"failed"}"# + "\n").utf8))
        #expect(try tool.nextLine() == #"{"path":"y","status":"failed"}"#)
        tool.input.write(Data(lines.utf8))
        #expect(try tool.nextLine()?.contains("0.mp4") == true)
        #expect(try tool.finish() == SIGTERM)
    }
}
