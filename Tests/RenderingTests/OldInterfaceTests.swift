import Journal
import Rendering
import TestSupport
import Testing

/// The answers of the old system's interface, against its guide.
@Suite struct OldInterfaceTests {
    private static let catalog = #"""
        {"course_id":1,"course_title":"Done","path":"1/1"}
        {"course_id":2,"course_title":"Running","path":"2/1"}
        {"course_id":2,"course_title":"Running","path":"2/2"}
        {"course_id":2,"course_title":"Running","path":"2/3"}
        {"course_id":3,"path":"3/1"}
        {"course_id":3,"path":"3/2"}
        """#
    private static let results = #"""
        {"path":"1/1","status":"success","bytes":100}
        {"path":"2/1","status":"skipped","bytes":100}
        {"path":"2/2","status":"failed","error":"connect","retryable":true,"attempt":1}
        {"path":"3/1","status":"failed","error":"not_found"}
        {"path":"3/2","status":"success","bytes":100}
        """#
    private static let active =
        #"{"process":7,"time":1700000199,"running":[{"path":"2/3","course_id":2,"bytes":5,"seconds":1}]}"#

    private func render(_ renderer: some Renderer, active: Bool = true, results: String = results) throws -> String {
        var summary = Summary(
            try Lines().journal(results, catalog: Self.catalog), againstCatalog: true, tries: 5, now: 1_700_000_200)
        if active { summary.active = ActiveRun(Array(Self.active.utf8), now: 1_700_000_200) }
        var text = ""
        renderer.render(summary, to: &text)
        return text
    }

    @Test("bulk-status: courses decided, complete, failed; each course with what is running and queued of it")
    func bulkStatus() throws {
        let expected =
            #"{"bulk_stats":{"courses_processed":2,"courses_completed":1,"courses_failed":1,"#
            + #""total_segments_success":2,"total_segments_failed":1,"total_segments_skipped":1},"#
            + #""processing_courses_count":1,"queued_courses_count":1,"course_details":["#
            + #"{"course_id":1,"course_title":"Done","stats":{"success":1,"failed":0,"skipped":0},"#
            + #""is_processing":false,"is_queued":false},"#
            + #"{"course_id":2,"course_title":"Running","stats":{"success":0,"failed":0,"skipped":1},"#
            + #""is_processing":true,"is_queued":true},"#
            + #"{"course_id":3,"course_title":"Course #3","stats":{"success":1,"failed":1,"skipped":0},"#
            + #""is_processing":false,"is_queued":false}],"#
            + #""cache_keys":{"bulk_stats":"stats.json","processing_courses":"active.json","#
            + #""queued_courses":"results.ndjson"}}"# + "\n"
        #expect(try render(BulkStatusRenderer()) == expected)
    }

    @Test("bulk-stats: a file that can still come has not failed")
    func bulkStats() throws {
        let expected =
            #"{"real_time_aggregated":{"success":2,"failed":1,"skipped":1},"active_courses_count":3,"#
            + #""total_segments_success":2,"total_segments_failed":1,"total_segments_skipped":1}"# + "\n"
        #expect(try render(BulkStatsRenderer()) == expected)
    }

    @Test("queue-status: the courses of which something is left")
    func queueStatus() throws {
        let expected =
            #"{"queued_courses":[{"course_id":2,"course_title":"Running","total_segments":3,"queued_jobs":2,"#
            + #""failed_jobs":0}],"total_queued_jobs":2,"total_failed_jobs":1,"queue_driver":"journal","#
            + #""using_database_queue":false}"# + "\n"
        #expect(try render(QueueStatusRenderer()) == expected)
        #expect(try render(QueueStatusRenderer(), active: false) == expected)
    }

    @Test("queue-status with nothing left and nothing running: a message, an empty list and two zeros")
    func nothingRuns() throws {
        let done =
            Self.results + "\n" + #"{"path":"2/2","status":"success"}"# + "\n" + #"{"path":"2/3","status":"success"}"#
        let expected =
            #"{"message":"No bulk download operation in progress","queued_courses":[],"total_queued_jobs":0,"#
            + #""total_failed_jobs":0}"# + "\n"
        #expect(try render(QueueStatusRenderer(), active: false, results: done) == expected)
    }

    @Test("a snapshot says in every format what the journal said", arguments: ["", results, results + "\ntorn"])
    func snapshot(results: String) throws {
        let summary = Summary(
            try Lines().journal(results, catalog: Self.catalog), againstCatalog: true, tries: 5, now: 1_700_000_200)
        let json = text(JSONRenderer(), summary)
        let read = try #require(Snapshot().read(Array(json.utf8), now: 1_700_000_300))
        let renderers: [any Renderer] = [
            JSONRenderer(), TableRenderer(), BulkStatusRenderer(), BulkStatsRenderer(), QueueStatusRenderer(),
        ]
        for renderer in renderers { #expect(text(renderer, read) == text(renderer, summary)) }
        let quick = try #require(QuickSnapshot().make(of: Array(json.utf8), now: 1_700_000_300)?.quick)
        let again = try #require(QuickSnapshot().read(quick[...], now: 1_700_000_300))
        for renderer in renderers { #expect(text(renderer, again) == text(renderer, summary)) }
        // The courses' numbers end where the last of them does.
        #expect(results.isEmpty || QuickSnapshot().read(quick.dropLast(), now: 0) == nil)
    }

    private func text(_ renderer: any Renderer, _ summary: Summary) -> String {
        var text = ""
        renderer.render(summary, to: &text)
        return text
    }

    @Test(
        "what is not a summary is not a snapshot",
        arguments: ["", "{}", "[]", #"{"total":1}"#, #"{"total":"1","lines":{}}"#])
    func noSnapshot(text: String) { #expect(Snapshot().read(Array(text.utf8), now: 0) == nil) }
}
