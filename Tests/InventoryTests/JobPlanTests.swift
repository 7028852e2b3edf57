import Inventory
import Journal
import NDJSON
import POSIX
import Store
import TestSupport
import Testing

/// What a run would do, with a disk in memory.
@Suite struct JobPlanTests {
    private let disk = MemoryDisk()

    private static let catalog = """
        {"path":"c/there.mp4"}
        {"path":"c/new.mp4","size":300}
        {"path":"c/unknown.mp4"}
        {"path":"c/found.mp4"}
        {"path":"c/renamed.mp4","aliases":["old/renamed.mp4"]}
        {"path":"c/missing.mp4"}
        {"path":"c/dropped.mp4"}
        no record
        """
    private static let results = """
        {"path":"c/there.mp4","status":"success","bytes":100}
        {"path":"c/missing.mp4","status":"failed","error":"not_found","retryable":false,"attempt":1}
        {"path":"c/dropped.mp4","status":"dropped"}
        """

    private func plan(_ catalog: String, _ results: String, folder: OutputFolder?) throws -> JobPlan {
        let lines = try Lines()
        var file = try LineFile(lines.file(catalog))
        return try JobPlan(&file, lines.journal(results), folder: folder, tries: 5) { _, _ in }
    }

    @Test("sizes are known from records, from the journal and from the disk; the rest are guessed at their mean")
    func sizes() throws {
        disk["c/found.mp4"] = [UInt8](repeating: 1, count: 150)
        disk["old/renamed.mp4"] = [UInt8](repeating: 1, count: 250)
        let plan = try plan(Self.catalog, Self.results, folder: OutputFolder(disk.start()))
        #expect(plan.records == 7)
        #expect(plan.there.files == 1 && plan.there.bytesKnown == 100)
        #expect(plan.failedForGood == 1 && plan.dropped == 1)
        #expect(plan.left == 4 && plan.onDisk.files == 2)
        #expect(plan.recordsWithSize == 4 && plan.bytesKnown == 800)
        #expect(plan.meanSize == 200 && plan.bytesEstimated == 600)
        #expect(plan.bytesToFetch == 500)
    }

    @Test("where no size is known, and the folder is still to be made, each is as large as usual")
    func nothingKnown() throws {
        let plan = try plan(#"{"path":"a"}"#, "", folder: nil)
        #expect(plan.left == 1 && plan.bytesToFetch == 50 << 20)
    }

    @Test("the document has what was found in the source, and null where the room is not known")
    func document() throws {
        let source = try SourcePlan(
            Array(#"{"courses":3,"courses_without_segments":1,"segments":9,"segments_without_video":2}"#.utf8))
        var line = LineBuffer()
        try plan(Self.catalog, Self.results, folder: nil).write(source, free: nil, rate: 100, to: &line)
        let text = String(decoding: line.bytes, as: UTF8.self)
        #expect(
            text == #"{"courses":3,"courses_without_segments":1,"segments":7,"segments_without_video":2,"#
                + #""segments_with_size":2,"bytes_known":400,"bytes_estimated":1000,"mean_size":200,"there":1,"#
                + #""bytes_there":100,"failed_for_good":1,"dropped":1,"left":4,"left_on_disk":0,"bytes_left":900,"#
                + #""bytes_left_estimated":600,"bytes_free":null,"seconds":9}"# + "\n")
    }

    @Test("what is not a plan of a source is refused")
    func noPlan() {
        #expect(throws: LineError.self) { try SourcePlan(Array("{}".utf8)) }
        #expect(throws: LineError.self) { try SourcePlan(Array("nonsense".utf8)) }
    }
}
