import Foundation
import Journal
import NDJSON
import POSIX
import TestSupport
import Testing

/// Which records are printed, in which order. The time is 1,000.
@Suite struct QueueTests {
    private let lines: Lines
    private let catalog = ["a", "b", "c", "d", "e", "f"].map { #"{"x": 1.0,"path":"\#($0)"}"# }.joined(separator: "\n")
    private let results = """
        {"path":"e","status":"failed","error":"connect","retryable":true,"attempt":2,"retry_at":900}
        {"path":"b","status":"failed","error":"connect","retryable":true,"attempt":1,"retry_at":1000.5}
        {"path":"c","status":"success"}
        {"path":"d","status":"failed","error":"not_found","retryable":false,"attempt":1}
        {"path":"elsewhere","status":"failed","error":"connect","retryable":true,"attempt":1}
        """

    init() throws { lines = try Lines() }

    /// The lines that were printed.
    private func queue(
        _ selection: QueueRequest.Selection, limit: Int = .max, now: Double = 1000, tries: Int = 5,
        catalog: String? = nil, results: String? = nil, filter: QueueFilter = QueueFilter(),
        mark: QueueRequest.Mark? = nil, began: Double? = nil, evidence: String? = nil,
        stamp: QueueRequest.Stamp? = nil
    ) throws -> [String] {
        var request = QueueRequest(selection, filter, tries: tries, limit: limit, now: now)
        request.began = began
        request.mark = mark
        request.stamp = stamp
        let printed = try lines.folder.write("", to: "output")
        let handle = try FileHandle(forWritingTo: printed)
        let shares = try evidence.map { HostShares(evidence: try lines.file($0), limit: limit) }
        var queue = Queue(
            request, shares, catalog: try LineFile(lines.file(catalog ?? self.catalog)),
            journal: try lines.journal(results ?? self.results), output: QueueOutput(LineOutput(handle.fileDescriptor))
        ) { _, _ in }
        try queue.print()
        try handle.close()
        let text = String(decoding: try lines.folder.read("output"), as: UTF8.self)
        let all = text.split(separator: "\n").map(String.init)
        #expect(queue.printed == all.count)
        return all
    }

    private func paths(_ lines: [String]) -> String {
        lines.compactMap { $0.firstMatch(of: /"path":"(.)"/)?.1 }.joined()
    }

    /// As tf-sign writes them at 400: a due again at 700, b at a time of its own, and c a failure of another kind.
    private static let unsigned = """
        {"path":"a","status":"failed","error":"unsigned","retryable":true,"retry_at":700,"finished_at":400}
        {"path":"b","status":"failed","error":"unsigned","retryable":true,"retry_at":1200,"finished_at":900}
        {"path":"c","status":"failed","error":"connect","retryable":true,"attempt":1,"retry_at":1100}
        """

    @Test("what a run could not sign waits for the next run, where it is due at once")
    func unsigned() throws {
        let catalog = ["a", "b", "c"].map { #"{"path":"\#($0)"}"# }.joined(separator: "\n")
        func due(_ began: Double?) throws -> String {
            paths(try queue(.due, catalog: catalog, results: Self.unsigned, began: began))
        }
        #expect(try due(nil) == "a")
        #expect(try due(1000) == "ab")
        #expect(try due(500) == "a")
        #expect(try due(400) == "")
    }

    @Test("what a run could not sign is not what it waits for")
    func unsignedNext() throws {
        func next(_ results: String, began: Double) throws -> Double? {
            let catalog = #"{"path":"a"}"# + "\n" + #"{"path":"b"}"#
            return QueueSummary(try lines.journal(results, catalog: catalog), tries: 5, now: 1000, began: began).nextDue
        }
        #expect(try next(Self.unsigned, began: 300) == nil)
        #expect(try next(Self.unsigned, began: 1000) == 1000)
    }

    @Test(
        "each state has its records, in the catalogue's order",
        arguments: [
            ([.queued], "af"), ([.delayed], "be"), ([.failed], "d"), ([.success], "c"), ([.skipped], ""),
            ([.queued, .delayed], "abef"), ([.delayed, .failed], "bde"),
        ] as [(Set<FileState>, String)])
    func states(states: Set<FileState>, expected: String) throws {
        #expect(paths(try queue(.states(states))) == expected)
    }

    @Test("what is due: delayed ones whose time has come first, then queued ones in order")
    func due() throws {
        #expect(paths(try queue(.due)) == "eaf")
        #expect(paths(try queue(.due, now: 1001)) == "beaf")
        #expect(paths(try queue(.due, now: 899)) == "af")
    }

    @Test("a limit takes the first of what is due, and reads no further", arguments: 0...4)
    func limit(limit: Int) throws {
        #expect(paths(try queue(.due, limit: limit)) == String("eaf".prefix(limit)))
        #expect(try queue(.states([.queued]), limit: limit).count == min(2, limit))
    }

    /// Records of the hosts with these letters.
    private func hosts(_ letters: String) -> String {
        letters.enumerated().map { number, letter in
            #"{"path":"\#(number)","url":"https://\#(letter).example/\#(number)?x=/"}"#
        }.joined(separator: "\n")
    }

    private func hosts(_ printed: [String]) -> String {
        printed.compactMap { $0.firstMatch(of: /https:..(.)/)?.1 }.joined()
    }

    @Test("of a host that is down a round takes a twentieth, and three at least; the others fill it")
    func shares() throws {
        let down = #"{"suspect":"host","name":"https://a.example","condemned":true}"#
        let all = hosts("aaaaaabaaaaab")
        #expect(hosts(try queue(.due, limit: 8, catalog: all, results: "", evidence: down)) == "aaabb")
        #expect(hosts(try queue(.due, limit: 8, catalog: all, results: "")) == "aaaaaaba")
        #expect(
            try queue(
                .due, limit: 1000, catalog: hosts(String(repeating: "a", count: 99)), results: "",
                evidence: down
            ).count == 50)
        let up = #"{"suspect":"host","name":"https://a.example","condemned":false}"# + "\nnot JSON"
        #expect(hosts(try queue(.due, limit: 8, catalog: all, results: "", evidence: up)) == "aaaaaaba")
    }

    @Test("delayed records of a host that is down leave room for queued ones of others")
    func sharesOfDelayed() throws {
        let down = #"{"suspect":"host","name":"https://a.example","condemned":true}"#
        let delayed = (0..<6).map {
            #"{"path":"\#($0)","status":"failed","error":"connect","retryable":true,"retry_at":900}"#
        }.joined(separator: "\n")
        #expect(
            hosts(try queue(.due, limit: 8, catalog: hosts("aaaaaabb"), results: delayed, evidence: down)) == "aaabb")
    }

    @Test("records without a URL are of a host that is down where all are", arguments: [true, false])
    func sharesWithoutURL(isOnly: Bool) throws {
        var evidence = #"{"suspect":"host","name":"https://a.example","condemned":true}"#
        if !isOnly { evidence += "\n" + #"{"suspect":"host","name":"https://b.example","served_at":1}"# }
        #expect(try queue(.due, limit: 4, results: "", evidence: evidence).count == (isOnly ? 3 : 4))
    }

    @Test("choices by error and by tries leave out the others, among what is due as well")
    func filtered() throws {
        var filter = QueueFilter()
        filter.errors = ["connect"]
        #expect(paths(try queue(.states(Set(FileState.allCases)), filter: filter)) == "be")
        #expect(paths(try queue(.due, filter: filter)) == "e")
        filter.attemptsUnder = 2
        #expect(paths(try queue(.states(Set(FileState.allCases)), filter: filter)) == "b")
        #expect(paths(try queue(.due, now: 2000, filter: filter)) == "b")
        filter.errors = []
        #expect(paths(try queue(.due, limit: 2, filter: filter)) == "af")
    }

    @Test("a choice by course goes by the catalogue, whatever course the results name")
    func filteredByCourse() throws {
        let catalog = """
            {"course_id":1,"path":"a"}
            {"course_id":2,"path":"b"}
            {"path":"c"}
            {"course_id":2,"path":"e"}
            """
        let results = #"{"course_id":1,"path":"e","status":"failed","retryable":true,"attempt":1}"#
        var filter = QueueFilter()
        filter.courses = [2, 3]
        #expect(paths(try queue(.due, catalog: catalog, results: results, filter: filter)) == "eb")
        filter.courses = [1]
        #expect(paths(try queue(.due, catalog: catalog, results: results, filter: filter)) == "a")
    }

    @Test("each record has a mark in its place: its path, the status, the time, and what was known")
    func marked() throws {
        let catalog = #"{"n":1,"path":"a\u0000\"/é","status":"success"}"#
        #expect(
            try queue(.states([.queued]), now: 1000, catalog: catalog, mark: .dropped)
                == [#"{"path":"a\u0000\"/é","status":"dropped","finished_at":1000.000}"#])
        let late = #"{"path":"b","status":"failed","finished_at":1300.5,"known_at":1300.75}"#
        #expect(
            try queue(.states([.failed]), now: 1000, catalog: #"{"path":"b"}"#, results: late, mark: .queued)
                == [#"{"path":"b","status":"queued","finished_at":1000.000,"known_at":1300.751}"#])
        #expect(
            try queue(.states([.queued]), now: 9, catalog: #"{"path":"c","known_at":7.5}"#, results: "", mark: .queued)
                == [#"{"path":"c","status":"queued","finished_at":9.000,"known_at":7.500}"#])
    }

    @Test("a record that is handed out again says what was known of it, and may say who gets it")
    func known() throws {
        let results = """
            {"path":"a","status":"failed","retryable":true,"attempt":1,"finished_at":20}
            {"path":"a","status":"success","finished_at":500}
            {"path":"a","status":"queued","finished_at":400,"known_at":500}
            {"path":"b","status":"failed","error":"interrupted","retryable":true,"finished_at":30}
            {"path":"c","status":"failed","retryable":true,"attempt":2}
            """
        let catalog = """
            {"path":"a","attempt":4,"known_at":3}
            {"path":"b","host":"old","n":1}
            {"path":"c"}
            {"path":"d","known_at":3}
            """
        #expect(
            try queue(.due, catalog: catalog, results: results) == [
                #"{"path":"b","host":"old","n":1,"known_at":30.000}"#, #"{"path":"c","attempt":2}"#,
                #"{"path":"a","known_at":500.001}"#, #"{"path":"d","known_at":3}"#,
            ])
        #expect(
            try queue(.due, catalog: catalog, results: results, stamp: .init(host: "h1", run: "r1")) == [
                #"{"path":"b","n":1,"known_at":30.000,"host":"h1","run":"r1"}"#,
                #"{"path":"c","attempt":2,"host":"h1","run":"r1"}"#,
                #"{"path":"a","known_at":500.001,"host":"h1","run":"r1"}"#,
                #"{"path":"d","known_at":3,"host":"h1","run":"r1"}"#,
            ])
    }

    @Test("fewer tries make failed what was delayed")
    func tries() throws {
        #expect(paths(try queue(.states([.failed]), tries: 2)) == "de")
    }

    @Test("lines are byte for byte the catalogue's, with attempt set when there was one")
    func bytes() throws {
        let catalog = """
             {"x": 1.0,"path":"a","n":1E400,"n":2}\u{20}
            {"attempt":9,"path":"e","y":"\\u0041"}
            {"path":"c","attempt":9}
            """
        let printed = try queue(.states(Set(FileState.allCases)), catalog: catalog)
        #expect(printed[0] == " {\"x\": 1.0,\"path\":\"a\",\"n\":1E400,\"n\":2} ")
        #expect(printed[1] == "{\"path\":\"e\",\"y\":\"\\u0041\",\"attempt\":2}")
        #expect(printed[2] == "{\"path\":\"c\",\"attempt\":9}")
    }

    @Test("of two lines with one path the first counts, the second and bad lines are reported by number")
    func problems() throws {
        let catalog = """
            {"path":"a","n":1}
            {nonsense

            {"path":"a","n":2}
            {"n":3}
            {"path":"b"}
            """
        var problems: [String] = []
        let request = QueueRequest(.states([.queued]), now: 0)
        let printed = try lines.folder.write("", to: "output")
        let handle = try FileHandle(forWritingTo: printed)
        var queue = Queue(
            request, catalog: try LineFile(lines.file(catalog)), journal: FoldedJournal(),
            output: QueueOutput(LineOutput(handle.fileDescriptor))
        ) { problems.append("\($1): \($0)") }
        try queue.print()
        #expect(queue.printed == 2)
        #expect(queue.records == 2)
        #expect(
            problems == [
                "2: the line is not JSON", "4: the path 'a' was in an earlier line, which counts",
                "5: 'path' is missing",
            ])
    }

    /// 40,000 lines of more than one piece: bad ones, blank ones, ones that come twice, and ones with `attempt`.
    private func largeCatalog() -> String {
        let title = String(repeating: "t", count: 60)
        return (0..<40_000).map { number in
            switch number % 1000 {
            case 7: "{torn"
            case 8: ""
            case 9: #"{"path":"p\#(number - 4)","again":true}"#
            case 10: #"{"path":"p\#(number)","attempt":9,"title":"\#(title)"}"#
            default: #" {"course_id":\#(number % 3),"title":"\#(title)", "path":"p\#(number)"} "#
            }
        }.joined(separator: "\n")
    }

    @Test(
        "several threads print what one does, and report the same lines",
        arguments: [nil, .dropped] as [QueueRequest.Mark?])
    func inPieces(mark: QueueRequest.Mark?) throws {
        let catalog = try lines.file(largeCatalog())
        let results = (0..<40_000).filter { $0 % 2 == 0 }.map { number in
            #"{"path":"p\#(number)","status":"failed","retryable":\#(number % 4 == 0),"attempt":2}"#
        }
        let journal = results.joined(separator: "\n")
        // A limit that is never reached keeps to one thread.
        let (several, one) = (try told(.max, catalog, journal, mark), try told(.max - 1, catalog, journal, mark))
        #expect(several.records == one.records)
        #expect(several.problems == one.problems)
        #expect(several.text == one.text)
    }

    /// What is printed of those that can be helped, and the problems that were reported.
    private func told(
        _ limit: Int, _ catalog: String, _ results: String, _ mark: QueueRequest.Mark?
    ) throws -> (text: Data, problems: [String], records: Int) {
        var filter = QueueFilter()
        filter.courses = [0, 1]
        var request = QueueRequest(.states([.queued, .delayed]), filter, limit: limit, now: 1000)
        request.mark = mark
        let printed = try lines.folder.write("", to: "output")
        let handle = try FileHandle(forWritingTo: printed)
        var problems: [String] = []
        var queue = Queue(
            request, catalog: try LineFile(catalog), journal: try lines.journal(results),
            output: QueueOutput(LineOutput(handle.fileDescriptor))
        ) { problems.append("\($1): \($0)") }
        try queue.print()
        try handle.close()
        #expect(problems.count == 80)
        return (try lines.folder.read("output"), problems, queue.records)
    }

    @Test("a catalogue of 10,000 lines, the due ones last: the held ones follow in order")
    func manyHeld() throws {
        let catalog = (0..<10_000).map { #"{"path":"\#($0)"}"# }.joined(separator: "\n")
        let results = [9_999, 5_000].map { #"{"path":"\#($0)","status":"failed","retryable":true,"attempt":1}"# }
        let printed = try queue(.due, catalog: catalog, results: results.joined(separator: "\n"))
        let expected = [5_000, 9_999] + (0..<9_999).filter { $0 != 5_000 }
        #expect(printed.count == expected.count)
        #expect(printed[2...].elementsEqual(expected[2...].map { #"{"path":"\#($0)"}"# }))
    }
}

@Suite struct QueueSummaryTests {
    private let lines: Lines
    private let catalog = ["a", "b", "c"].map { #"{"path":"\#($0)"}"# }.joined(separator: "\n")

    init() throws { lines = try Lines() }

    private func summary(_ results: String) throws -> QueueSummary {
        QueueSummary(try lines.journal(results, catalog: catalog), tries: 5, now: 1000)
    }

    @Test("records count, results of other paths do not")
    func counts() throws {
        let summary = try summary(#"{"path":"a","status":"success"}"# + "\n" + #"{"path":"z","status":"success"}"#)
        #expect(summary.total == 3)
        #expect(summary[.success] == 1)
        #expect(summary[.queued] == 2)
        #expect(summary.notThere == 2)
    }

    @Test("what is queued is due at present")
    func nextIsNow() throws {
        let summary = try summary(#"{"path":"a","status":"failed","retryable":true,"retry_at":2000}"#)
        #expect(summary.due == 2)
        #expect(summary.nextDue == 1000)
    }

    @Test("the breakdown: by error, by course, the oldest that is due and the next that is not")
    func breakdown() throws {
        let catalog = """
            {"course_id":2,"course_title":"Jazz","path":"a"}
            {"course_id":1,"path":"b"}
            {"course_id":2,"path":"c"}
            {"course_id":2,"path":"d"}
            {"path":"e"}
            """
        let results = """
            {"path":"a","status":"failed","error":"connect","retryable":true,"attempt":2,"retry_at":500}
            {"path":"b","status":"failed","error":"connect","retryable":true,"attempt":1,"retry_at":400}
            {"path":"c","status":"failed","error":"connect","retryable":false,"attempt":1}
            {"path":"d","status":"failed","error":"timeout","retryable":true,"attempt":1,"retry_at":3000}
            """
        let journal = try lines.journal(results, catalog: catalog)
        let summary = QueueSummary(journal, tries: 5, now: 1000)
        #expect(summary.errors.map(\.code) == ["connect", "timeout"])
        #expect(summary.errors[0].counts[.delayed] == 2)
        #expect(summary.errors[0].counts[.failed] == 1)
        #expect(summary.courses.map(\.id) == [nil, 1, 2])
        #expect(summary.courses[2].title == "Jazz")
        #expect(summary.courses[2].counts.notThere == 3)
        #expect(summary.oldest.map { "\($0.path) \($0.retryAt) \($0.error) \($0.attempt)" } == "b 400.0 connect 1")
        #expect(summary.next.map { "\($0.path) \($0.retryAt) \($0.error) \($0.attempt)" } == "d 3000.0 timeout 1")
        var filter = QueueFilter()
        filter.courses = [1]
        #expect(QueueSummary(journal, filter, tries: 5, now: 1000).total == 1)
    }

    @Test("with nothing due the next one is the earliest, and with nothing left there is none")
    func nextIsLater() throws {
        let done = #"{"path":"a","status":"success"}"# + "\n" + #"{"path":"b","status":"dropped"}"# + "\n"
        #expect(try summary(done + #"{"path":"c","status":"failed","retryable":true,"retry_at":2000}"#).nextDue == 2000)
        #expect(try summary(done + #"{"path":"c","status":"failed"}"#).nextDue == nil)
    }
}
