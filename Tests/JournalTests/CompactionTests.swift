import Foundation
import Journal
import NDJSON
import POSIX
import Records
import TestSupport
import Testing

/// What a compacted journal says, against the one that it was made from.
@Suite struct CompactionTests {
    private let lines: Lines

    init() throws { lines = try Lines() }

    /// The lines that are left of a journal, those that ended at 1,000 and later being young.
    private func compact(_ results: String) throws -> String {
        let output = try lines.folder.write("", to: "compacted")
        let handle = try FileHandle(forWritingTo: output)
        var compaction = Compaction(of: [try lines.file(results)], to: LineOutput(handle.fileDescriptor))
        try compaction.write(keepingFrom: 1000, now: 1e9)
        try handle.close()
        return String(decoding: try lines.folder.read("compacted"), as: UTF8.self)
    }

    @Test("of old lines those that count stay, as they are; young ones all stay")
    func oldAndYoung() throws {
        let last = #"{"x": 1.0,"path":"a","status":"success","attempt":2,"finished_at":20}"#
        let young = #"{"path":"b","status":"skipped","finished_at":1000}"# + "\ntorn\n"
        let results = """
            {"path":"a","status":"failed","error":"connect","retryable":true,"attempt":1,"finished_at":10}
            foreign
            \(last)
            {"path":"a","status":"skipped","finished_at":30}
            \(young)
            """
        #expect(
            try compact(results) == last + "\n" + #"{"path":"a","status":"skipped","finished_at":30}"# + "\n" + young)
    }

    @Test("a count of tries and a course that earlier lines named are written into the one that stays")
    func carriedOver() throws {
        let results = """
            {"course_id":7,"course_title":"Blues","path":"a","status":"failed","attempt":3,"finished_at":10}
            {"path":"a","status":"failed","stage":"sign","error":"unsigned"}
            """
        #expect(
            try compact(results)
                == #"{"path":"a","status":"failed","stage":"sign","error":"unsigned","attempt":3,"course_id":7,"course_title":"Blues"}"#
                + "\n")
    }

    @Test("several files become one, in which a path counts as in all of them")
    func several() throws {
        let success = #"{"path":"a","status":"success","finished_at":20}"#
        let failure = #"{"path":"a","status":"failed","error":"connect","finished_at":10}"#
        let young = #"{"path":"b","status":"skipped","finished_at":1000}"#
        let untimed = #"{"path":"c","status":"failed","error":"timeout"}"#
        let first = try lines.folder.write("\(failure)\n\(untimed)\n\(young)\n", to: "1").path
        let second = try lines.folder.write("\(success)\n\(success)\n\(untimed)", to: "2").path
        let output = try lines.folder.write("", to: "compacted")
        let handle = try FileHandle(forWritingTo: output)
        var compaction = Compaction(of: [first, second], to: LineOutput(handle.fileDescriptor))
        try compaction.write(keepingFrom: 1000, now: 1e9)
        try handle.close()
        let left = String(decoding: try lines.folder.read("compacted"), as: UTF8.self)
        #expect(left == "\(untimed)\n\(young)\n\(success)\n\(untimed)\n")
    }

    @Test("a line from a clock that was ahead keeps nothing from getting old, and stays itself")
    func clockAhead() throws {
        let ahead = #"{"path":"a","status":"failed","finished_at":2000000000}"#
        let early = #"{"path":"a","status":"failed","finished_at":10}"#
        let old = #"{"path":"a","status":"success","finished_at":20}"#
        let young = #"{"path":"b","status":"skipped","finished_at":1000}"#
        #expect(try compact([ahead, old, young].joined(separator: "\n")) == "\(ahead)\n\(old)\n\(young)\n")
        #expect(try compact([early, old, young].joined(separator: "\n")) == "\(old)\n\(young)\n")
        #expect(try compact([old, ahead, ahead].joined(separator: "\n")) == "\(old)\n\(ahead)\n\(ahead)\n")
    }

    @Test("a dropped record keeps the try before it, which tells how many there were")
    func dropped() throws {
        let results = """
            {"path":"a","status":"failed","attempt":1,"finished_at":10}
            {"path":"a","status":"failed","attempt":2,"finished_at":11}
            {"path":"a","status":"dropped"}
            """
        #expect(try compact(results).split(separator: "\n").count == 2)
    }

    @Test(
        "10,000 random lines, cut anywhere, fold to the same, file by file", arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func foldIsTheSame(seed: UInt64) throws {
        var numbers = SeededGenerator(seed: seed)
        let cut = Int.random(in: 0..<10_000, using: &numbers)
        let results = (0..<10_000).map { Self.line($0, isYoung: $0 >= cut, &numbers) }.joined(separator: "\n")
        let compacted = try compact(results)
        #expect(compacted.utf8.count < results.utf8.count)
        let (before, after) = (try lines.fold(results), try lines.fold(compacted))
        #expect(before.paths == after.paths)
        for file in 0..<300 {
            let (old, new) = (before.outcome(of: "c/\(file)"), after.outcome(of: "c/\(file)"))
            #expect(old?.state(tries: 5) == new?.state(tries: 5), "file \(file), seed \(seed)")
            #expect(old?.attempt == new?.attempt, "file \(file), seed \(seed)")
            #expect(old?.bytes == new?.bytes, "file \(file), seed \(seed)")
            #expect(old?.retryAt == new?.retryAt, "file \(file), seed \(seed)")
            #expect(before.error(of: "c/\(file)") == after.error(of: "c/\(file)"), "file \(file), seed \(seed)")
            #expect(before.course(of: "c/\(file)") == after.course(of: "c/\(file)"), "file \(file), seed \(seed)")
        }
        let again = try compact(compacted)
        #expect(again.utf8.count <= compacted.utf8.count)
        let twice = try lines.fold(again)
        for file in 0..<300 { #expect(twice.state(of: "c/\(file)") == after.state(of: "c/\(file)")) }
    }

    /// A line about one of 300 files, with whatever fields it happens to have.
    private static func line(_ number: Int, isYoung: Bool, _ numbers: inout SeededGenerator) -> String {
        if Int.random(in: 0..<50, using: &numbers) == 0 { return "{torn" }
        var fields = ["\"path\":\"c/\(Int.random(in: 0..<300, using: &numbers))\""]
        func add(_ name: String, _ values: [String]) {
            if Bool.random(using: &numbers) { fields.append("\"\(name)\":\(values.randomElement(using: &numbers)!)") }
        }
        fields.append("\"status\":\"\(Status.allCases.randomElement(using: &numbers)!.rawValue)\"")
        add("error", [#""connect""#, #""interrupted""#, #""busy""#, #""not_found""#])
        add("stage", [#""sign""#, #""fetch""#])
        add("attempt", ["1", "2", "5", #""3""#])
        add("retryable", ["true", "false"])
        add("retry_at", ["5", "1e3", "70.5"])
        add("bytes", ["0", "4096", "-1"])
        add("course_id", ["1", "2", "3"])
        add("finished_at", [isYoung ? "\(1000 + number)" : "\(number % 1000)"])
        // The first young line says so.
        if isYoung { fields.append("\"finished_at\":\(1000 + number)") }
        return "{\(fields.joined(separator: ","))}"
    }

    @Test("the last line by which the origin still has the object stays")
    func confirmation() throws {
        let success = #"{"path":"a","status":"success","finished_at":10}"#
        let first = #"{"path":"a","status":"skipped","unchanged":true,"finished_at":20}"#
        let last = #"{"path":"a","status":"skipped","unchanged":true,"finished_at":30}"#
        let found = #"{"path":"a","status":"skipped","finished_at":40}"#
        let compacted = try compact([success, first, last, found].joined(separator: "\n"))
        #expect(compacted == "\(success)\n\(last)\n\(found)\n")
    }
}
