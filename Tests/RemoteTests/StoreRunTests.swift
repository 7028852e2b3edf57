import Foundation
import Inventory
import POSIX
import TestSupport
import Testing

@testable import Remote

/// What becomes of lines and files, with a store that the test has made up.
@Suite struct StoreRunTests {
    private let folder: TemporaryFolder
    private let clock = TestClock()
    private let store: ScriptedStore

    init() throws {
        folder = try TemporaryFolder()
        store = ScriptedStore(clock)
        for name in ["a", "b", "c"] { try folder.write("video \(name)", to: "spool/1/\(name).mp4") }
    }

    private let lines = """
        {"n":1.0,"path":"1/a.mp4","status":"success","bytes":7,"attempt":1}
        {"path":"1/b.mp4","status":"skipped","bytes":7,"found":"1/b.mp4"}
        {"path":"1/c.mp4","status":"success","bytes":7}

        """

    private func run(
        _ input: String, moves: Bool = true, parallel: Int = 2, patience: Double = 100, spool: Int64? = nil
    ) throws -> (end: StoreEnd, lines: [String], said: [String]) {
        try folder.write(input, to: "input")
        try Data().write(to: folder.file("output"))
        let (reading, writing) = (
            try File(reading: folder.file("input").path), try File(appendingTo: folder.file("output").path)
        )
        var settings = StoreSettings(try RemotePlace("s3:bucket/videos"), spool: folder.file("spool").path)
        (settings.moves, settings.parallel, settings.patience) = (moves, parallel, patience)
        settings.spoolSize = spool
        var said: [String] = []
        let run = try StoreRun(
            settings, store, clock: clock, signals: nil, input: reading.descriptor, output: writing.descriptor
        ) { said.append($0) }
        let end = run.run()
        let output = String(decoding: try folder.read("output"), as: UTF8.self)
        return (end, output.split(separator: "\n").map(String.init), said)
    }

    private var spooled: [String] {
        ["a", "b", "c", "d"].filter { FileManager.default.fileExists(atPath: folder.file("spool/1/\($0).mp4").path) }
    }

    @Test("each file is stored, its line says where and is else as it came, and the spool is empty")
    func stored() throws {
        let (end, lines, said) = try run(lines)
        #expect(end == .complete(failures: 0))
        #expect(store.files == ["1/a.mp4": 7, "1/b.mp4": 7, "1/c.mp4": 7])
        #expect(
            Set(lines) == [
                #"{"n":1.0,"path":"1/a.mp4","status":"success","bytes":7,"attempt":1,"stored":"s3:bucket/videos"}"#,
                #"{"path":"1/b.mp4","status":"skipped","bytes":7,"found":"1/b.mp4","stored":"s3:bucket/videos"}"#,
                #"{"path":"1/c.mp4","status":"success","bytes":7,"stored":"s3:bucket/videos"}"#,
            ])
        #expect(spooled.isEmpty && said.isEmpty)
    }

    @Test("without --move the files stay")
    func copied() throws {
        #expect(try run(lines, moves: false).end == .complete(failures: 0))
        #expect(spooled == ["a", "b", "c"])
    }

    @Test("no more files are sent at one time than were asked for")
    func parallel() throws {
        _ = try run(lines)
        #expect(store.most == 2)
    }

    @Test("while all places are taken it waits for an answer, and not for the files behind")
    func waits() throws {
        _ = try run(lines)
        #expect(store.shortestWait == 1)
    }

    @Test(
        "lines that are not about a fetched file are passed on as they are",
        arguments: [
            #"{"path":"x","status":"failed","stage":"fetch","error":"not_found"}"#, #"{"path":"x","status":"queued"}"#,
            "rubbish", #"{"path":"../x","status":"success"}"#, "[1]",
        ])
    func passed(line: String) throws {
        let (end, lines, _) = try run(line + "\n")
        #expect(end == .complete(failures: 0))
        #expect(lines == [line])
        #expect(store.copies.isEmpty)
    }

    @Test("a file under an alias in the spool is stored under the record's path")
    func alias() throws {
        let (_, lines, _) = try run(#"{"path":"1/new.mp4","status":"skipped","bytes":7,"found":"1/a.mp4"}"#)
        #expect(lines.count == 1 && lines[0].contains("stored"))
        #expect(store.files == ["1/new.mp4": 7])
        #expect(spooled == ["b", "c"])
    }

    @Test("a file that is gone from the spool is as good as stored if the store has it, and else fails")
    func gone() throws {
        store.has("2/there.mp4", size: 5)
        store.has("2/other.mp4", size: 6)
        let (end, lines, _) = try run(
            """
            {"path":"2/there.mp4","status":"success","bytes":5}
            {"path":"2/other.mp4","status":"success","bytes":5,"attempt":2}
            {"path":"2/nowhere.mp4","status":"success","bytes":5}

            """)
        #expect(end == .complete(failures: 2))
        #expect(lines.contains { $0.contains("there.mp4") && $0.contains(#""stored""#) })
        for name in ["other", "nowhere"] {
            let line = try #require(lines.first { $0.contains("\(name).mp4") })
            #expect(line.contains(#""status":"failed","stage":"store","error":"not_stored""#))
            #expect(line.contains(#""owner":"record","retryable":true"#))
        }
        #expect(lines.contains { $0.contains(#""attempt":2,"status":"failed""#) })
    }

    @Test("a file of another size than its line says is not sent")
    func changed() throws {
        let (_, lines, _) = try run(#"{"path":"1/a.mp4","status":"success","bytes":8}"#)
        #expect(lines[0].contains(#""error":"mismatch""#))
        #expect(store.copies.isEmpty && spooled == ["a", "b", "c"])
    }

    @Test("a link in the spool is not followed")
    func link() throws {
        try folder.write("secret!", to: "outside")
        try FileManager.default.createSymbolicLink(
            at: folder.file("spool/1/l.mp4"), withDestinationURL: folder.file("outside"))
        let (_, lines, _) = try run(#"{"path":"1/l.mp4","status":"success","bytes":7}"#)
        #expect(lines[0].contains(#""error":"unsafe_path""#))
        #expect(store.copies.isEmpty)
    }

    @Test("a fault that passes is tried again, and leaves no trace")
    func passing() throws {
        store.refusals["1/a.mp4"] = ["dial tcp 10.0.0.1:443: connect: connection refused", "EOF"]
        let (end, lines, said) = try run(lines)
        #expect(end == .complete(failures: 0))
        #expect(lines.count == 3 && lines.allSatisfy { $0.contains("stored") && !$0.contains("message") })
        #expect(said.isEmpty)
    }

    @Test("an outage is told once, and that it is over")
    func outage() throws {
        let refused = "dial tcp 10.0.0.1:443: connect: connection refused"
        for name in ["a", "b", "c"] { store.refusals["1/\(name).mp4"] = Array(repeating: refused, count: 6) }
        let (end, lines, said) = try run(lines)
        #expect(end == .complete(failures: 0))
        #expect(lines.count == 3 && lines.allSatisfy { $0.contains("stored") })
        try #require(said.count == 2)
        #expect(said[0].hasSuffix("connection refused; it is tried again"))
        #expect(said[1] == "'s3:bucket/videos': files are stored again")
    }

    @Test("a store that takes files and does not have them is not believed, and the files stay")
    func forgetful() throws {
        store.forgets = true
        let (end, lines, _) = try run(lines)
        guard case .refused(let reason) = end else { return #expect(Bool(false), "it went on") }
        #expect(reason.contains("took the file, and does not have it"))
        #expect(lines.count == 3 && !lines.contains { $0.contains("stored\"") })
        #expect(spooled == ["a", "b", "c"])
    }

    @Test("a store that is down for longer than --patience ends the run, and costs no record a try")
    func down() throws {
        store.refusal = "dial tcp: lookup store: no such host"
        let before = clock.monotonic
        let (end, lines, _) = try run(lines, patience: 300)
        guard case .refused = end else { return #expect(Bool(false), "it went on") }
        #expect((300...500).contains(clock.monotonic - before))
        #expect(lines.count == 3)
        for line in lines { #expect(line.contains(#""error":"store_down""#) && line.contains(#""owner":"store""#)) }
        #expect(store.hasEnded)
    }

    @Test("a store that refuses the first file ends the run at once, with what to do")
    func refused() throws {
        store.refusal = "AccessDenied: Access Denied status code: 403"
        let (end, lines, _) = try run(lines)
        guard case .refused(let reason) = end else { return #expect(Bool(false), "it went on") }
        #expect(reason.contains("check the store's key"))
        #expect(lines.count == 3)
        #expect(store.copies.count <= 2)
        #expect(spooled == ["a", "b", "c"])
    }

    @Test("after a refusal the lines behind end as the first, and cost no record a try")
    func refusedBehind() throws {
        store.refusal = "AccessDenied: Access Denied status code: 403"
        let behind = (0..<200).map { #"{"path":"2/\#($0).mp4","status":"success","bytes":7,"attempt":1}"# }
        // A full spool, so that they are not read before.
        let (end, lines, _) = try run(lines + behind.joined(separator: "\n"), parallel: 1, spool: 1)
        guard case .refused = end else { return #expect(Bool(false), "it went on") }
        #expect(lines.count == 203)
        for line in lines {
            #expect(line.contains(#""error":"store_refused""#) && line.contains(#""owner":"store","retryable":true"#))
        }
        #expect(store.copies.count == 1)
    }

    @Test("what a store refuses that has taken others is due at once, and costs no record a try")
    func refusedLater() throws {
        let lines = ["a", "b", "c", "d"].map { #"{"path":"1/\#($0).mp4","status":"success","bytes":7,"attempt":2}"# }
        try folder.write("a video", to: "spool/1/d.mp4")
        for name in ["b", "c", "d"] { store.refusals["1/\(name).mp4"] = Array(repeating: "AccessDenied", count: 9) }
        let (end, results, _) = try run(lines.joined(separator: "\n"), parallel: 1)
        guard case .refused = end else { return #expect(Bool(false), "it went on") }
        #expect(results.count == 4 && results[0].contains(#""attempt":2,"stored""#))
        for line in results.dropFirst() {
            #expect(line.contains(#""error":"store_refused""#) && line.contains(#""attempt":1,"#))
            let fields = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(fields["retry_at"] as? Double == fields["finished_at"] as? Double)
        }
        #expect(spooled == ["b", "c", "d"])
    }

    @Test("one file that is refused three times while others are taken fails alone, and waits")
    func refusedAlone() throws {
        store.refusals["1/c.mp4"] = Array(repeating: "AccessDenied: Access Denied", count: 3)
        let (end, lines, _) = try run(lines)
        #expect(end == .complete(failures: 1))
        let line = try #require(lines.first { $0.contains(#""error":"store_refused""#) })
        let fields = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let retry = try #require(fields["retry_at"] as? Double)
        let finished = try #require(fields["finished_at"] as? Double)
        #expect(retry - finished == 60)
        #expect(lines.count == 3 && spooled == ["c"])
    }
}

/// What a run that was killed has left behind.
extension StoreRunTests {
    @Test("files of no line go if the store has them, and stay if it has not, or only one of another size")
    func leftovers() throws {
        store.has("1/b.mp4", size: 7)
        store.has("1/c.mp4", size: 8)
        let (end, _, said) = try run(#"{"path":"1/a.mp4","status":"success","bytes":7}"#)
        #expect(end == .complete(failures: 0))
        #expect(spooled == ["c"])
        #expect(said.count == 1 && said[0].hasSuffix("1 files that an earlier run had stored were removed"))
    }

    @Test("a file whose line has failed stays, and so does a part")
    func failedStays() throws {
        store.refusals["1/c.mp4"] = Array(repeating: "AccessDenied: Access Denied", count: 3)
        store.has("1/c.mp4", size: 7)
        try folder.write("half", to: "spool/1/d.mp4.part")
        store.has("1/d.mp4.part", size: 4)
        #expect(try run(lines).end == .complete(failures: 1))
        #expect(spooled == ["c"])
        #expect(FileManager.default.fileExists(atPath: folder.file("spool/1/d.mp4.part").path))
    }

    @Test("the late answer of a call that was given up is not taken for another file's")
    func late() throws {
        store.strays = [(-1, .done(Array(#"{"item":{"Size":7}}"#.utf8)))]
        #expect(try run("").end == .complete(failures: 0))
        #expect(store.looks == ["1/a.mp4", "1/b.mp4", "1/c.mp4"])
        #expect(spooled == ["a", "b", "c"])
    }

    @Test("a store that does not answer is asked for no further leftover")
    func goneStore() throws {
        store.isGone = true
        #expect(try run("").end == .complete(failures: 0))
        #expect(store.looks == ["1/a.mp4"] && spooled == ["a", "b", "c"])
    }

    @Test("two checks at one time do not have one name for their files")
    func checks() throws {
        let place = try RemotePlace("s3:bucket")
        for _ in 0..<2 { try RemoteCheck(store, place, clock: clock, signals: nil).look() }
        #expect(Set(store.looks).count == 2)
        #expect(store.looks.allSatisfy { $0.hasPrefix(".tf-bulk-check-") })
    }

    @Test("without --move nothing is removed")
    func leftAlone() throws {
        store.has("1/b.mp4", size: 7)
        _ = try run("", moves: false)
        #expect(spooled == ["a", "b", "c"])
    }
}
