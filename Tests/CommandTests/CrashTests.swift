import Foundation
import Origin
import TestSupport
import Testing

/// `tf-fetch` killed at any moment and started again, against an origin that misbehaves. `RunCrashTests` has every system
/// call of a run; here the kernel is real.
@Suite struct CrashTests {
    private static let kills = 25

    @Test("after 25 kills at random moments each file is whole, counted once, and nothing else is left")
    func killed() throws {
        var random = SeededGenerator(seed: 9)
        let origin = try OriginServer.start(Self.origin)
        var (kills, resumed, round) = (0, 0, 0)
        while kills < Self.kills {
            let job = try CrashJob(origin, name: "r\(round)")
            while !job.isDone {
                let moment = Double.random(in: 0..<0.25, using: &random)
                try job.run(killAfter: kills < Self.kills ? moment : nil)
                if job.wasKilled { kills += 1 }
            }
            resumed += try job.check()
            round += 1
        }
        #expect(resumed > 0, "no kill met a file that can be continued")
    }

    /// Quick enough that a large file gets somewhere between two kills, and slow enough that it is met by some.
    private static var origin: OriginServer.Settings {
        var settings = OriginServer.Settings(content: MixedContent())
        settings.latency = 0.005
        settings.rate = 8e6
        settings.faults = [
            FaultRule("*1.mp4", StatusFault(503), count: 1),
            FaultRule("*2.mp4", Cut(), count: 1),
            FaultRule("*3.mp4", Reset(after: 3000), count: 1),
            FaultRule("*4.mp4", ErrorPage(), count: 1),
            FaultRule("*5.mp4", WrongRange(), count: 1),
            FaultRule("*0.mp4", Cut(after: 1_100_000), count: 1),
        ]
        return settings
    }
}

/// Every tenth video is large enough to be continued.
private struct MixedContent: Content {
    func object(at path: String) -> (any OriginObject)? { Self.video(at: path) }

    static func video(at path: String) -> SyntheticVideo {
        let isLarge = path.hasSuffix("0.mp4")
        let sizes = isLarge ? SizeRange(1_100_000...3_000_000) : SizeRange(1100...60_000)
        return SyntheticContent(sizes: sizes).video(at: path)
    }
}

/// One catalogue, fetched over many runs of which most are killed.
private final class CrashJob {
    private let origin: OriginServer
    private let folder: TemporaryFolder
    private let paths: [String]
    private(set) var isDone = false
    private(set) var wasKilled = false

    init(_ origin: OriginServer, name: String) throws {
        self.origin = origin
        folder = try TemporaryFolder()
        paths = (0..<200).map { "\(name)/c\($0 % 7)/\($0).mp4" }
        let lines = paths.map { #"{"path":"\#($0)","url":"\#(origin.baseURL)/\#($0)"}"# + "\n" }
        try folder.write(lines.joined(), to: "catalog")
        try folder.write("", to: "results")
    }

    /// One run over the whole catalogue; nothing that is there already may be asked for.
    func run(killAfter seconds: Double?) throws {
        let finished = try Set(files().filter { $0.hasSuffix(".mp4") })
        origin.log.clear()
        let process = try start()
        if let seconds {
            usleep(UInt32(seconds * 1e6))
            kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
        wasKilled = process.terminationReason == .uncaughtSignal
        isDone = !wasKilled && process.terminationStatus == 0
        let asked = Set(origin.log.entries.compactMap { $0.path?.dropFirst() }.map(String.init))
        #expect(asked.isDisjoint(with: finished))
    }

    private func start() throws -> Process {
        let process = Process()
        process.executableURL = CommandRun.toolsFolder.appendingPathComponent("tf-fetch")
        process.arguments = ["-o", folder.file("out").path, "--retry-delay", "0.01s", "--progress", "none"]
        process.standardInput = try FileHandle(forReadingFrom: folder.file("catalog"))
        let results = try FileHandle(forUpdating: folder.file("results"))
        try results.seekToEnd()
        process.standardOutput = results
        try process.runUnblocked()
        return process
    }

    /// Checks the disk and the journal at the end; tells how many files were continued.
    func check() throws -> Int {
        #expect(try files().sorted() == paths.sorted())
        for path in paths {
            let isWhole = try folder.read("out/\(path)") == Data(MixedContent.video(at: path).bytes())
            #expect(isWhole, "\(path) is not the origin's")
        }
        let run = try CommandRun.tool(
            "tf-queue", ["--state", "success", "--state", "skipped", "catalog", "results"], directory: folder.url)
        #expect(run.lines.count == paths.count)
        let successes = try results().filter { $0["status"] as? String == "success" }
        #expect(Set(successes.compactMap { $0["path"] as? String }).count == successes.count)
        return successes.count { $0["resumed_from"] != nil }
    }

    private func results() throws -> [[String: Any]] {
        try folder.read("results").split(separator: UInt8(ascii: "\n")).compactMap {
            try JSONSerialization.jsonObject(with: $0) as? [String: Any]
        }
    }

    private func files() throws -> [String] {
        guard FileManager.default.fileExists(atPath: folder.file("out").path) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: folder.file("out").path).filter {
            $0.contains(".mp4")
        }
    }
}
