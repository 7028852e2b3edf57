import Foundation
import Origin
import TestSupport
import Testing

/// Each misbehaviour of the origin, at a file's first try, at a quick retry and at a try that continues a part; alone
/// and among ten transfers: what the result says, what lies on the disk, and the status.
@Suite struct FaultMatrixTests {
    @Test(
        "a fault that lasts fails its record, and no other, and leaves nothing behind",
        arguments: FaultCase.all.filter { $0.first != nil }, [1, 10])
    func lasting(fault: FaultCase, jobs: Int) throws {
        let harness = try FetchHarness(faults: ["*bad*:\(fault.fault)"])
        let good = (1..<jobs).map { "c/good\($0).mp4" }
        harness.origin.holdAnswers(untilRequests: jobs)
        let run = try harness.run(
            (["c/bad.mp4"] + good).map { harness.line($0) }.joined(),
            fault.options(jobs: jobs, retries: 0))
        #expect(run.status == 1)
        #expect(run.results.count == jobs)
        try expect(run.result("c/bad.mp4"), fault.first, attempt: 1)
        #expect(try harness.files() == harness.originals(good))
        #expect(!run.output.contains("SECRET") && !run.errors.contains("SECRET"))
    }

    @Test(
        "a fault that passes is met by a second try where that can help, and only there",
        arguments: FaultCase.all.filter { $0.first != nil }, [1, 10])
    func passing(fault: FaultCase, jobs: Int) throws {
        let harness = try FetchHarness(faults: ["*:\(fault.fault)*1"])
        let paths = (0..<jobs).map { "c/\($0).mp4" }
        harness.origin.holdAnswers(untilRequests: jobs)
        let run = try harness.run(
            paths.map { harness.line($0) }.joined(), fault.options(jobs: jobs, retries: 1))
        let isHelped = fault.first?.isPassing == true
        #expect(run.status == (isHelped ? 0 : 1))
        #expect(run.results.count == jobs)
        for path in paths {
            try expect(run.result(path), isHelped ? nil : fault.first, attempt: 1)
            #expect(harness.origin.log.entries(for: "/" + path).count == (isHelped ? 2 : 1))
        }
        #expect(try harness.files() == (isHelped ? harness.originals(paths) : [:]))
    }

    @Test(
        "a fault that meets a part leaves what can be continued, and nothing else", arguments: FaultCase.all, [1, 10])
    func resumed(fault: FaultCase, jobs: Int) throws {
        let harness = try FetchHarness(size: 1_300_000, faults: ["*:cut=1100000*1", "*:\(fault.fault)*1"])
        let paths = (0..<jobs).map { "c/\($0).mp4" }
        let input = paths.map { harness.line($0) }.joined()
        // The fault's own options would judge a slow machine in the runs that have to work.
        let plain = ["-j", "\(jobs)", "--retries", "0", "--sync", "none"]
        harness.origin.holdAnswers(untilRequests: jobs)
        let first = try harness.run(input, plain)
        #expect(first.results.allSatisfy { $0["error"] as? String == "truncated" && $0["attempt"] == nil })

        // Signed again, as each run's URLs are.
        harness.origin.holdAnswers(untilRequests: jobs)
        let second = try harness.run(
            input.replacingOccurrences(of: "SECRET", with: "OTHER"), fault.options(jobs: jobs, retries: 0))
        try expectPart(fault, second, paths, harness)

        let third = try harness.run(input, plain)
        #expect(third.status == 0)
        // Of the version that the origin had when the file was fetched.
        let isChanged = fault.fault == "changed"
        #expect(try harness.files() == (isChanged ? harness.changed(paths) : harness.originals(paths)))
    }

    private func expectPart(
        _ fault: FaultCase, _ run: FetchHarness.Run, _ paths: [String], _ harness: FetchHarness
    ) throws {
        let isHarmless = [.isContinued, .isReplaced].contains(fault.part)
        #expect(run.status == (isHarmless ? 0 : 1))
        let files = try harness.files()
        for path in paths {
            let result = try run.result(path)
            let part = files[path + ".part"]?.count ?? 0
            let isGrown = part > 1_100_000
            expect(result, isHarmless ? nil : fault.resumed, attempt: isGrown ? nil : 1)
            switch fault.part {
            case .stays: #expect(part >= 1_100_000)
            case .goes: #expect(part == 0)
            case .isContinued: #expect(result["resumed_from"] as? Int == 1_100_000)
            case .isReplaced: #expect(result["resumed_from"] == nil)
            }
        }
        #expect(run.results.count == paths.count)
    }

    /// Expects the fields of a failure; of a success without one.
    private func expect(_ result: FetchHarness.Result, _ failure: FaultCase.Failure?, attempt: Int?) {
        #expect(result["status"] as? String == (failure == nil ? "success" : "failed"))
        guard let failure else {
            #expect(result["attempt"] as? Int == 1)
            return
        }
        // Only the record's own fault costs it a try, and not one that the next try can build on.
        let isOwn = result["owner"] as? String == "record"
        #expect(result["attempt"] as? Int == (isOwn ? attempt : nil))
        #expect(result["evidence"] is String)
        #expect(result["error"] as? String == failure.error)
        #expect(result["retryable"] as? Bool == failure.isRetryable)
        #expect((result["retry_at"] != nil) == failure.isRetryable)
        #expect(result["http_status"] as? Int == failure.httpStatus)
    }
}
