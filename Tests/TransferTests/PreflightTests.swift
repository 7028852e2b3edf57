import POSIX
import Records
import Store
import TestSupport
import Testing

@testable import Transfer

/// What is checked before the origin is asked.
@Suite struct PreflightTests {
    private let clock = TestClock()
    private let disk = MemoryDisk()

    /// What speaks against a record with these fields.
    private func refusal(_ fields: String = "", minFree: Int64 = 0, allowed: [String] = []) -> TryError? {
        var settings = ScriptedWorld.settings()
        (settings.minFree, settings.hosts) = (minFree, HostPolicy(allowed: allowed))
        var preflight = Preflight(settings, OutputFolder(disk.start()), clock)
        return refusal(&preflight, fields)
    }

    private func refusal(_ preflight: inout Preflight, _ fields: String = "") -> TryError? {
        let line = #"{"path":"a.mp4","url":"http://origin/a.mp4"\#(fields)}"#
        guard case .ready(let record) = RecordParser().parse(Array(line.utf8), number: 1) else { return nil }
        do throws(TryError) { try preflight.check(record) } catch { return error }
        return nil
    }

    @Test(
        "a URL must be good for --min-validity more",
        arguments: [
            (60.0, nil), (59.5, "the URL expires in 59 s: sign the record again"),
            (0, "the URL expired 0 s ago: sign the record again"),
            (-7, "the URL expired 7 s ago: sign the record again"),
        ])
    func validity(left: Double, message: String?) {
        #expect(refusal(#","expires_at":\#(clock.now + left)"#)?.message == message)
    }

    @Test("a record without an end is good for ever")
    func noEnd() {
        #expect(refusal() == nil)
    }

    @Test("what is checked here costs no attempt, and is evidence against the key where the URL has expired")
    func owner() {
        let error = refusal(#","expires_at":1"#)
        #expect(error?.countsAsAttempt == false)
        #expect(error?.owner == .credentials)
    }

    @Test("only the hosts that are allowed are asked", arguments: [("origin", true), ("*.origin", false)])
    func hosts(pattern: String, isAllowed: Bool) {
        #expect((refusal(allowed: [pattern]) == nil) == isAllowed)
    }

    @Test("so much stays free", arguments: [(1000, 1000, true), (1000, 999, false), (0, 0, true)])
    func space(minFree: Int64, free: Int64, isEnough: Bool) {
        disk.toldSpace = FreeSpace(bytes: free)
        #expect((refusal(minFree: minFree) == nil) == isEnough)
    }

    @Test("the free space is looked at again after a tenth of a second")
    func spaceAgain() {
        var settings = ScriptedWorld.settings()
        settings.minFree = 1000
        var preflight = Preflight(settings, OutputFolder(disk.start()), clock)
        #expect(refusal(&preflight) == nil)
        disk.toldSpace = FreeSpace(bytes: 0)
        #expect(refusal(&preflight) == nil)
        clock.advance(by: 0.125)
        #expect(refusal(&preflight)?.code == .diskFull)
    }
}
