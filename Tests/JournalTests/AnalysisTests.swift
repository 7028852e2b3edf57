import Journal
import NDJSON
import POSIX
import Rendering
import TestSupport
import Testing

/// What the tries say, each for itself.
@Suite struct AnalysisTests {
    private func attempt(
        _ path: String, _ error: String? = nil, end: Double = 0, seconds: Double = 0, bytes: Int64 = 0,
        course: Int64 = 1
    ) -> Try {
        var attempt = Try(path: path, error: error)
        (attempt.finishedAt, attempt.seconds, attempt.bytes, attempt.course) = (end, seconds, bytes, course)
        return attempt
    }

    @Test("after an error, the retry helped, failed again, or is still to come")
    func retries() {
        var retries = Retries()
        retries.add(attempt("a", "connect"))
        retries.add(attempt("a", "timeout"))
        retries.add(attempt("b", "connect"))
        retries.add(attempt("a"))
        retries.add(attempt("c"))
        retries.add(attempt("d", "connect"))
        retries.add(attempt("d"))
        let all = Dictionary(uniqueKeysWithValues: retries.all.map { ($0.code, $0.effect) })
        #expect(all["connect"].map { [$0.helped, $0.failedAgain, $0.notTried] } == [1, 1, 1])
        #expect(all["timeout"].map { [$0.helped, $0.failedAgain, $0.notTried] } == [1, 0, 0])
        #expect(all.count == 2)
    }

    @Test("the order of the lines does not matter, nor a line that came twice")
    func anyOrder() {
        let tries = [
            attempt("a", "connect", end: 10), attempt("a", "timeout", end: 20), attempt("a", end: 30),
            attempt("b", "connect", end: 15), attempt("a", "timeout", end: 20), attempt("b", end: 16),
        ]
        for seed in 1...20 as ClosedRange<UInt64> {
            var numbers = SeededGenerator(seed: seed)
            var retries = Retries()
            var courses = CourseSpeeds()
            for (index, attempt) in tries.enumerated().shuffled(using: &numbers) {
                var named = attempt
                named.courseTitle = index.isMultiple(of: 2) ? "Blues" : "Rock"
                (named.bytes, named.seconds) = (1, 1)
                retries.add(attempt)
                courses.add(named)
            }
            let all = Dictionary(uniqueKeysWithValues: retries.all.map { ($0.code, $0.effect) })
            #expect(all["connect"].map { [$0.helped, $0.failedAgain, $0.notTried] } == [1, 1, 0], "seed \(seed)")
            #expect(all["timeout"].map { [$0.helped, $0.failedAgain, $0.notTried] } == [1, 0, 0], "seed \(seed)")
            #expect(courses.slowest(1).first?.title == "Blues", "seed \(seed)")
        }
    }

    @Test("two transfers that overlap ran at once for as long as they did, with their rates added up")
    func concurrency() {
        var concurrency = Concurrency()
        concurrency.add(attempt("a", end: 10, seconds: 10, bytes: 1000))
        concurrency.add(attempt("b", end: 14, seconds: 8, bytes: 1600))
        let levels = concurrency.levels
        #expect(levels.map(\.transfers) == [1, 2])
        #expect(levels.map(\.seconds) == [10, 4])
        #expect(levels[1].bytesPerSecond == 300)
        #expect(levels[0].bytes == 6 * 100 + 4 * 200)
    }

    @Test(
        "spans of time merge as the time grows, and none of their tries is lost", arguments: [1, 60, 3600, 1_000_000])
    func timeline(step: Int) {
        var timeline = Timeline()
        for number in (0..<200).reversed() {
            timeline.add(attempt("a", number % 4 == 0 ? "connect" : nil, end: Double(number * step), bytes: 10))
        }
        let spans = timeline.all
        #expect(spans.count <= 24)
        #expect(spans.reduce(0) { $0 + $1.span.tries } == 200)
        #expect(spans.reduce(0) { $0 + $1.span.failures } == 50)
        #expect(spans.reduce(0) { $0 + $1.span.bytes } == 2000)
        #expect(spans.allSatisfy { $0.start % timeline.length == 0 })
    }

    @Test("times as far apart as lines can claim come to an end")
    func farApart() {
        var timeline = Timeline()
        timeline.add(attempt("a", end: 0))
        timeline.add(attempt("b", end: 253_402_300_799))
        #expect(timeline.all.count == 2)
    }

    @Test("the slowest course is the one whose transfers were slowest, not the one that was largest")
    func slowest() {
        var courses = CourseSpeeds()
        courses.add(attempt("a", seconds: 10, bytes: 10_000, course: 1))
        courses.add(attempt("b", seconds: 1, bytes: 100, course: 2))
        courses.add(attempt("c", "connect", course: 3))
        #expect(courses.slowest(5).map(\.id) == [2, 1])
    }

    private func analysis(_ results: String) throws -> Analysis {
        var analysis = Analysis()
        let lines = try Lines()
        var file = try LineFile(lines.file(results))
        try analysis.read(&file)
        return analysis
    }

    @Test(
        "lines that are not tries are passed over: marks, what was there, what was never signed or was stopped, and noise"
    )
    func passedOver() throws {
        let analysis = try analysis(
            """
            {"path":"a","status":"queued"}
            {"path":"a","status":"skipped"}
            {"path":"a","status":"failed","stage":"sign","error":"unsigned"}
            {"path":"a","status":"failed","error":"interrupted"}
            noise
            {"status":"success"}
            {"path":"a","status":"failed","error":"x","bytes":"many","seconds":-1,"finished_at":1e300}
            """)
        #expect(analysis.tries == 1)
        #expect(analysis.passedOver == 6)
    }

    @Test("the table, to the letter")
    func table() throws {
        let analysis = try analysis(
            """
            {"course_id":1,"course_title":"Blues \\u001b[2J","path":"a","status":"failed","error":"connect","attempt":1,"finished_at":1700000000}
            {"course_id":1,"path":"a","status":"success","bytes":10240,"seconds":10,"attempt":2,"finished_at":1700000050}
            {"course_id":2,"path":"b","status":"success","bytes":20480,"seconds":10,"attempt":1,"finished_at":1700000055}
            """)
        let expected = #"""
            Errors over time, in spans of 1 min
            from (UTC)           tries  failed     rate  most of them
            2023-11-14 22:13:00      1       1    0 B/s  connect (1)
            2023-11-14 22:14:00      2       0  512 B/s

            Slowest courses; the mean is 1.5 KiB/s
            course  title          files  failed  rate of one
                 1  Blues \x1b[2J      1       1    1.0 KiB/s
                 2                     1       0    2.0 KiB/s

            Retries
            after    tried again   helped  failed again  not tried
            connect            1  100.0 %             0          0

            More transfers at one time
            at once  of the time  all together       each
                  1       66.7 %     1.5 KiB/s  1.5 KiB/s
                  2       33.3 %     3.0 KiB/s  1.5 KiB/s

            Advice
              more transfers at one time brought more: try '-j 3'

            """#
        #expect(AnalysisRenderer().table(analysis) == expected)
    }
}
