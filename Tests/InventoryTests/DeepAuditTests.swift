import Foundation
import Inventory
import Journal
import NDJSON
import OpenSSL
import POSIX
import Store
import Synchronization
import TestSupport
import Testing

/// Files that are hashed by several threads, by what the results know, on a disk in memory.
@Suite struct DeepAuditTests {
    private let disk = MemoryDisk()
    private let lines: Lines
    private let sha256: String

    init() throws {
        lines = try Lines()
        let video = ScriptedWorld.video(size: 5000)
        for number in 1...40 { disk["c/\(number).mp4"] = video }
        let digest = try DigestStream(.sha256)
        video.withUnsafeBytes { digest.update($0) }
        sha256 = digest.finish().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func each(_ line: (Int) -> String) -> String { (1...40).map(line).joined(separator: "\n") }

    /// The paths that are not as they should be, in the order in which they were told, and how many were checked.
    private func audit(
        threads: Int, renamesRotten: Bool = false, checked: CheckedFiles? = nil, more: String = ""
    ) throws -> (paths: [String], checked: Int, passed: Int) {
        let results = each {
            #"{"path":"c/\#($0).mp4","status":"success","bytes":5000,"sha256":"\#(sha256)","finished_at":5}"#
        }
        let inspector = FileInspector(
            OutputFolder(disk.start()), Verification(hashesExisting: true), renamesRotten: renamesRotten)
        var versions = FileVersions()
        var file = try LineFile(lines.file(results))
        try versions.read(&file)
        let output = try FileHandle(forWritingTo: try lines.folder.write("", to: "marks"))
        var audit = Audit(
            inspector, threads: threads, against: try lines.journal(results), versions, checked, now: 9,
            to: LineOutput(output.fileDescriptor))
        var catalog = try LineFile(lines.file(each { #"{"path":"c/\#($0).mp4"\#(more)}"# }))
        var paths: [String] = []
        try audit.run(&catalog) { _, _ in
        } found: { path, _ in
            paths.append(path)
        }
        return (paths, audit.checked, audit.passed)
    }

    @Test("a file that has another hash than the results say is found, in the catalogue's order", arguments: [1, 3])
    func rotten(threads: Int) throws {
        for number in [7, 31] { disk["c/\(number).mp4"] = ScriptedWorld.video(size: 5000, seed: 1) }
        disk["c/12.mp4"] = nil
        #expect(try audit(threads: threads).paths == ["c/7.mp4", "c/12.mp4", "c/31.mp4"])
        let marks = String(decoding: try lines.folder.read("marks"), as: UTF8.self)
        #expect(marks.contains("the SHA-256 of the bytes is not the journal's 'sha256'"))
        #expect(disk["c/7.mp4"] != nil)
    }

    @Test("a rotten file loses its name, and no other file's name is taken for it")
    func renamed() throws {
        disk["c/7.mp4"] = ScriptedWorld.video(size: 5000, seed: 1)
        disk["c/7.mp4.rotten"] = [1]
        disk["c/12.mp4"] = nil
        // At the end, so that an audit that is killed has hidden nothing.
        #expect(try audit(threads: 2, renamesRotten: true).paths == ["c/12.mp4", "c/7.mp4"])
        let marks = String(decoding: try lines.folder.read("marks"), as: UTF8.self)
        #expect(marks.contains("is not the journal's 'sha256'; it is now '7.mp4.rotten.1'"))
        #expect(disk["c/7.mp4"] == nil)
        #expect(disk["c/7.mp4.rotten"] == [1])
        #expect(disk["c/7.mp4.rotten.1"] != nil)
    }

    @Test("a rotten file keeps its name where another of the record's is whole")
    func wholeAlias() throws {
        disk["c/7.mp4"] = ScriptedWorld.video(size: 5000, seed: 1)
        #expect(try audit(threads: 2, renamesRotten: true, more: #","aliases":["c/8.mp4"]"#).paths == [])
        #expect(disk["c/7.mp4"] != nil && disk["c/7.mp4.rotten"] == nil)
    }

    @Test("what an earlier check noted is passed over; what is rotten is not noted, and the end removes the notes")
    func checked() throws {
        let place = lines.folder.file("checked").path
        try "{\"path\":\"c/1.mp4\",\"finished_at\":\(SystemClock().now)}\n{\"path\":\"c/2.mp4\",\"finished_at\":5}\n{"
            .write(toFile: place, atomically: false, encoding: .utf8)
        let notes = try CheckedFiles(place, SystemClock())
        #expect(notes.count == 1)
        let (paths, checked, passed) = try audit(threads: 2, checked: notes)
        #expect((paths, checked, passed) == ([], 39, 1))
        #expect(!FileManager.default.fileExists(atPath: place))
    }

    @Test("those who read wait for their turn, so that together they keep the limit")
    func pace() {
        let clock = TestClock()
        let waited = Mutex(0.0)
        let pace = ReadPace(bytesPerSecond: 1000, clock: clock) { seconds in
            waited.withLock { $0 += seconds }
            clock.advance(by: seconds)
        }
        for _ in 0..<5 { pace.wait(for: 500) }
        // The last piece is paid for by who reads next.
        #expect(abs(waited.withLock { $0 } - 2) < 0.001)
    }
}
