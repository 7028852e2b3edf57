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

/// Files that are hashed by several threads, by what the results know.
@Suite struct DeepAuditTests {
    private let lines: Lines
    private let sha256: String

    init() throws {
        lines = try Lines()
        let video = ScriptedWorld.video(size: 5000)
        let digest = try DigestStream(.sha256)
        video.withUnsafeBytes { digest.update($0) }
        sha256 = digest.finish().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        for number in 1...40 { try lines.folder.write(Data(video), to: "out/c/\(number).mp4") }
    }

    private func rot(_ numbers: Int...) throws {
        let video = Data(ScriptedWorld.video(size: 5000, seed: 1))
        for number in numbers { try lines.folder.write(video, to: "out/c/\(number).mp4") }
    }

    private func isThere(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: lines.folder.file("out/c/\(name)").path)
    }

    private func folder() throws -> OutputFolder {
        try OutputFolder(lookingAt: lines.folder.file("out").path, links: .refused)
    }

    private func each(_ line: (Int) -> String) -> String { (1...40).map(line).joined(separator: "\n") }

    /// The paths that are not as they should be, in the order in which they were told, and how many were checked.
    private func audit(
        threads: Int = 2, level: Verification.Level = .structure, checked: CheckedFiles? = nil, more: String = "",
        progress: AuditProgress? = nil
    ) throws -> (paths: [String], checked: Int) {
        let results = each {
            #"{"path":"c/\#($0).mp4","status":"success","bytes":5000,"sha256":"\#(sha256)","finished_at":5}"#
        }
        let inspector = try FileInspector(
            folder(), Verification(level: level, hashesExisting: true), notes: checked, progress: progress)
        var versions = FileVersions()
        var file = try LineFile(lines.file(results))
        try versions.read(&file)
        let output = try FileHandle(forWritingTo: try lines.folder.write("", to: "marks"))
        var audit = Audit(
            inspector, threads: threads, against: try lines.journal(results), versions, checked, progress, now: 9,
            to: LineOutput(output.fileDescriptor))
        var catalog = try LineFile(lines.file(each { #"{"path":"c/\#($0).mp4"\#(more)}"# }))
        var paths: [String] = []
        try audit.run(&catalog) { _, _ in
        } found: { path, _ in
            paths.append(path)
        }
        return (paths, audit.checked)
    }

    @Test("a file that has another hash than the results say is found, in the catalogue's order", arguments: [1, 3])
    func rotten(threads: Int) throws {
        try rot(7, 31)
        try FileManager.default.removeItem(at: lines.folder.file("out/c/12.mp4"))
        #expect(try audit(threads: threads).paths == ["c/7.mp4", "c/12.mp4", "c/31.mp4"])
        let marks = String(decoding: try lines.folder.read("marks"), as: UTF8.self)
        #expect(marks.contains("the SHA-256 of the bytes is not the journal's 'sha256'"))
        #expect(isThere("7.mp4"))
    }

    /// Renames what the last audit has found. Returns the lines for the journal.
    private func rename() throws -> String {
        let output = try FileHandle(forWritingTo: try lines.folder.write("", to: "done"))
        var plan = try LineFile(lines.folder.file("marks").path)
        var written = LineOutput(output.fileDescriptor)
        _ = try RottenFiles(in: MoveFolder(folder())).run(&plan, to: &written) { _, _ in }
        return String(decoding: try lines.folder.read("done"), as: UTF8.self)
    }

    @Test("a rotten file loses its name, no other file's name is taken for it, and doing it again changes nothing")
    func renamed() throws {
        try rot(7)
        try lines.folder.write("mine", to: "out/c/7.mp4.rotten")
        #expect(try audit().paths == ["c/7.mp4"])
        for _ in 1...2 {
            let done = try rename()
            #expect(done.contains("is not the journal's 'sha256'; it is now '7.mp4.rotten.1'"))
            #expect(!done.contains("rotten_"))
            #expect(try lines.folder.read("out/c/7.mp4.rotten") == Data("mine".utf8))
            #expect(!isThere("7.mp4") && isThere("7.mp4.rotten.1"))
        }
    }

    @Test("another file that has come to the place of a rotten one keeps its name")
    func replaced() throws {
        try rot(7)
        _ = try audit()
        let new = try lines.folder.write(Data(ScriptedWorld.video(size: 5000)), to: "out/c/new")
        let place = lines.folder.file("out/c/7.mp4").path
        try FileManager.default.moveItem(atPath: place, toPath: place + ".kept")
        try FileManager.default.moveItem(atPath: new.path, toPath: place)
        #expect(try rename().contains("it is not there any more, or has changed since"))
        #expect(isThere("7.mp4") && !isThere("7.mp4.rotten"))
    }

    @Test("a rotten file that got other bytes since, as many or more, keeps its name", arguments: [5000, 6000])
    func mended(size: Int) throws {
        try rot(7)
        let place = lines.folder.file("out/c/7.mp4")
        // Bytes of the same size change a clock's tick later at the earliest.
        let times: [FileAttributeKey: Any] = [.modificationDate: Date(timeIntervalSince1970: 1e9)]
        try FileManager.default.setAttributes(times, ofItemAtPath: place.path)
        _ = try audit()
        let file = try FileHandle(forWritingTo: place)
        try file.write(contentsOf: Data(ScriptedWorld.video(size: size)))
        try file.close()
        if size > 5000 { try FileManager.default.setAttributes(times, ofItemAtPath: place.path) }
        #expect(try rename().contains("it is not there any more, or has changed since"))
        #expect(isThere("7.mp4") && !isThere("7.mp4.rotten"))
    }

    @Test("a plan of an earlier version, which has inodes alone, still works")
    func oldPlan() throws {
        try rot(7)
        _ = try audit()
        let plan = String(decoding: try lines.folder.read("marks"), as: UTF8.self)
        let old = plan.replacing(/,"rotten_(sizes|times)":\[[^\]]*\]/, with: "")
        #expect(plan.contains("rotten_times") && !old.contains("rotten_times") && old.contains("rotten_inodes"))
        try lines.folder.write(old, to: "marks")
        #expect(try rename().contains("it is now '7.mp4.rotten'"))
        #expect(!isThere("7.mp4") && isThere("7.mp4.rotten"))
    }

    @Test("a rotten file keeps its name where another of the record's is whole")
    func wholeAlias() throws {
        try rot(7)
        #expect(try audit(more: #","aliases":["c/8.mp4"]"#).paths == [])
        #expect(try rename().isEmpty && isThere("7.mp4"))
    }

    /// The notes of a check that has found all whole, as if it had been killed at its end. They are in `kept`.
    private func noted(level: Verification.Level = .structure) throws -> String {
        let (place, kept) = (lines.folder.file("notes").path, lines.folder.file("kept").path)
        let notes = try CheckedFiles(place, SystemClock())
        try FileManager.default.linkItem(atPath: place, toPath: kept)
        #expect(try audit(threads: 3, level: level, checked: notes).checked == 40)
        notes.flush()
        #expect(!FileManager.default.fileExists(atPath: place))
        return kept
    }

    @Test("a file that was noted is passed over while it is the same, and one that has changed is checked again")
    func changed() throws {
        let kept = try noted()
        // With the old size and the old time.
        let place = lines.folder.file("out/c/7.mp4").path
        let time = try FileManager.default.attributesOfItem(atPath: place)[.modificationDate] as! Date
        try rot(7)
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: place)
        let notes = try CheckedFiles(kept, SystemClock())
        #expect(notes.count == 40)
        let (paths, checked) = try audit(checked: notes)
        #expect((paths, checked) == (["c/7.mp4"], 1))
    }

    @Test("what was noted by another check, or more than a week ago, is checked again")
    func otherCheck() throws {
        let kept = try noted(level: .size)
        let late = TestClock()
        late.offset = SystemClock().now - late.monotonic + 8 * 86400
        #expect(try CheckedFiles(kept, late).count == 0)
        #expect(try audit(checked: CheckedFiles(kept, SystemClock())).checked == 40)
    }

    @Test("notes of an earlier version, which have no size, count for nothing")
    func oldNotes() throws {
        let place = lines.folder.file("checked").path
        try "{\"path\":\"c/1.mp4\",\"finished_at\":\(SystemClock().now)}\n{"
            .write(toFile: place, atomically: false, encoding: .utf8)
        let notes = try CheckedFiles(place, SystemClock())
        #expect(notes.count == 0)
        #expect(try audit(checked: notes).checked == 40)
        #expect(!FileManager.default.fileExists(atPath: place))
    }

    @Test("all bytes and files of a check are told: those that are read, those that need not be, and those not there")
    func progress() throws {
        let progress = AuditProgress()
        try FileManager.default.removeItem(at: lines.folder.file("out/c/12.mp4"))
        _ = try audit(checked: CheckedFiles(lines.folder.file("notes").path, SystemClock()), progress: progress)
        #expect((progress.files, progress.flawed) == (40, 1))
        #expect((progress.read, progress.done) == (39 * 5000, 40 * 5000))
    }

    @Test("sizes that no file has, as a record may say them, count as little as they can", arguments: [Int64.max, -1])
    func impossibleSizes(size: Int64) throws {
        let progress = AuditProgress()
        _ = try audit(more: #","size":\#(size)"#, progress: progress)
        #expect(progress.files == 40)
        #expect((0...50 << 44).contains(progress.done))
    }

    @Test("what there is to check is known before, by catalogue and results, and sizes that are missing are guessed")
    func work() throws {
        let results = ["success", "failed", "skipped"].enumerated().map {
            #"{"path":"c/\#($0).mp4","status":"\#($1)","bytes":3000,"finished_at":5}"#
        }
        let journal: FoldedJournal? = try lines.journal(results.joined(separator: "\n"))
        var catalog = try LineFile(lines.file((0...5).map { #"{"path":"c/\#($0).mp4"}"# }.joined(separator: "\n")))
        let known = try AuditWork(&catalog, journal)
        #expect((known.files, known.expectedBytes, known.isExact) == (2, 6000, true))
        let all = try AuditWork(&catalog, nil)
        #expect((all.files, all.expectedBytes) == (6, nil))
        var sized = try LineFile(lines.file(#"{"path":"a","size":50}"# + "\n" + #"{"path":"b"}"#))
        let guessed = try AuditWork(&sized, nil)
        #expect((guessed.expectedBytes, guessed.isExact) == (100, false))
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
