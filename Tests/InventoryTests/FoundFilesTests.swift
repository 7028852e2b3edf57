import Foundation
import Inventory
import Journal
import NDJSON
import POSIX
import Store
import TestSupport
import Testing

/// What is there already, as results for the journal, on a disk in memory.
@Suite struct FoundFilesTests {
    private let disk = MemoryDisk()
    private let size: Int
    private let lines: Lines
    private let results: URL

    init() throws {
        let video = Array(try Fixture.data("lesson-faststart.mp4"))
        size = video.count
        disk["c/whole.mp4"] = video
        disk["c/padded.mp4"] = video + [UInt8](repeating: 0, count: 512)
        disk["c/more.mp4"] = video + [1, 2, 3]
        disk["c/cut.mp4"] = video.dropLast()
        disk["c/folder/file.mp4"] = video
        lines = try Lines()
        results = lines.folder.file("found.ndjson")
    }

    /// The plan of this catalogue and journal, and what was found.
    @discardableResult
    private func look(_ catalog: String, journal: String = "") throws -> (plan: JobPlan, found: [String]) {
        let folder = OutputFolder(disk.start())
        let files = FoundFiles(in: folder, Verification(), SystemClock(), to: try File(appendingTo: results.path))
        var file = try LineFile(lines.file(catalog))
        let plan = try JobPlan(&file, lines.journal(journal), folder: folder, tries: 5, found: files) { _, _ in }
        try files.finish()
        let text = try String(contentsOf: results, encoding: .utf8)
        let found = text.replacing(/"finished_at":[0-9.]+/, with: #""finished_at":0"#).split(separator: "\n")
        return (plan, found.map(String.init))
    }

    @Test(
        "a file that is there is a skipped result with the record's fields, and without those of a try or a signature")
    func skipped() throws {
        let (plan, found) = try look(
            """
            {"n":1.0,"path":"c/whole.mp4","key":"k","status":"failed","message":"m","expires_at":5,"title":"Größe"}
            {"path":"c/new.mp4","url":"https://a/b","aliases":["../c/whole.mp4","c/none.mp4","c/padded.mp4"]}
            """)
        #expect(
            found == [
                #"{"n":1.0,"path":"c/whole.mp4","key":"k","title":"Größe","status":"skipped","bytes":\#(size),"#
                    + #""found":"c/whole.mp4","finished_at":0}"#,
                #"{"path":"c/new.mp4","url":"https://a/b","aliases":["../c/whole.mp4","c/none.mp4","c/padded.mp4"],"#
                    + #""status":"skipped","bytes":\#(size + 512),"found":"c/padded.mp4","finished_at":0}"#,
            ])
        #expect(plan.there.files == 2 && plan.there.bytesKnown == Int64(2 * size + 512) && plan.left == 0)
    }

    @Test(
        "what tf-fetch has to decide is left to it",
        arguments: [
            #""path":"c/none.mp4","key":"k""#, #""path":"c/cut.mp4","key":"k""#, #""path":"c/more.mp4","key":"k""#,
            #""path":"c/folder","key":"k""#, #""path":"c/whole.mp4/below","key":"k""#,
            #""path":"/c/whole.mp4","key":"k""#,
            #""path":"c/whole.mp4","key":"k","size":7"#, #""path":"c/whole.mp4","key":"k","size":"many""#,
            #""path":"c/whole.mp4","key":"k","attempt":"one""#, #""path":"c/whole.mp4","key":"k","aliases":7"#,
            // Only its hash can tell that what is behind the video belongs there.
            #""path":"c/more.mp4","key":"k","md5":"95b1bfe3fa24687051d622f7f7b72936""#,
        ])
    func left(record: String) throws {
        let (plan, found) = try look("{\(record)}")
        #expect(found.isEmpty && plan.left == 1 && plan.there.files == 0)
    }

    @Test(
        "a record that could not be signed, or whose URL may be a key to the video, is left to tf-fetch as well",
        arguments: [
            "", #","url":null"#, #","key":7"#, #","url":"ftp://a/b""#, #","url":"https://a/b","url":"https://a/c""#,
            #","url":"https://user:word@a/b""#, #","url":"https://a/b?Policy=x&Signature=s&Key-Pair-Id=K""#,
            #","url":"https://a/b?X-Amz-Signature=s""#, #","key":"k","signed_url":"https://a/b""#,
        ])
    func secret(fields: String) throws {
        let (plan, found) = try look("{\"path\":\"c/whole.mp4\"\(fields)}")
        #expect(found.isEmpty && plan.left == 1)
    }

    @Test("tries are those of the journal, where it knows of any; done, failed and dropped records are not looked for")
    func journal() throws {
        for name in ["done", "failed", "dropped", "again"] { disk["c/\(name).mp4"] = disk["c/whole.mp4"] }
        let (plan, found) = try look(
            """
            {"path":"c/whole.mp4","key":"k","attempt":1}
            {"path":"c/again.mp4","key":"k","attempt":1}
            {"path":"c/done.mp4","key":"k"}
            {"path":"c/failed.mp4","key":"k"}
            {"path":"c/dropped.mp4","key":"k"}
            {"path":"c/whole.mp4","key":"twice"}
            """,
            journal: """
                {"path":"c/again.mp4","status":"failed","error":"server_error","retryable":true,"attempt":3}
                {"path":"c/done.mp4","status":"success","bytes":5}
                {"path":"c/failed.mp4","status":"failed","error":"not_found","retryable":false,"attempt":1}
                {"path":"c/dropped.mp4","status":"dropped"}
                """)
        #expect(found.count == 2)
        #expect(found[0].hasSuffix(#""attempt":1,"finished_at":0}"#))
        #expect(found[1].hasSuffix(#""attempt":3,"finished_at":0}"#))
        #expect(plan.there.files == 3 && plan.failedForGood == 1 && plan.dropped == 1 && plan.left == 0)
    }

    @Test("a file that was queued again and is found counts, although the clock that queued it was ahead")
    func knownAt() throws {
        let mark = #"{"path":"c/whole.mp4","status":"queued","finished_at":4000000000}"#
        let found = try look(#"{"path":"c/whole.mp4","key":"k"}"#, journal: mark).found
        #expect(found[0].hasSuffix(#","known_at":4000000000.000,"finished_at":0}"#))
        #expect(try lines.fold(found[0] + "\n" + mark).state(of: "c/whole.mp4") == .skipped)
    }

    @Test("what was found is on the disk when the look has ended")
    func durable() throws {
        try look(#"{"path":"c/whole.mp4","key":"k"}"#)
        #expect(disk.count(of: .sync) == 1)
    }

    @Test("lines are appended to a file, behind a torn one on a line of their own")
    func torn() throws {
        try Data(#"{"path":"c/who"#.utf8).write(to: results)
        let found = try look(#"{"path":"c/whole.mp4","key":"k"}"#).found
        #expect(found.count == 2)
    }

    @Test("a line that no reader would take for its length is not written")
    func long() throws {
        let note = String(repeating: "x", count: (1 << 20) - 60)
        let (plan, found) = try look(#"{"path":"c/whole.mp4","key":"k","note":"\#(note)"}"#)
        #expect(found.isEmpty && plan.left == 1)
    }
}
