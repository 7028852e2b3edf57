import Journal
import Records
import TestSupport
import Testing

/// The fold against a plain one over a dictionary, written from the contract's sentences.
@Suite struct FoldPropertyTests {
    private struct Line {
        let path: String
        let status: Status
        let error: String?
        let stage: String?
        let isRetryable: Bool?
        let attempt: Int?
        let bytes: Int?

        var text: String {
            var fields = ["\"path\":\"\(path)\"", "\"status\":\"\(status.rawValue)\""]
            if let error { fields.append("\"error\":\"\(error)\"") }
            if let stage { fields.append("\"stage\":\"\(stage)\"") }
            if let isRetryable { fields.append("\"retryable\":\(isRetryable)") }
            if let attempt { fields.append("\"attempt\":\(attempt)") }
            if let bytes { fields.append("\"bytes\":\(bytes)") }
            return "{\(fields.joined(separator: ","))}"
        }

        static func random(_ numbers: inout SeededGenerator) -> Line {
            let status = Status.allCases.randomElement(using: &numbers)!
            let failed = status == .failed
            let tried = status != .queued && status != .dropped
            return Line(
                path: "course/\(Int.random(in: 0..<500, using: &numbers)).mp4", status: status,
                error: failed ? ErrorCode.allCases.randomElement(using: &numbers)!.rawValue : nil,
                stage: failed ? ["sign", "fetch", nil].randomElement(using: &numbers)! : nil,
                isRetryable: failed ? [true, false, nil].randomElement(using: &numbers)! : nil,
                attempt: tried ? [nil, 1, 4, 5].randomElement(using: &numbers)! : nil,
                bytes: tried ? Int.random(in: 0..<1_000_000, using: &numbers) : nil)
        }
    }

    private struct Reference {
        var last: Line
        var attempt: Int

        mutating func take(_ line: Line) {
            if last.status == .dropped && line.status != .queued { return }
            let isUnfinished = line.error == "interrupted" || line.error == "busy" || line.stage == "sign"
            if last.status == .success && (line.status == .skipped || isUnfinished) { return }
            let saidMuch = !["interrupted", "busy", "unsigned"].contains(last.error)
            if last.status == .failed && line.error == "interrupted" && saidMuch { return }
            switch line.status {
            case .queued, .dropped: attempt = line.status == .queued ? 0 : attempt
            default: attempt = line.attempt ?? attempt
            }
            last = line
        }

        var state: FileState {
            switch last.status {
            case .success: .success
            case .skipped: .skipped
            case .queued: .queued
            case .dropped: .dropped
            case .failed:
                last.error == "unsigned" || (last.isRetryable == true && attempt < 5) ? .delayed : .failed
            }
        }
    }

    @Test("20,000 random lines give what a dictionary gives", arguments: [1, 2, 3] as [UInt64])
    func agreesWithDictionary(seed: UInt64) throws {
        var numbers = SeededGenerator(seed: seed)
        let results = (0..<20_000).map { _ in Line.random(&numbers) }
        let journal = try Lines().fold(results.map(\.text).joined(separator: "\n"))

        var expected: [String: Reference] = [:]
        let untried = Line(
            path: "", status: .queued, error: nil, stage: nil, isRetryable: nil, attempt: nil, bytes: nil)
        for line in results { expected[line.path, default: Reference(last: untried, attempt: 0)].take(line) }

        #expect(journal.paths == expected.count)
        for (path, reference) in expected {
            let outcome = try #require(journal.outcome(of: path))
            #expect(outcome.state(tries: 5) == reference.state, "path \(path), seed \(seed)")
            #expect(Int(outcome.attempt) == reference.attempt, "path \(path), seed \(seed)")
            #expect(Int(outcome.bytes) == reference.last.bytes ?? 0, "path \(path), seed \(seed)")
        }
    }
}
