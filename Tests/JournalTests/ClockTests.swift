import Journal
import NDJSON
import Records
import TestSupport
import Testing

/// A clock that was wrong for a while holds no record back, and loses none.
@Suite struct ClockTests {
    private let lines: Lines
    private let now = 1_800_000_000.0

    init() throws { lines = try Lines() }

    private func dueAt(_ fields: String) throws -> Double {
        let journal = try lines.fold(#"{"path":"a","status":"failed","retryable":true,"attempt":1,\#(fields)}"#)
        return try #require(journal.outcome(of: "a")).dueAt(now: now)
    }

    @Test("what was written in this very moment waits, though its time was rounded")
    func roundedTime() throws {
        #expect(try dueAt(#""retry_at":\#(Int(now) + 60),"finished_at":\#(now + 0.0009)"#) == now.rounded(.down) + 60)
    }

    @Test(
        "what a clock wrote that was ahead is due at once",
        arguments: [1, 60, 3600, 86400, 5 * 365 * 86400] as [Double],
        [0, 1, 30, 600, 32767, 32768, 86400, 3 * 86400] as [Double])
    func ahead(_ lead: Double, _ wait: Double) throws {
        let written = now + lead + 1
        #expect(try dueAt(#""retry_at":\#(Int(written + wait)),"finished_at":\#(Int(written)).5"#) == now)
    }

    @Test(
        "what was written before now waits as long as it says, however long that is",
        arguments: [0, 30, 32766, 32767, 32768, 86400, 30 * 86400, 2_000_000_000] as [Double])
    func right(_ wait: Double) throws {
        #expect(try dueAt(#""retry_at":\#(Int(now + wait)),"finished_at":\#(Int(now))"#) == now + wait)
    }

    @Test(
        "a wait counts no longer than twice itself where a clock went back between two results, and once more after them",
        arguments: [30, 600, 86400] as [Double])
    func twiceBack(_ wait: Double) throws {
        func due(writtenAt written: Double) throws -> Double {
            try dueAt(
                #""retry_at":\#(Int(written + wait)),"finished_at":\#(Int(written)),"#
                    + #""known_at":\#(Int(written) + 7200)"#)
        }
        #expect(try due(writtenAt: now) == now + wait)
        #expect(try due(writtenAt: now - 5) == now - 5 + wait)
        #expect(try due(writtenAt: now + 2 * wait + 2) == now)
        #expect(try due(writtenAt: now + 3600 * 24 * 3) == now)
    }

    @Test("a time is believed where nothing tells when it was written")
    func unknown() throws {
        #expect(try dueAt(#""retry_at":4000000000"#) == 4_000_000_000)
        #expect(try dueAt(#""retry_at":4000000000,"known_at":1800000000"#) == 4_000_000_000)
    }

    @Test("a clock that shows 1970 lets all be due")
    func behind() throws {
        let journal = try lines.fold(
            #"{"path":"a","status":"failed","retryable":true,"retry_at":1800000030,"finished_at":1800000000}"#)
        #expect(try #require(journal.outcome(of: "a")).dueAt(now: 100) == 100)
    }

    @Test("of two results the later line counts, whatever their clocks say")
    func place() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"failed","retryable":true,"finished_at":1900000000}
            {"path":"a","status":"success","finished_at":1700000000}
            """)
        #expect(journal.state(of: "a") == .success)
    }

    @Test("the summary, and when the next one is due, follow the same rule")
    func summary() throws {
        let journal = try lines.journal(
            """
            {"path":"a","status":"failed","error":"connect","retryable":true,"retry_at":1900000030,"finished_at":1900000000}
            {"path":"b","status":"failed","error":"connect","retryable":true,"retry_at":1800000030,"finished_at":1800000000}
            """, catalog: "{\"path\":\"a\"}\n{\"path\":\"b\"}\n")
        let summary = QueueSummary(journal, tries: 5, now: now)
        #expect(summary.due == 1)
        #expect(summary.nextDue == now)
        #expect(summary.oldest?.path == "a")
        #expect(summary.next?.retryAt == 1_800_000_030)
    }
}

/// Only a record's own faults count as its tries.
@Suite struct FaultOwnerTests {
    private let lines: Lines

    init() throws { lines = try Lines() }

    @Test(
        "the fault of another never makes a record fail for good",
        arguments: [FaultOwner.host, .way, .credentials, .disk, .process, .store],
        [#""retryable":true,"attempt":9"#, #""retryable":false,"attempt":1"#, #""attempt":5"#])
    func others(_ owner: FaultOwner, _ fields: String) throws {
        let journal = try lines.fold(#"{"path":"a","status":"failed","owner":"\#(owner.rawValue)",\#(fields)}"#)
        #expect(journal.state(of: "a", tries: 5) == .delayed)
    }

    @Test("a folder that refuses fails as its result says, and costs no try")
    func folder() throws {
        let left = try lines.fold(#"{"path":"a","status":"failed","owner":"folder","retryable":true,"attempt":9}"#)
        #expect(left.state(of: "a", tries: 5) == .delayed)
        let over = try lines.fold(#"{"path":"a","status":"failed","owner":"folder","retryable":false}"#)
        #expect(over.state(of: "a", tries: 5) == .failed)
    }

    @Test(
        "the record's own fault, one that nobody owns, and an owner that is not known count as before",
        arguments: [#""owner":"record","#, "", #""owner":null,"#, #""owner":"moon","#, #""owner":7,"#])
    func own(_ owner: String) throws {
        func state(_ fields: String) throws -> FileState? {
            try lines.fold(#"{"path":"a","status":"failed",\#(owner)\#(fields)}"#).state(of: "a", tries: 5)
        }
        #expect(try state(#""retryable":true,"attempt":4"#) == .delayed)
        #expect(try state(#""retryable":true,"attempt":5"#) == .failed)
        #expect(try state(#""retryable":false,"attempt":1"#) == .failed)
    }

    @Test("a later fault of the record's own counts again")
    func later() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"failed","owner":"host","retryable":true,"attempt":5}
            {"path":"a","status":"failed","owner":"record","retryable":true,"attempt":5}
            """)
        #expect(journal.state(of: "a", tries: 5) == .failed)
    }

    @Test("what could not be signed waits for other settings, whatever an older version said")
    func unsigned() throws {
        let journal = try lines.fold(
            #"{"path":"a","status":"failed","stage":"sign","error":"unsigned","retryable":false}"#)
        #expect(journal.state(of: "a", tries: 5) == .delayed)
    }
}
