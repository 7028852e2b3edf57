import Journal
import NDJSON
import POSIX
import Rendering
import TestSupport
import Testing

@Suite struct RenderingTests {
    private static let results = #"""
        {"course_id":1,"course_title":"Blues Guitar","path":"1/1.mp4","status":"success","bytes":104857600,"seconds":10,"attempt":1,"finished_at":1700000010}
        {"course_id":1,"course_title":"Blues Guitar","path":"1/2.mp4","status":"failed","error":"connect","retryable":true,"attempt":1,"finished_at":1700000011}
        {"course_id":1,"course_title":"Blues Guitar","path":"1/3.mp4","status":"failed","error":"not_found","retryable":false,"attempt":1,"finished_at":1700000012}
        {"course_id":2,"course_title":"Jazz \u001b[31m\u202e and a title that is far too long for any table at all","path":"2/1.mp4","status":"skipped","bytes":2048}
        {"course_id":3,"course_title":"日本のギター 🎸","path":"3/1.mp4","status":"success","bytes":1536,"seconds":2.5,"finished_at":1700000100.25}
        {"path":"stray.mp4","status":"dropped"}
        {"path":"unnamed.mp4","status":"failed"}
        torn
        """#

    private func render(_ renderer: some Renderer, _ results: String = results) throws -> String {
        let summary = Summary(try Lines().journal(results), againstCatalog: false, tries: 5, now: 1_700_000_200)
        var text = ""
        renderer.render(summary, to: &text)
        return text
    }

    @Test("what failed tries have brought is told apart, and small files took milliseconds")
    func receivedInVain() throws {
        let text = try render(
            TableRenderer(),
            #"""
            {"path":"a","status":"failed","error":"truncated","retryable":true,"bytes":1048576,"finished_at":1700000001}
            {"path":"a","status":"success","bytes":2097152,"seconds":0.012,"finished_at":1700000002}
            """#)
        #expect(text.contains("received      3.0 MiB, 1.0 MiB of it in tries that failed\n"))
        #expect(text.contains(#/took at most +12 ms/#))
    }

    @Test("evidence: who serves nothing comes first, with since when and why")
    func evidence() throws {
        let lines = #"""
            {"suspect":"way","served_at":1700000190}
            {"suspect":"credentials","signer":"x","served_at":1700000190}
            {"suspect":"host","name":"https://good","asked_at":1700000190,"served_at":1700000190}
            {"suspect":"host","name":"https://bad","asked_at":1700000195,"failing_since":1700000080,"reason":"no connection","condemned":true,"records":["1","2"],"folders":["3"]}
            not evidence
            {"suspect":"host","name":"https://never"}
            """#
        var summary = Summary(try Lines().journal(""), againstCatalog: false, tries: 5, now: 1_700_000_200)
        let folder = try Lines()
        var file = try LineFile(folder.file(lines))
        summary.evidence = try KnownEvidence(&file)
        var table = ""
        TableRenderer().render(summary, to: &table)
        #expect(
            table.hasSuffix(
                """

                host          https://bad
                              down since 2023-11-14 22:14:40 UTC, for 2 min
                              no connection
                              asked last 5.0 s ago, never served, 2 records got nothing
                              check --base-url, if it is another host
                network       works: a host answered 10.0 s ago
                key           good: it opened a file 10.0 s ago
                host          https://good
                              answered 10.0 s ago

                """))
        var json = ""
        JSONRenderer().render(summary, to: &json)
        #expect(
            json.contains(
                #""evidence":[{"suspect":"way","served_at":1700000190.000}"#))
        #expect(
            json.contains(
                #""failing_since":1700000080.000,"reason":"no connection","condemned":true,"records":2}"#))
    }

    @Test("the table at 80 columns: troubled courses first, hostile titles shown for what they are")
    func table() throws {
        let expected = #"""
                     files    share       size
            success      2   28.6 %  100.0 MiB
            skipped      1   14.3 %    2.0 KiB  there already
            delayed      1   14.3 %             to be tried again
            failed       2   28.6 %             for good
            dropped      1   14.3 %             left out
            total        7  100.0 %  100.0 MiB

            first result  2023-11-14 22:13:30 UTC
            last result   2023-11-14 22:15:00 UTC
            downloaded    100.0 MiB in 14.5 s, 6.9 MiB/s on average
            paused        1 min 26 s, which the average leaves out

            each file          half        90 %        95 %        99 %
              took at most    2.5 s      10.1 s      10.1 s      10.1 s
              rate at most  616 B/s  10.1 MiB/s  10.1 MiB/s  10.1 MiB/s

            last error  files  what to do
            (none)          1  see 'message' in its results
            connect         1  no connection: check the network and the host's name
            not_found       1  not at the origin: check the key template, or report it

            fault of  files  that is
            record        1  the records: their objects, paths or data
            host          1  an origin host that is down, slow or broken

            course  title                              files  there  failed  left       size
                    (no course)                            2      0       1     0        0 B
                 1  Blues Guitar                           3      1       1     1  100.0 MiB
                 2  Jazz \x1b[31m\u{202e} and a titl…      1      1       0     0    2.0 KiB
                 3  日本のギター 🎸                        1      1       0     0    1.5 KiB
            2 of 4 courses with files complete

            1 line is not a result and was passed over

            """#
        #expect(try render(TableRenderer(width: 80)) == expected)
    }

    @Test("no line of the table is wider than asked for", arguments: [72, 80, 100, 200])
    func width(columns: Int) throws {
        let table = try render(TableRenderer(width: columns), Self.results.replacing("日本のギター 🎸", with: "Guitar"))
        for line in table.split(separator: "\n") { #expect(line.count <= columns, "\(line)") }
    }

    @Test("more courses than fit are counted, the troubled ones shown first")
    func manyCourses() throws {
        let results = (1...30).map { course in
            let status = course == 29 ? "failed" : course == 30 ? "queued" : "success"
            return #"{"course_id":\#(course),"path":"\#(course)","status":"\#(status)"}"#
        }
        let table = try render(TableRenderer(mostCourses: 3), results.joined(separator: "\n"))
        let rows = table.split(separator: "\n").map(String.init)
        let first = try #require(rows.firstIndex { $0.hasPrefix("course") })
        #expect(rows[(first + 1)...(first + 3)].map { $0.prefix(6) } == ["    29", "    30", "     1"])
        #expect(rows[first + 4] == "28 of 30 courses with files complete, 27 not shown (--all-courses shows them)")
    }

    @Test("an empty journal is a table of nothing")
    func empty() throws {
        let expected = """
                     files  share  size
            success      0          0 B
            failed       0
            total        0          0 B

            """
        #expect(try render(TableRenderer(), "") == expected)
    }

    @Test("JSON: one line, names that scripts rely on, absent what is not known")
    func json() throws {
        let results = """
            {"course_id":1,"course_title":"A \\"b\\"","path":"1","status":"success","bytes":300,"seconds":2,"finished_at":1700000002.5}
            {"path":"2","status":"failed","error":"odd","retryable":true}
            """
        let counts = { (success: Int, failed: Int, bytes: Int) in
            #""total":\#(success + failed),"success":\#(success),"skipped":0,"failed":\#(failed),"delayed":\#(failed),"#
                + #""failed_for_good":0,"queued":0,"dropped":0,"bytes":\#(bytes),"downloaded_bytes":\#(bytes)"#
        }
        let expected =
            #"{\#(counts(1, 1, 300)),"first_result_at":1700000002.500,"last_result_at":1700000002.500,"#
            + #""elapsed_seconds":2.000,"bytes_per_second":150,"tries":{"total":2,"success":1,"failed":1,"#
            + #""unfinished":0,"retried_files":0,"retried_success":0},"received_bytes":300,"received_in_vain_bytes":0,"#
            + #""seconds_percentiles":{"p50":2.031,"p90":2.031,"p95":2.031,"p99":2.031},"#
            + #""bytes_per_second_percentiles":{"p50":150.000,"p90":150.000,"p95":150.000,"p99":150.000},"#
            + #""throughput":{"start_at":1700000002,"bucket_seconds":1,"#
            + #""buckets":[{"success":1,"failed":0,"bytes":300}]},"sizes":[{"under":1024,"files":1,"bytes":300}],"#
            + #""errors":[{"error":"odd","files":1,"tries":1}],"faults":[],"#
            + #""courses":[{\#(counts(0, 1, 0)),"complete":false},"#
            + #"{"course_id":1,"course_title":"A \"b\"",\#(counts(1, 0, 300)),"complete":true}],"#
            + #""lines":{"read":2,"passed_over":0,"without_path":0},"made_at":1700000200.000}"# + "\n"
        #expect(try render(JSONRenderer(), results) == expected)
        #expect(try !render(JSONRenderer(), "").contains("first_result_at"))
    }
}
