import Progress
import Testing
import Transfer

@Suite struct MeterTests {
    private static let mebibyte: Int64 = 1 << 20

    /// Where a run stands after so many seconds.
    private func progress(
        _ elapsed: Double, bytes: Int64 = 0, success: Int = 0, running: [FetchProgress.Running] = []
    ) -> FetchProgress {
        var progress = FetchProgress()
        (progress.elapsed, progress.bytes, progress.success, progress.running) = (elapsed, bytes, success, running)
        progress.successBytes = Int64(success) * 50 * Self.mebibyte
        progress.partBytes = running.reduce(0) { $0 + $1.bytes }
        return progress
    }

    @Test("nothing is said of rate and time left before there is something to measure")
    func start() {
        var meter = ProgressMeter(ExpectedWork(records: 10))
        #expect(meter.report(progress(0), at: 0).rate == nil)
        let early = meter.report(progress(0.5, bytes: 5 << 20, success: 1), at: 0.5)
        #expect(early.rate == nil && early.secondsLeft == nil)
        let soon = meter.report(progress(2, bytes: 20 << 20, success: 1), at: 2)
        #expect(soon.rate == Double(10 << 20) && soon.secondsLeft == nil)
    }

    @Test("the rate is that of the last ten seconds")
    func window() {
        var meter = ProgressMeter(nil)
        var report = meter.report(progress(0), at: 0)
        for second in 1...60 {
            // 1 MiB/s for half a minute, then 3.
            let bytes = Int64(second <= 30 ? second : 30 + 3 * (second - 30)) << 20
            report = meter.report(progress(Double(second), bytes: bytes), at: 0)
            if second == 30 { #expect(report.rate == Double(1 << 20)) }
            if second == 35 { #expect(report.rate == Double(2 << 20)) }
        }
        #expect(report.rate == Double(3 << 20))
    }

    @Test("the time left is that of the bytes left: the rest of what runs, and the mean size for each other file")
    func timeLeft() {
        var meter = ProgressMeter(ExpectedWork(records: 10))
        _ = meter.report(progress(0), at: 0)
        let running = [Reports.running("a", 10 << 20, of: 50 << 20, seconds: 1)]
        // 200 MiB in 10 s; 40 MiB of the running one and 50 for each of the other 5 are left.
        let report = meter.report(progress(10, bytes: 200 << 20, success: 4, running: running), at: 0)
        #expect(report.secondsLeft == 290.0 / 20)
    }

    @Test("the whole is what the records say; else, with a mark, the mean of what is known for the rest")
    func expected() throws {
        let begun = progress(1, success: 1, running: [Reports.running("a", 0, of: 30 << 20, seconds: 1)])
        var work = ExpectedWork(records: 0)
        for size in [10, 20, 30] as [Int64] { work.add(size: size << 20) }
        var (known, partly, guessed) = (ProgressMeter(work), work, ProgressMeter(ExpectedWork(records: 4)))
        partly.add(size: nil)
        var mixed = ProgressMeter(partly)
        let reports = [known.report(begun, at: 0), mixed.report(begun, at: 0), guessed.report(begun, at: 0)]
        #expect(try reports.map { try #require($0.expected).bytes / Double(1 << 20) } == [60, 80, 160])
        #expect(reports.map { $0.expected?.isKnown } == [true, false, false])
    }

    @Test("each transfer has its rate, which begins anew where the transfer does")
    func rates() {
        var meter = ProgressMeter(nil)
        func rate(_ elapsed: Double, _ bytes: Int64) -> Double? {
            meter.report(progress(elapsed, running: [Reports.running("a", bytes, of: nil, seconds: 1)]), at: 0)
                .rates["a"]
        }
        #expect(rate(0, 0) == nil)
        #expect(rate(2, 2 << 20) == Double(1 << 20))
        #expect(rate(4, 0) == nil)
        #expect(rate(6, 1 << 20) == Double(1 << 19))
    }

    @Test("without a total, a size or a rate there is no time left")
    func unknown() {
        for (total, success, bytes) in [(nil, 1, 1), (10, 0, 1), (10, 1, 0), (1, 1, 1)] as [(Int?, Int, Int64)] {
            var meter = ProgressMeter(total.map { ExpectedWork(records: $0) })
            _ = meter.report(progress(0), at: 0)
            #expect(meter.report(progress(10, bytes: bytes << 20, success: success), at: 0).secondsLeft == nil)
        }
    }

    @Test("sizes that no file has make no number of nonsense")
    func hostileSizes() throws {
        var meter = ProgressMeter(ExpectedWork(records: 10))
        _ = meter.report(progress(0), at: 0)
        let running = (0..<10).map { Reports.running("\($0)", 1 << 20, of: .max, seconds: 1) }
        let report = meter.report(progress(10, bytes: 1 << 20, running: running), at: 0)
        #expect(report.secondsLeft == nil)
        #expect(try #require(report.share) < 1e-12)
    }

    @Test("while nothing moves there is no time left")
    func stillHasNoEnd() {
        var meter = ProgressMeter(ExpectedWork(records: 10))
        _ = meter.report(progress(0), at: 0)
        #expect(meter.report(progress(10, bytes: 1 << 30, success: 1), at: 0).secondsLeft != nil)
        #expect(meter.report(progress(14, bytes: 1 << 30, success: 1), at: 0).secondsLeft != nil)
        #expect(meter.report(progress(15, bytes: 1 << 30, success: 1), at: 0).secondsLeft == nil)
    }

    @Test("that nothing moves is said after five seconds, and no more when something ends")
    func still() {
        var meter = ProgressMeter(nil)
        _ = meter.report(progress(1, bytes: 1), at: 0)
        #expect(meter.report(progress(5.5, bytes: 1), at: 0).stillSeconds == nil)
        #expect(meter.report(progress(7, bytes: 1), at: 0).stillSeconds == 6)
        #expect(meter.report(progress(8, bytes: 1, success: 1), at: 0).stillSeconds == nil)
    }
}
