import Progress
import Transfer

/// A run in the middle, with something of everything in it.
enum Reports {
    static var busy: ProgressReport {
        var progress = FetchProgress()
        (progress.success, progress.skipped, progress.failed, progress.retries) = (110, 7, 3, 5)
        (progress.bytes, progress.elapsed) = (1_288_490_189, 30)
        (progress.successBytes, progress.skippedBytes, progress.partBytes) = (1_200_000_000, 70_000_000, 13_632_512)
        progress.running = [
            running(
                "truefire-courses/101/5001.mp4", 12_582_912, of: 52_428_800, seconds: 65,
                record: #"{"course_id":101,"segment_id":5001,"title":"Lesson""#),
            running("a/evil\u{1B}[2J\u{202E}\n.mp4", 1_048_576, of: nil, seconds: 2),
            running("日本のギター/レッスン.mp4", 1024, of: 2048, seconds: 0.2),
        ]
        progress.holds = [
            FetchProgress.Hold(reason: "before the next try", transfers: 2, seconds: 3),
            FetchProgress.Hold(reason: "cdn.example.com asks to slow down\u{1B}[2J", transfers: 0, seconds: nil),
        ]
        return report(progress, of: work)
    }

    /// Of a thousand records half say what they weigh.
    private static var work: ExpectedWork {
        var work = ExpectedWork(records: 500)
        for _ in 0..<500 { work.add(size: 10 << 20) }
        return work
    }

    static func report(_ progress: FetchProgress, of work: ExpectedWork?) -> ProgressReport {
        var meter = ProgressMeter(work)
        var report = meter.report(progress, at: 1_700_000_000.5)
        (report.rate, report.secondsLeft) = (47_290_777.6, 725)
        report.rates["truefire-courses/101/5001.mp4"] = 1_258_291.2
        return report
    }

    static var begun: ProgressReport { ProgressReport(FetchProgress(), total: nil, time: 1_700_000_000) }

    static func running(
        _ path: String, _ bytes: Int64, of size: Int64?, seconds: Double, record: String = ""
    ) -> FetchProgress.Running {
        FetchProgress.Running(path: path, bytes: bytes, size: size, seconds: seconds, record: Array(record.utf8))
    }

    static func text(_ renderer: some ProgressRenderer, _ report: ProgressReport) -> String {
        var text = ""
        renderer.render(report, to: &text)
        return text
    }

    static func endText(_ renderer: some ProgressRenderer, _ report: ProgressReport) -> String {
        var text = ""
        renderer.renderEnd(report, to: &text)
        return text
    }
}
