import Foundation
import Origin
import TestSupport
import Testing

/// `tf-fetch` as its user runs it, against an origin of the test's own.
final class FetchHarness {
    let origin: OriginServer
    let folder: TemporaryFolder
    let size: Int64

    init(size: Int64 = 20_000, faults: [String] = [], rate: Double? = nil) throws {
        var settings = OriginServer.Settings(videosOf: size)
        settings.rate = rate
        settings.faults = try faults.map { try FaultRule(parsing: $0) }
        origin = try OriginServer.start(settings)
        folder = try TemporaryFolder()
        self.size = size
    }

    /// An origin that has this file alone.
    init(serving file: Data, as path: String, faults: [String] = []) throws {
        folder = try TemporaryFolder()
        try folder.write(file, to: "origin/\(path)")
        var settings = OriginServer.Settings(content: try FolderContent(root: folder.file("origin").path))
        settings.faults = try faults.map { try FaultRule(parsing: $0) }
        origin = try OriginServer.start(settings)
        size = Int64(file.count)
    }

    deinit { origin.stop() }

    /// Puts a file where an earlier run would have.
    func place(_ file: Data, at path: String) throws { try folder.write(file, to: "out/\(path)") }

    /// One result, as its fields.
    typealias Result = [String: Any]

    struct Run {
        let status: Int32
        let results: [Result]
        let output: String
        let errors: String

        /// The only result, or the one for this path.
        func result(_ path: String? = nil) throws -> Result {
            try #require(results.first { path == nil || $0["path"] as? String == path })
        }
    }

    func line(_ path: String, _ more: String = "") -> String {
        #"{"path":"\#(path)","signed_url":"\#(origin.baseURL)/\#(path)?Signature=SECRET&Expires=1"\#(more)}"# + "\n"
    }

    func run(_ input: String, _ options: [String] = [], environment: [String: String] = [:]) throws -> Run {
        let run = try CommandRun.tool(
            "tf-fetch", ["-o", folder.file("out").path, "--retry-delay", "0.01s", "--progress", "none"] + options,
            input: Data(input.utf8), environment: environment)
        return Run(status: run.status, results: try run.lines.map(Self.result), output: run.output, errors: run.errors)
    }

    /// The results in a file of the test's folder.
    func results(in name: String) throws -> [Result] {
        try String(decoding: folder.read(name), as: UTF8.self).split(separator: "\n").map {
            try Self.result(String($0))
        }
    }

    private static func result(_ line: String) throws -> Result {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? Result)
    }

    /// How long the part of a path is; 0 where there is none.
    func partLength(_ path: String) throws -> Int {
        let part = folder.file("out/\(path).part").path
        return (try? FileManager.default.attributesOfItem(atPath: part)[.size] as? Int) ?? 0
    }

    /// What lies under the output folder: paths and bytes.
    func files() throws -> [String: Data] {
        let root = folder.file("out")
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
            let url = root.appendingPathComponent(path)
            if (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == false {
                files[path] = try Data(contentsOf: url)
            }
        }
        return files
    }

    /// The bytes that the origin has for a path.
    func original(_ path: String) throws -> Data { Data(try video(path).bytes()) }

    /// The same for several, as `files` has them.
    func originals(_ paths: [String]) throws -> [String: Data] {
        Dictionary(uniqueKeysWithValues: try paths.map { ($0, try original($0)) })
    }

    /// The version that the fault `changed` shows.
    func changed(_ paths: [String]) throws -> [String: Data] {
        Dictionary(uniqueKeysWithValues: try paths.map { ($0, Data(try ChangedObject(video($0)).bytes())) })
    }

    private func video(_ path: String) -> SyntheticVideo {
        SyntheticContent(sizes: SizeRange(size...size)).video(at: path)
    }
}
