import Foundation
import Journal
import NDJSON
import POSIX
import Records
import Rendering
import TestSupport
import Testing

/// Of lines with times the fold is a join: their order, their number and their files make no difference.
@Suite struct JoinTests {
    private let lines: Lines

    init() throws { lines = try Lines() }

    /// A line about one of 40 files, of three hosts with clocks of their own.
    private static func line(_ numbers: inout SeededGenerator) -> String {
        let clock = [0, 300, -240].randomElement(using: &numbers)!
        let time = 1_800_000_000 + Int.random(in: 0..<600, using: &numbers) + clock
        var fields = ["\"path\":\"c/\(Int.random(in: 0..<40, using: &numbers))\"", "\"finished_at\":\(time)"]
        func add(_ name: String, _ values: [String]) {
            if Bool.random(using: &numbers) { fields.append("\"\(name)\":\(values.randomElement(using: &numbers)!)") }
        }
        let status = [Status.success, .skipped, .failed, .failed, .failed, .queued, .dropped]
            .randomElement(using: &numbers)!
        fields.append("\"status\":\"\(status.rawValue)\"")
        add("error", [#""connect""#, #""interrupted""#, #""busy""#, #""unsigned""#, #""not_found""#])
        add("attempt", ["1", "2", "3", "5"])
        add("retryable", ["true", "false"])
        add("retry_at", ["1800000030", "1800000700"])
        add("bytes", ["0", "4096", "77"])
        add("owner", [#""host""#, #""record""#])
        add("course_id", ["1", "2", "3"])
        if Int.random(in: 0..<3, using: &numbers) == 0 { fields.append("\"known_at\":\(time + clock)") }
        return "{\(fields.joined(separator: ","))}"
    }

    private func figures(of summary: Summary) throws -> [String] {
        var text = ""
        JSONRenderer().render(summary, to: &text)
        return text.split(separator: ",").map(String.init).filter { !$0.contains("\"lines\"") }
    }

    /// All that is told of a journal of these files, but for how many lines there were.
    private func told(_ files: [[String]]) throws -> String {
        var journal = FoldedJournal()
        for file in files {
            var input = try LineFile(lines.file(file.joined(separator: "\n")))
            try journal.read(&input)
        }
        let summary = Summary(journal, againstCatalog: false, tries: 5, now: 1_800_000_500)
        let queue = QueueSummary(journal, tries: 5, now: 1_800_000_500)
        var figures = try self.figures(of: summary)
        figures.append("due \(queue.due), next \(queue.nextDue ?? 0)")
        return (figures + outcomes(Fold(journal))).joined(separator: "\n")
    }

    private func outcomes(_ files: [[String]]) throws -> [String] {
        outcomes(try lines.fold(files.joined().joined(separator: "\n")))
    }

    private func outcomes(_ fold: Fold) -> [String] {
        var figures: [String] = []
        for number in 0..<40 {
            let path = "c/\(number)"
            guard let outcome = fold.outcome(of: path) else { continue }
            figures.append(
                """
                \(path) \(outcome.status) \(fold.error(of: path) ?? "") \(outcome.attempt) \(outcome.bytes) \
                \(outcome.retryAt) \(outcome.isRetryable) \(String(describing: outcome.owner)) \
                \(fold.course(of: path) ?? 0) \(outcome.dueAt(now: 1_800_000_500))
                """)
        }
        return figures
    }

    @Test("shuffled, doubled, split and merged, a random history folds alike", arguments: 1...60 as ClosedRange<UInt64>)
    func join(seed: UInt64) throws {
        var numbers = SeededGenerator(seed: seed)
        let history = (0..<Int.random(in: 40...400, using: &numbers)).map { _ in Self.line(&numbers) }
        let expected = try told([history])
        #expect(try told([history.shuffled(using: &numbers)]) == expected, "shuffled, seed \(seed)")
        let doubled = (history + history.filter { _ in Bool.random(using: &numbers) }).shuffled(using: &numbers)
        #expect(try told([doubled]) == expected, "doubled, seed \(seed)")
        var split: [[String]] = [[], [], []]
        for line in doubled { split[Int.random(in: 0..<3, using: &numbers)].append(line) }
        #expect(try told(split) == expected, "split, seed \(seed)")
        #expect(try told(split.reversed()) == expected, "merged, seed \(seed)")
    }

    @Test(
        "compacted and then appended to, a random history folds as without that",
        arguments: 1...20 as ClosedRange<UInt64>)
    func compacted(seed: UInt64) throws {
        var numbers = SeededGenerator(seed: seed)
        let history = (0..<300).map { _ in Self.line(&numbers) }
        let output = try lines.folder.write("", to: "compacted")
        let handle = try FileHandle(forWritingTo: output)
        var compaction = Compaction(
            of: [try lines.file(history.joined(separator: "\n"))], to: LineOutput(handle.fileDescriptor))
        try compaction.write(keepingFrom: 1_900_000_000, now: 1_900_000_000)
        try handle.close()
        let compacted = String(decoding: try lines.folder.read("compacted"), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        #expect(compacted.count < 300)
        let later = (0..<100).map { _ in Self.line(&numbers) }
        let (before, after) = try (outcomes([history, later]), outcomes([later, compacted]))
        #expect(after == before)
    }

    private func state(_ history: String...) throws -> FileState? {
        let forwards = try lines.fold(history.map { "{\"path\":\"a\",\($0)}" }.joined(separator: "\n"))
        let backwards = try lines.fold(history.reversed().map { "{\"path\":\"a\",\($0)}" }.joined(separator: "\n"))
        #expect(forwards.state(of: "a") == backwards.state(of: "a"))
        #expect(forwards.outcome(of: "a")?.attempt == backwards.outcome(of: "a")?.attempt)
        return forwards.state(of: "a")
    }

    private let success = #""status":"success","finished_at":1000"#

    @Test("no failure, and nothing that was there already, hides a success, however late its clock has it")
    func successStays() throws {
        #expect(try state(success, #""status":"failed","error":"not_found","finished_at":1300"#) == .success)
        #expect(try state(success, #""status":"skipped","finished_at":9000"#) == .success)
        #expect(try state(success, #""status":"failed","error":"unsigned","finished_at":9000"#) == .success)
        #expect(try state(#""status":"skipped","finished_at":1"#, #""status":"failed","finished_at":9"#) == .skipped)
    }

    @Test("a mark takes away what its writer knew, although its clock was behind")
    func markKnows() throws {
        #expect(try state(success, #""status":"queued","finished_at":700,"known_at":1000"#) == .queued)
        #expect(try state(success, #""status":"queued","finished_at":700"#) == .success)
        #expect(try state(success, #""status":"dropped","finished_at":700,"known_at":1000"#) == .dropped)
    }

    @Test("a result counts against the mark that its record was queued by, although its clock was behind")
    func resultKnows() throws {
        let mark = #""status":"queued","finished_at":1100,"known_at":1000"#
        #expect(try state(success, mark, #""status":"failed","finished_at":900,"known_at":1100"#) == .failed)
        #expect(try state(success, mark, #""status":"success","finished_at":900,"known_at":1100"#) == .success)
        #expect(try state(success, mark, #""status":"failed","finished_at":900"#) == .queued)
    }

    @Test("dropped counts against every result, until it is queued again")
    func dropped() throws {
        let drop = #""status":"dropped","finished_at":1000"#
        #expect(try state(drop, #""status":"success","finished_at":2000"#) == .dropped)
        let queued = #""status":"queued","finished_at":1500"#
        #expect(try state(drop, queued) == .queued)
        #expect(try state(drop, queued, #""status":"success","finished_at":2000"#) == .success)
        #expect(try state(drop, queued, #""status":"success","finished_at":1200"#) == .queued)
    }

    @Test("of failures the latest counts, and later than its record was handed out")
    func failures() throws {
        let first = #""status":"failed","error":"connect","retryable":true,"attempt":1,"finished_at":1300"#
        let second = #""status":"failed","error":"not_found","attempt":2,"finished_at":1010"#
        #expect(try state(first, second) == .delayed)
        #expect(try state(first, second + #","known_at":1300"#) == .failed)
    }

    @Test("what was retried by a slow clock waits as long as its result says")
    func waits() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"failed","error":"connect","retryable":true,"retry_at":1330,"finished_at":1300}
            {"path":"a","status":"failed","error":"connect","retryable":true,"retry_at":1070,"finished_at":1010,"known_at":1300}
            """)
        #expect(journal.outcome(of: "a")?.dueAt(now: 1020) == 1070)
    }

    @Test("a line that came twice is one try")
    func doubledTries() throws {
        let line = #"{"path":"a","status":"failed","error":"connect","bytes":5,"finished_at":10}"#
        let other = #"{"path":"a","status":"success","bytes":9,"finished_at":20}"#
        let journal = try lines.journal([line, line, other, line, other, line].joined(separator: "\n"))
        let (success, failed, received) = (journal.tries.success, journal.tries.failed, journal.tries.received)
        #expect(success == 1)
        #expect(failed == 1)
        #expect(received == 14)
    }

    @Test("a mark is not a try: it makes no run longer")
    func marksHaveNoDuration() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"success","seconds":2,"finished_at":1000}
            {"path":"a","status":"queued","finished_at":90000}
            """)
        #expect(journal.span == 998...1000)
    }

    @Test("a line without a time follows the lines before it, as in journals of before")
    func withoutTimes() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"success","finished_at":1000}
            {"path":"a","status":"queued"}
            {"path":"a","status":"failed","error":"connect","retryable":true,"finished_at":900}
            {"path":"b","status":"failed","error":"connect","finished_at":1000}
            {"path":"b","status":"dropped"}
            {"path":"b","status":"success","finished_at":2000}
            """)
        #expect(journal.state(of: "a") == .delayed)
        #expect(journal.state(of: "b") == .dropped)
    }
}
