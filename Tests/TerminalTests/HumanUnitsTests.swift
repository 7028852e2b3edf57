import Terminal
import Testing

@Suite struct HumanUnitsTests {
    @Test(
        "bytes in powers of 1,024, with no 1024.0 of anything",
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1_048_575, "1.0 MiB"),
            (.max, "8.0 EiB"),
        ] as [(Int64, String)])
    func bytes(value: Int64, text: String) {
        #expect(HumanUnits.bytes(value) == text)
    }

    @Test(
        "what counts down is shown as a clock shows it",
        arguments: [
            (0, "0:00"), (59.6, "1:00"), (725, "12:05"), (3600, "1:00:00"), (11_400, "3:10:00"), (187_200, "2d 04:00"),
            (-3, "0:00"), (.infinity, "11574d 01:46"),
        ] as [(Double, String)])
    func clock(seconds: Double, text: String) {
        #expect(HumanUnits.clock(seconds) == text)
    }

    @Test(
        "a length of time has the unit that its rounded value has",
        arguments: [(0.04, "0.0 s"), (59.94, "59.9 s"), (59.96, "1 min"), (7500, "2 h 5 min"), (86400, "1 d")])
    func duration(seconds: Double, text: String) {
        #expect(HumanUnits.duration(seconds) == text)
    }

    @Test(
        "a moment that nobody lives to see is the last of its calendar",
        arguments: [
            (0, "1970-01-01 00:00:00"), (1e17, "9999-12-31 23:59:59"), (1e19, "9999-12-31 23:59:59"),
            (.greatestFiniteMagnitude, "9999-12-31 23:59:59"), (-1e308, "00-01-01 00:00:00"),
        ] as [(Double, String)])
    func moment(time: Double, text: String) {
        #expect(HumanUnits.moment(time) == text)
    }

    @Test(
        "a time that makes no sense, as from a clock that was set back, is none or the longest",
        arguments: [
            (-0.5, "0.0 s", "0:00"), (-86400, "0.0 s", "0:00"), (-.infinity, "0.0 s", "0:00"), (.nan, "0.0 s", "0:00"),
            (.infinity, "11574074074 d 1 h", "11574d 01:46"),
        ])
    func senselessTimes(seconds: Double, duration: String, clock: String) {
        #expect(HumanUnits.duration(seconds) == duration)
        #expect(HumanUnits.clock(seconds) == clock)
        #expect(HumanUnits.moment(seconds).contains(":"))
    }
}
