import Journal
import Records
import TestSupport
import Testing

/// By which rule of several results for one path the last that counts is found.
@Suite struct FoldTests {
    private let lines: Lines

    init() throws { lines = try Lines() }

    @Test("each path counts once, by its last result")
    func lastResultCounts() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"failed","error":"connect","retryable":true,"attempt":1}
            {"path":"b","status":"success","bytes":7}
            {"path":"a","status":"success","bytes":5,"attempt":2}
            """)
        #expect(journal.paths == 2)
        #expect(journal.state(of: "a") == .success)
        #expect(journal.outcome(of: "a")?.bytes == 5)
        #expect(journal.outcome(of: "a")?.error == ErrorCodes.Number.none)
    }

    @Test("that a try was stopped hides no failure before it, unless that says as little")
    func stopAfterFailure() throws {
        let stopped = #""status":"failed","error":"interrupted","owner":"process","retryable":true,"retry_at":9"#
        let journal = try lines.fold(
            """
            {"path":"a","status":"failed","error":"server_error","owner":"host","retryable":true,"attempt":2}
            {"path":"a",\(stopped)}
            {"path":"b","status":"failed","error":"unsigned","stage":"sign"}
            {"path":"b",\(stopped)}
            {"path":"c","status":"failed","error":"connect","retryable":true}
            {"path":"c","status":"queued"}
            {"path":"c",\(stopped)}
            """)
        #expect(journal.error(of: "a") == "server_error")
        #expect(journal.outcome(of: "a")?.owner == .host)
        #expect(journal.outcome(of: "a")?.attempt == 2)
        #expect(journal.error(of: "b") == "interrupted")
        #expect(journal.error(of: "c") == "interrupted")
    }

    @Test("a later failure takes a success away")
    func failureAfterSuccess() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"success"}
            {"path":"a","status":"failed","error":"not_found","retryable":false}
            """)
        #expect(journal.state(of: "a") == .failed)
    }

    @Test(
        "skipped or an unfinished try takes no success away",
        arguments: [
            #""status":"skipped","found":"a""#,
            #""status":"failed","error":"interrupted","retryable":true"#,
            #""status":"failed","error":"busy","retryable":true"#,
            #""status":"failed","stage":"sign","error":"unsigned""#,
        ])
    func successStays(later: String) throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"success","bytes":5}
            {"path":"a",\(later)}
            """)
        #expect(journal.state(of: "a") == .success)
        #expect(journal.outcome(of: "a")?.bytes == 5)
    }

    @Test("an unfinished try counts where there was no success")
    func unfinishedTryAlone() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"skipped"}
            {"path":"a","status":"failed","error":"interrupted","retryable":true}
            """)
        #expect(journal.state(of: "a") == .delayed)
    }

    @Test("queued forgets all tries")
    func queuedForgets() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"failed","error":"connect","retryable":true,"attempt":5}
            {"path":"a","status":"queued"}
            """)
        #expect(journal.state(of: "a") == .queued)
        #expect(journal.outcome(of: "a")?.attempt == 0)
    }

    @Test("queued forgets even a success, and what comes later is counted from the start")
    func queuedAfterSuccess() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"success"}
            {"path":"a","status":"queued"}
            {"path":"b","status":"success"}
            {"path":"b","status":"queued"}
            {"path":"b","status":"skipped"}
            """)
        #expect(journal.state(of: "a") == .queued)
        #expect(journal.state(of: "b") == .skipped)
    }

    @Test("dropped stays out until it is queued again, whatever a try under way says")
    func droppedStays() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"dropped"}
            {"path":"a","status":"failed","error":"connect","retryable":true}
            {"path":"b","status":"dropped"}
            {"path":"b","status":"queued"}
            {"path":"b","status":"success"}
            """)
        #expect(journal.state(of: "a") == .dropped)
        #expect(journal.state(of: "b") == .success)
    }

    @Test("a try that was not counted leaves the number of tries as it was")
    func attemptStays() throws {
        let journal = try lines.fold(
            """
            {"path":"a","status":"failed","error":"connect","retryable":true,"attempt":3}
            {"path":"a","status":"failed","stage":"sign","error":"unsigned"}
            """)
        #expect(journal.outcome(of: "a")?.attempt == 3)
    }

    @Test("paths are compared unescaped, byte for byte")
    func pathsUnescaped() throws {
        let journal = try lines.fold(
            #"""
            {"path":"a/\u00e9.mp4","status":"failed"}
            {"path":"a\/é.mp4","status":"success"}
            {"path":"a/e\u0301.mp4","status":"skipped"}
            """#)
        #expect(journal.paths == 2)
        #expect(journal.state(of: "a/\u{E9}.mp4") == .success)
        #expect(journal.state(of: "a/e\u{301}.mp4") == .skipped)
    }
}

/// When a failed file can be tried again.
@Suite struct FileStateTests {
    private let lines: Lines

    init() throws { lines = try Lines() }

    @Test(
        "failed is delayed while another try can help and tries are left",
        arguments: [
            (#""retryable":true,"attempt":4"#, FileState.delayed),
            (#""retryable":true"#, .delayed),
            (#""retryable":true,"attempt":5"#, .failed),
            (#""retryable":true,"attempt":6"#, .failed),
            (#""retryable":false,"attempt":1"#, .failed),
            (#""attempt":1"#, .failed),
            (#""retryable":"true","attempt":1"#, .failed),
            (#""stage":"sign""#, .failed),
        ])
    func delayedOrFailed(fields: String, expected: FileState) throws {
        let journal = try lines.fold(#"{"path":"a","status":"failed",\#(fields)}"#)
        #expect(journal.state(of: "a", tries: 5) == expected)
    }
}
