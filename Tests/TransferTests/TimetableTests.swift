import Foundation
import POSIX
import Testing

@testable import Transfer

/// The rates of `--rate-limit` by day and hour.
@Suite struct TimetableTests {
    private static let mega: Int64 = 1 << 20

    /// What holds on a day (0 is Monday) at this hour and minute.
    private func rate(_ text: String, _ day: Int, _ hour: Int, _ minute: Int = 0) throws -> Int64? {
        try RateTimetable(text).rate(at: WallTime(weekday: day, minute: hour * 60 + minute))
    }

    @Test("a plain number holds at all hours")
    func constant() throws {
        #expect(try RateTimetable("10M").isConstant)
        for day in 0..<7 { #expect(try rate("10M", day, 3) == 10 << 20) }
        #expect(try rate("off", 2, 3) == nil)
    }

    @Test("an entry with a time holds until the next one, over midnight")
    func untilNext() throws {
        let text = "08:00 2M, 18:00 20M"
        #expect(try rate(text, 2, 7, 59) == 20 << 20)
        #expect(try rate(text, 2, 8) == 2 << 20)
        #expect(try rate(text, 2, 17, 59) == 2 << 20)
        #expect(try rate(text, 2, 18) == 20 << 20)
    }

    @Test("days without a time are for the whole of them, and what holds otherwise goes on behind them")
    func wholeDays() throws {
        let text = "08:00 2M, 18:00 20M, Sat-Sun off"
        #expect(try rate(text, 4, 23, 59) == 20 << 20)
        #expect(try rate(text, 5, 0) == nil)
        #expect(try rate(text, 6, 9) == nil)
        #expect(try rate(text, 0, 0) == 20 << 20)
        #expect(try rate(text, 0, 8) == 2 << 20)
    }

    @Test("an entry of a day comes before one of every day, and holds until the next one")
    func oneDay() throws {
        let text = "08:00 2M, sat 08:00 5M, Sun 20:00 off"
        #expect(try rate(text, 4, 8) == 2 << 20)
        #expect(try rate(text, 5, 8) == 5 << 20)
        #expect(try rate(text, 6, 7, 59) == 5 << 20)
        #expect(try rate(text, 6, 8) == 2 << 20)
        #expect(try rate(text, 0, 7, 59) == nil)
    }

    @Test("days may go over the end of the week")
    func overSunday() throws {
        #expect(try [4, 5, 6, 0, 1].map { try rate("2M, Sat-Mon 4M", $0, 12)! >> 20 } == [2, 4, 4, 4, 2])
    }

    @Test("a day that nothing was said about has no limit")
    func unsaid() throws {
        #expect(try rate("Mon-Fri 1M", 4, 12) == Self.mega)
        #expect(try rate("Mon-Fri 1M", 5, 12) == nil)
    }

    @Test(
        "what is not a timetable is refused, and the words name it",
        arguments: [
            ("fast", "'fast' is not a rate"), ("", "an entry is empty"), ("1M,", "an entry is empty"),
            ("08:00", "'08:00' is not a rate"), ("8:00 1M", "'8:00' is not a time"),
            ("24:00 1M", "'24:00' is not a time"),
            ("08:60 1M", "'08:60' is not a time"), ("Mn-Fri 1M", "'Mn-Fri' is not a day"),
            ("Mon- 1M", "'Mon-' is not a day"),
            ("Mon-Tue-Fri 1M", "is not a day"), ("100", "100: give 1k or more"), ("08:00 1M 2M", "one word too many"),
            ("Mon 08:00 09:00 1M", "one word too many"), ("08:00 1M, 08:00 2M", "overlap on Mon"),
            ("Mon-Fri 1M, Fri 2M", "overlap on Fri"), ("Mon-Fri 1M, Wed 08:00 2M", "overlap on Wed"),
            ("1M, 08:00 2M", "overlap: give each a time"), ("1M, 2M", "overlap"),
            ("08:00 1M, Sat 08:00 2M, Fri-Sun 08:00 3M", "overlap on Sat"),
        ])
    func refused(text: String, words: String) {
        do throws(LimitError) {
            _ = try RateTimetable(text)
            Issue.record("'\(text)' is taken")
        } catch { #expect(error.description.contains(words), "\(error)") }
    }

    // MARK: - Changes of the clock

    /// The rate by the clock of Berlin, at a moment in UTC.
    private func rateInBerlin(_ text: String, _ moment: String) throws -> Int64? {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let unix = try #require(CalendarTime.unixSeconds(rfc3339: moment))
        let local = unix + Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(unix))))
        // 1970 began on a Thursday.
        let time = WallTime(weekday: Int((local / 86400 + 3) % 7), minute: Int(local % 86400 / 60))
        return try RateTimetable(text).rate(at: time)
    }

    @Test("an hour that is left out in spring: its entry holds from the next hour on")
    func spring() throws {
        // On 2027-03-28 the clock goes from 01:59 to 03:00, at 01:00 UTC.
        let text = "00:00 1M, 02:30 3M, 12:00 1M"
        #expect(try rateInBerlin(text, "2027-03-28T00:59:00Z") == Self.mega)
        #expect(try rateInBerlin(text, "2027-03-28T01:00:00Z") == 3 << 20)
    }

    @Test("an hour that comes twice in autumn: so do its entries")
    func autumn() throws {
        // On 2027-10-31 the clock goes from 02:59 back to 02:00, at 01:00 UTC.
        let text = "00:00 1M, 02:30 3M, 12:00 1M"
        let times = ["00:29", "00:30", "00:59", "01:00", "01:29", "01:30"]
        let rates = try times.map { try rateInBerlin(text, "2027-10-31T\($0):00Z") }
        #expect(rates.map { $0! >> 20 } == [1, 3, 3, 1, 1, 3])
    }

    @Test("the wall's clock is that of libc's zone")
    func wall() {
        let time = WallTime.local(unix: 1_800_000_000)
        #expect((0..<7).contains(time.weekday) && (0..<1440).contains(time.minute))
        #expect(
            CalendarTime.local(unix: 1_800_000_000).contains(
                String(format: "%02d:%02d:", time.minute / 60, time.minute % 60)))
    }
}
