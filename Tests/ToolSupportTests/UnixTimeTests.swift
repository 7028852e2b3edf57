import Testing
import ToolSupport

@Suite struct UnixTimeTests {
    @Test("a moment is written as it is read", arguments: [0, 951_782_400, 1_798_758_000, 253_402_300_799])
    func roundTrip(seconds: Int64) {
        #expect(UnixTime(argument: UnixTime(seconds: seconds).text)?.seconds == seconds)
    }

    @Test("a moment is written as in RFC 3339")
    func text() {
        #expect(UnixTime(seconds: 1_798_758_000).text == "2026-12-31T23:00:00Z")
    }
}
