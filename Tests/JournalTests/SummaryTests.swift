import Journal
import TestSupport
import Testing

@Suite struct SummaryTests {
    private let lines: Lines

    init() throws { lines = try Lines() }

    private func summary(_ results: String, catalog: String? = nil, tries: Int = 5) throws -> Summary {
        if let catalog {
            Summary(
                try lines.journal(results, catalog: catalog), againstCatalog: true, tries: tries, now: 1_700_000_200)
        } else {
            Summary(try lines.journal(results), againstCatalog: false, tries: tries, now: 1_700_000_200)
        }
    }

    @Test("files are counted by state, bytes only where the file is there")
    func counts() throws {
        let summary = try summary(
            """
            {"path":"a","status":"success","bytes":100}
            {"path":"b","status":"skipped","bytes":20}
            {"path":"c","status":"failed","bytes":3,"error":"truncated","retryable":true,"attempt":1}
            {"path":"d","status":"failed","error":"not_found"}
            {"path":"e","status":"dropped"}
            {"path":"f","status":"queued"}
            """)
        let counts = summary.overall
        #expect((counts.success, counts.skipped, counts.delayed, counts.failedForGood) == (1, 1, 1, 1))
        #expect((counts.dropped, counts.queued, counts.failed, counts.total) == (1, 1, 2, 6))
        #expect((counts.bytes, counts.downloadedBytes) == (120, 100))
    }

    @Test("what a refresh has asked for is counted by what came of it, and a file that was moved as such")
    func refreshed() throws {
        let summary = try summary(
            """
            {"path":"a","status":"skipped","bytes":1,"unchanged":true,"finished_at":1700000010}
            {"path":"b","status":"success","bytes":1,"changed":true,"kept":"b","finished_at":1700000010}
            {"path":"c","status":"success","bytes":1,"changed":true,"finished_at":1700000010}
            {"path":"d","status":"success","bytes":1,"finished_at":1700000001}
            {"path":"d","status":"failed","error":"timeout","found":"d","finished_at":1700000010}
            {"path":"e","status":"skipped","bytes":1,"moved_from":"f","finished_at":1700000010}
            {"path":"g","status":"skipped","bytes":1,"finished_at":1700000010}
            """)
        let refreshed = summary.tries.refreshed
        #expect((refreshed.asked, refreshed.unchanged, refreshed.changed) == (4, 1, 2))
        #expect((refreshed.notConfirmed, refreshed.kept) == (1, 1))
        #expect((summary.overall.skipped, summary.overall.moved, summary.overall.success) == (3, 1, 3))
    }

    @Test("each host has what it did, and what came twice counts once")
    func hosts() throws {
        let line = #"{"path":"a","status":"success","host":"web2","bytes":100,"attempt":1,"finished_at":1700000010}"#
        let summary = try summary(
            """
            \(line)
            {"path":"b","status":"failed","host":"web1","bytes":5,"error":"timeout","retryable":true,"finished_at":1700000020}
            {"path":"c","status":"skipped","host":"web2","finished_at":1700000015}
            \(line)
            {"path":"d","status":"success","bytes":7,"finished_at":1700000030}
            {"path":"a","status":"dropped","host":"web3","finished_at":1700000040}
            """)
        var (first, second) = (HostStatistics.Host(name: "web1"), HostStatistics.Host(name: "web2"))
        (first.failed, first.received, first.lastResultAt) = (1, 5, 1_700_000_020)
        (second.success, second.skipped, second.received, second.lastResultAt) = (1, 1, 100, 1_700_000_015)
        #expect(summary.hosts == [first, second])
    }

    @Test("the average rate is that of the time in which something was fetched")
    func pauses() throws {
        let summary = try summary(
            """
            {"path":"a","status":"success","bytes":1000,"seconds":10,"finished_at":1700000010}
            {"path":"b","status":"success","bytes":1000,"seconds":5,"finished_at":1700000030}
            {"path":"c","status":"success","bytes":2000,"seconds":10,"finished_at":1700003640}
            {"path":"d","status":"skipped","finished_at":1700003640}
            """)
        #expect(summary.times?.elapsed == 3640)
        #expect(summary.times?.paused == 3600)
        #expect(summary.bytesPerSecond == 100)
    }

    @Test("a long try within a pause makes it shorter, or two")
    func pausesThatWereNone() throws {
        let summary = try summary(
            """
            {"path":"a","status":"success","bytes":1000,"seconds":10,"finished_at":1700000010}
            {"path":"b","status":"success","bytes":1000,"seconds":10,"finished_at":1700001020}
            {"path":"c","status":"success","bytes":1000,"seconds":100,"finished_at":1700000510}
            {"path":"d","status":"success","bytes":1000,"seconds":50,"finished_at":1700000060}
            {"path":"e","status":"success","bytes":1000,"seconds":400,"finished_at":1700001015}
            """)
        #expect(summary.times.map { Int($0.paused.rounded()) } == 455)
    }

    @Test("sums of hostile sizes stop at the largest number")
    func overflow() throws {
        let most = #""status":"success","bytes":9000000000000000000,"seconds":0.001,"finished_at":1}"#
        let summary = try summary(#"{"path":"a",\#(most)"# + "\n" + #"{"path":"b",\#(most)"#)
        #expect(summary.overall.bytes == .max)
        #expect(summary.bytesPerSecond == 1_000_000_000_000_000_000)
    }

    @Test("with a catalogue its records count, tried or not, and no others")
    func againstCatalog() throws {
        let summary = try summary(
            """
            {"path":"a","status":"success","course_id":9,"course_title":"Wrong"}
            {"path":"elsewhere","status":"failed","error":"connect"}
            """,
            catalog: """
                {"path":"a","course_id":1,"course_title":"Blues"}
                {"path":"b","course_id":1}
                """)
        #expect((summary.overall.total, summary.overall.success, summary.overall.queued) == (2, 1, 1))
        #expect(summary.notListed == 1)
        #expect(summary.failures.isEmpty)
        #expect(summary.courses.map(\.id) == [1])
        #expect(summary.courses.map(\.title) == ["Blues"])
    }

    @Test("a path that a file had before it was renamed is not counted as one that the catalogue lacks")
    func movedAway() throws {
        let catalog = #"{"path":"new"}"# + "\n" + #"{"path":"swapped"}"# + "\n" + #"{"path":"left"}"#
        let lines = [
            #"{"path":"old","status":"success","finished_at":1}"#,
            #"{"path":"older","status":"success","finished_at":1}"#,
            #"{"path":"elsewhere","status":"success","finished_at":1}"#,
            #"{"path":"swapped","status":"skipped","moved_from":"new","finished_at":2}"#,
            #"{"path":"new","status":"skipped","moved_from":"old","finished_at":3}"#,
            #"{"path":"left","status":"dropped","moved_from":"older","finished_at":3}"#,
            #"{"path":"new","status":"skipped","moved_from":"never","finished_at":3}"#,
        ]
        for order in [lines, lines.reversed()] {
            let summary = try summary(order.joined(separator: "\n"), catalog: catalog)
            #expect(summary.notListed == 1)
            #expect(summary.overall.total == 3)
        }
    }

    @Test("courses are in the order of their ids, with the first title that was given; what has no course comes first")
    func courses() throws {
        let summary = try summary(
            """
            {"path":"a","status":"success","course_id":20}
            {"path":"b","status":"success","course_id":3,"course_title":"Jazz"}
            {"path":"c","status":"failed","course_id":20,"course_title":"Blues"}
            {"path":"d","status":"success","course_title":"None"}
            """)
        #expect(summary.courses.map(\.id) == [nil, 3, 20])
        #expect(summary.courses.map(\.title) == [nil, "Jazz", "Blues"])
        #expect(summary.courses.map(\.counts.isComplete) == [true, true, false])
    }

    @Test("failures are in the order of how many files they hit, then of their code")
    func failures() throws {
        let codes = ["tls", "connect", "odd", "connect"].enumerated()
        let summary = try summary(
            codes.map { #"{"path":"\#($0)","status":"failed","error":"\#($1)"}"# }.joined(separator: "\n"))
        #expect(summary.failures.map(\.code) == ["connect", "odd", "tls"])
        #expect(summary.failures.map(\.files) == [2, 1, 1])
    }

    @Test("time runs from the start of the first try to the last result, in whatever order they are")
    func times() throws {
        let summary = try summary(
            """
            {"path":"b","status":"success","bytes":300,"seconds":5,"finished_at":1030}
            {"path":"a","status":"success","bytes":300,"seconds":10,"finished_at":1010}
            """)
        let times = try #require(summary.times)
        #expect((times.firstResult, times.lastResult, times.elapsed) == (1010, 1030, 30))
        #expect(summary.bytesPerSecond == 20)
    }

    @Test(
        "all is there when nothing is queued or failed; what was dropped is not missed",
        arguments: [
            (#"{"path":"a","status":"success"}"#, true), (#"{"path":"a","status":"skipped"}"#, true),
            (#"{"path":"a","status":"dropped"}"#, true), (#"{"path":"a","status":"queued"}"#, false),
            (#"{"path":"a","status":"failed","retryable":true}"#, false), ("", true),
            (#"{"line":1,"status":"failed","error":"bad_record"}"#, false),
        ])
    func completeness(line: String, expected: Bool) throws {
        #expect(try summary(line).isComplete == expected)
    }
}
