import Foundation
import Origin
import TestSupport
import Testing

/// Each misbehaviour of the origin, for one file and among ten transfers: what the result says, what lies on the disk,
/// and the status.
@Suite struct FetchFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let fault: String
        let error: String
        let retryable: Bool
        var httpStatus: Int?
        /// Whether it goes on until it passes within one run.
        var isPassing = true

        var testDescription: String { fault }
    }

    static let cases = [
        Case(fault: "404", error: "not_found", retryable: false, httpStatus: 404, isPassing: false),
        Case(fault: "403", error: "forbidden", retryable: true, httpStatus: 403, isPassing: false),
        Case(fault: "500", error: "server_error", retryable: true, httpStatus: 500),
        Case(fault: "503", error: "server_error", retryable: true, httpStatus: 503),
        Case(fault: "503;retry-after=1", error: "rate_limited", retryable: true, httpStatus: 503),
        Case(fault: "429", error: "rate_limited", retryable: true, httpStatus: 429),
        Case(fault: "cut=5000", error: "truncated", retryable: true, httpStatus: 200),
        Case(fault: "cut", error: "truncated", retryable: true, httpStatus: 200),
        Case(fault: "error-page", error: "not_video", retryable: true, httpStatus: 200, isPassing: false),
        Case(fault: "reset", error: "connect", retryable: true),
        Case(fault: "wrong-range", error: "bad_answer", retryable: true, httpStatus: 206),
        Case(
            fault: "redirect=http://127.0.0.1:9/", error: "bad_request", retryable: false, httpStatus: 302,
            isPassing: false),
        Case(fault: "chunked-cut", error: "bad_answer", retryable: true, httpStatus: 200),
    ]

    @Test("a fault that does not pass fails its record, and leaves nothing behind", arguments: cases, [1, 10])
    func lasting(fault: Case, jobs: Int) throws {
        let harness = try FetchHarness(faults: ["*bad*:\(fault.fault)"])
        let good = (0..<jobs - 1).map { "good\($0).mp4" }
        let run = try harness.run(
            (["bad.mp4"] + good).map { harness.line("c/\($0)") }.joined(), ["-j", "\(jobs)", "--retries", "1"])
        let result = try run.result("c/bad.mp4")
        #expect(run.status == 1)
        #expect(result["status"] as? String == "failed")
        #expect(result["error"] as? String == fault.error)
        #expect(result["retryable"] as? Bool == fault.retryable)
        #expect(result["http_status"] as? Int == fault.httpStatus)
        #expect(result["attempt"] as? Int == 1)
        #expect((result["retry_at"] != nil) == fault.retryable)
        #expect(Set(try harness.files().keys) == Set(good.map { "c/\($0)" }))
        #expect(!run.output.contains("SECRET") && !run.errors.contains("SECRET"))
        for name in good { #expect(try harness.files()["c/\(name)"] == harness.original("c/\(name)")) }
    }

    @Test("a fault that passes costs a quick retry, not the file", arguments: cases.filter(\.isPassing), [1, 10])
    func passing(fault: Case, jobs: Int) throws {
        let harness = try FetchHarness(faults: ["*:\(fault.fault)*1"])
        let paths = (0..<jobs).map { "c/\($0).mp4" }
        let run = try harness.run(paths.map { harness.line($0) }.joined(), ["-j", "\(jobs)", "--retries", "2"])
        #expect(run.status == 0)
        #expect(run.results.allSatisfy { $0["status"] as? String == "success" && $0["attempt"] as? Int == 1 })
        #expect(try harness.files() == Dictionary(uniqueKeysWithValues: paths.map { ($0, try harness.original($0)) }))
    }

    @Test("a large file goes on where it was cut, whatever the new URL's query is", arguments: [1, 10])
    func resumes(jobs: Int) throws {
        let harness = try FetchHarness(size: 3 << 20, faults: ["*:cut=2000000*1"])
        let paths = (0..<jobs).map { "c/\($0).mp4" }
        let input = paths.map { harness.line($0) }.joined()
        let first = try harness.run(input, ["-j", "\(jobs)", "--retries", "0"])
        #expect(first.status == 1)
        #expect(first.results.allSatisfy { $0["error"] as? String == "truncated" && $0["attempt"] == nil })
        let second = try harness.run(input.replacingOccurrences(of: "SECRET", with: "OTHER"), ["--retries", "0"])
        #expect(second.status == 0)
        #expect(second.results.allSatisfy { $0["resumed_from"] as? Int == 2_000_000 })
        #expect(try harness.files() == Dictionary(uniqueKeysWithValues: paths.map { ($0, try harness.original($0)) }))
    }

    @Test("a part of an object that has changed starts over")
    func changedObject() throws {
        let harness = try FetchHarness(size: 3 << 20, faults: ["*:cut=2000000*1", "*:changed"])
        let first = try harness.run(harness.line("c/a.mp4"), ["--retries", "0"])
        #expect(try first.result()["error"] as? String == "truncated")
        let second = try harness.run(harness.line("c/a.mp4"), ["--retries", "0"])
        #expect(second.status == 0)
        #expect(try second.result()["resumed_from"] == nil)
        let changed = try harness.original("c/a.mp4").enumerated().map { $0.offset < 1024 ? $0.element : ~$0.element }
        #expect(try harness.files() == ["c/a.mp4": Data(changed)])
    }

    @Test("an origin that ignores the range gives the whole, once", arguments: ["ignore-range", "wrong-range"])
    func rangeTrouble(fault: String) throws {
        let harness = try FetchHarness(size: 3 << 20, faults: ["*:cut=2000000*1", "*:\(fault)*2"])
        _ = try harness.run(harness.line("c/a.mp4"), ["--retries", "0"])
        let second = try harness.run(harness.line("c/a.mp4"), ["--retries", "2"])
        #expect(second.status == 0)
        #expect(try harness.files() == ["c/a.mp4": harness.original("c/a.mp4")])
    }
}
