import Catalog
import Foundation
import SQLite
import TestSupport
import Testing

@Suite struct SelectionTests {
    private let test: TestDatabase

    /// Course 1 has no video, 2 has two (and one without), 3 one.
    init() throws {
        test = try TestDatabase()
        try test.course(1, channels: 1)
        try test.course(2, title: .text("Two"), channels: 2)
        try test.course(3, channels: 3)
        try test.segment(1, channel: .integer(1), video: .null)
        try test.segment(2, channel: .integer(2), order: .integer(1), video: .null)
        try test.segment(3, channel: .integer(2), order: .integer(2))
        try test.segment(4, channel: .integer(2), order: .integer(3))
        try test.segment(5, channel: .integer(3))
    }

    @Test(
        "courses, a limit and a test choose among the segments",
        arguments: [
            (Selection(), ["3", "4", "5"]),
            (Selection(courses: [3]), ["5"]),
            (Selection(courses: [3, 2]), ["3", "4", "5"]),
            (Selection(courses: [99]), []),
            (Selection(limit: 2), ["3", "4"]),
            (Selection(limit: 0), []),
            (Selection(isTest: true), ["3", "4"]),
            (Selection(limit: 1, isTest: true), ["3"]),
            (Selection(courses: [2], isTest: true), ["3"]),
        ])
    func selection(selection: Selection, ids: [String]) throws {
        #expect(try catalog(test.path, defaultRules, selection).values("segment_id") == ids)
    }

    @Test("it says so where nothing is left")
    func nothing() throws {
        let run = try catalog(test.path, defaultRules, Selection(courses: [99]))
        #expect(run.messages == ["FILE: no segments of those asked for"])
        #expect(run.isClean)
    }

    @Test("courses are listed by id, those without segments too")
    func courseList() throws {
        #expect(
            try courses(test.path) == [
                #"{"course_id":1,"course_title":"Course #1","segments":0,"segments_without_video":1}"# + "\n",
                #"{"course_id":2,"course_title":"Two","segments":2,"segments_without_video":1}"# + "\n",
                #"{"course_id":3,"course_title":"Course #3","segments":1,"segments_without_video":0}"# + "\n",
            ])
        #expect(try courses(test.path, Selection(courses: [3])).count == 1)
        #expect(try courses(test.path, Selection(limit: 2)).count == 2)
        #expect(try courses(test.path, Selection(isTest: true)).first?.contains("Two") == true)
    }

    @Test("a plan counts what there is and what is missing")
    func plan() throws {
        var expected = Plan()
        (expected.courses, expected.coursesWithoutSegments) = (3, 1)
        (expected.segments, expected.segmentsWithoutVideo) = (3, 2)
        #expect(try CatalogTests.plan(test.path) == expected)
    }

    @Test("a plan of records adds up the sizes that they tell")
    func planOfRecords() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            """
            {"path":"a","course_id":1,"size":5}
            {"path":"b","course_id":1}
            {"path":"c","course_id":2,"size":7}
            """, to: "records")
        let plan = try CatalogTests.plan(file.path)
        #expect(plan.courses == 2 && plan.segments == 3)
        #expect(plan.bytesKnown == 12 && plan.segmentsWithSize == 2)
    }

    @Test(
        "what is unknown is taken for the mean of the known, and for 50 MiB where nothing is known",
        arguments: [([10, 30], 40), ([], 2 * 52_428_800)])
    func estimate(sizes: [Int], estimate: Int) throws {
        let known = sizes.map { #"{"path":"\#($0)","size":\#($0)}"# }
        let folder = try TemporaryFolder()
        let lines = (known + [#"{"path":"x"}"#, #"{"path":"y"}"#]).joined(separator: "\n")
        #expect(try CatalogTests.plan(try folder.write(lines, to: "lines").path).bytesEstimated == Int64(estimate))
    }
}
