import Progress
import Testing
import Transfer

@Suite struct TextFormatTests {
    @Test("plain: everything in one line")
    func plain() {
        let expected =
            "117/1,000 files, 3 failed, 7 there already, 5 retries, 1.2 of ~9.8 GiB, 45.1 MiB/s, 12:05 left, "
            + "waiting: before the next try, 2 transfers, 0:03, waiting: cdn.example.com asks to slow down\\x1b[2J"
        #expect(Reports.text(PlainRenderer(), Reports.busy) == expected)
        #expect(Reports.text(PlainRenderer(), Reports.begun) == "0 files, 0 B")
    }

    @Test("the limits in force are shown, and are in JSON")
    func limits() {
        var progress = FetchProgress()
        (progress.rateLimit, progress.jobs) = (5 << 20, 4)
        let report = ProgressReport(progress, total: nil, time: 0)
        #expect(Reports.text(PlainRenderer(), report) == "0 files, 0 B, limit 5.0 MiB/s, limit 4 at a time")
        let bar = Reports.text(BarRenderer(colors: false) { (120, 20) }, report)
        #expect(bar.contains("limit 5.0 MiB/s, limit 4 at a time"))
        #expect(Reports.text(ProgressJSONRenderer(process: 1), report).contains(#""rate_limit":5242880,"jobs":4,"#))
    }

    @Test("the number that '-j auto' has come to is shown, and is in JSON")
    func autoJobs() {
        var progress = FetchProgress()
        (progress.jobs, progress.isAuto) = (6, true)
        let report = ProgressReport(progress, total: nil, time: 0)
        #expect(Reports.text(PlainRenderer(), report) == "0 files, 0 B, -j auto: 6")
        #expect(Reports.text(BarRenderer(colors: false) { (40, 20) }, report).contains("-j auto: 6"))
        #expect(Reports.text(ProgressJSONRenderer(process: 1), report).contains(#""jobs":6,"jobs_auto":true,"#))
    }

    @Test("plain: where nothing moves, that replaces the rate")
    func still() {
        var report = ProgressReport(FetchProgress(), total: 3, time: 0)
        (report.rate, report.stillSeconds) = (0, 72)
        #expect(Reports.text(PlainRenderer(), report) == "0/3 files, 0 B, nothing moves for 1:12")
    }

    @Test("plain: at the end, how it went")
    func end() {
        let expected =
            "117/1,000 files, 3 failed, 7 there already, 5 retries, 1.2 GiB received in 30.0 s, 41.0 MiB/s"
        #expect(Reports.endText(PlainRenderer(), Reports.busy) == expected)
        #expect(Reports.endText(PlainRenderer(), Reports.begun) == "0 files, 0 B received in 0.0 s")
    }

    @Test("what was interrupted has stopped, and has not failed; in JSON it is a failed result, as in its line")
    func stopped() {
        var progress = FetchProgress()
        (progress.success, progress.failed, progress.stopped) = (13, 1, 10)
        let report = ProgressReport(progress, total: nil, time: 0)
        #expect(Reports.endText(PlainRenderer(), report) == "13 files, 1 failed, 10 stopped, 0 B received in 0.0 s")
        #expect(Reports.text(ProgressJSONRenderer(process: 1), report).contains(#""failed":11,"#))
    }

    @Test("JSON: one line with the fields of a progress document")
    func json() {
        let expected =
            #"{"process":42,"time":1700000000.500,"elapsed_seconds":30.000,"total":1000,"success":110,"skipped":7,"#
            + #""failed":3,"retries":5,"bytes":1288490189,"bytes_per_second":47290777,"seconds_left":725,"running":["#
            + #"{"path":"truefire-courses/101/5001.mp4","course_id":101,"segment_id":5001,"title":"Lesson","#
            + #""bytes":12582912,"size":52428800,"seconds":65.000,"bytes_per_second":1258291},"#
            + #"{"path":"a/evil\u001b[2J"# + "\u{202E}" + #"\n.mp4","bytes":1048576,"seconds":2.000},"#
            + #"{"path":"日本のギター/レッスン.mp4","bytes":1024,"size":2048,"seconds":0.200}],"waiting":["#
            + #"{"reason":"before the next try","transfers":2,"until":1700000003.500},"#
            + #"{"reason":"cdn.example.com asks to slow down\u001b[2J","transfers":0}]}"# + "\n"
        #expect(Reports.text(ProgressJSONRenderer(process: 42), Reports.busy) == expected)
        #expect(Reports.endText(ProgressJSONRenderer(process: 42), Reports.busy) == expected)
    }

    @Test("JSON: what is not known is absent")
    func absent() {
        let expected =
            #"{"process":1,"time":1700000000.000,"elapsed_seconds":0.000,"success":0,"skipped":0,"failed":0,"#
            + #""retries":0,"bytes":0,"running":[],"waiting":[]}"# + "\n"
        #expect(Reports.text(ProgressJSONRenderer(process: 1), Reports.begun) == expected)
    }
}
