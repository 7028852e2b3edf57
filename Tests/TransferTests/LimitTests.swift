import POSIX
import Records
import Synchronization
import Testing

@testable import Transfer

/// A clock that stands where it is put.
final class SetClock: POSIX.Clock, Sendable {
    private let time = Atomic<Int>(0)

    /// In milliseconds.
    func advance(by milliseconds: Int) { time.add(milliseconds, ordering: .relaxed) }

    var now: Double { monotonic }
    var monotonic: Double { Double(time.load(ordering: .relaxed)) / 1000 }
}

@Suite struct LimitTests {
    @Test("starts keep their pace, and what comes late is not made up for by a burst")
    func pace() {
        var pacing = Pacing(perSecond: 4)
        var starts: [Double] = []
        for tick in 0..<2000 where tick < 1000 || tick >= 1900 {
            let now = Double(tick) / 1000
            if pacing.isOpen(at: now) {
                pacing.began(at: now)
                starts.append(now)
            }
        }
        #expect(starts == [0, 0.25, 0.5, 0.75, 1.9])
    }

    @Test("without a pace anything begins at once")
    func noPace() {
        var pacing = Pacing(perSecond: nil)
        for _ in 0..<3 {
            #expect(pacing.isOpen(at: 5))
            pacing.began(at: 5)
        }
    }

    @Test("a rate that is overdrawn is waited for until it is filled again")
    func rate() {
        let clock = SetClock()
        let limit = RateLimit(bytesPerSecond: 1000, clock: clock)
        #expect(limit.delay == 0)
        limit.take(500)
        #expect(limit.delay == 0.5)
        clock.advance(by: 200)
        #expect(limit.delay == 0.3)
        clock.advance(by: 300)
        #expect(limit.delay == 0)
    }

    @Test("of a rate that is not used a tenth of a second is kept")
    func rateKept() {
        let clock = SetClock()
        let limit = RateLimit(bytesPerSecond: 1000, clock: clock)
        clock.advance(by: 60_000)
        _ = limit.delay
        limit.take(600)
        #expect(limit.delay == 0.5)
    }

    @Test("another rate holds at once, whatever was overdrawn, and none is none")
    func rateChanged() {
        let clock = SetClock()
        let limit = RateLimit(bytesPerSecond: nil, clock: clock)
        limit.take(1_000_000)
        #expect(limit.delay == 0)
        limit.change(to: 1000)
        limit.take(500)
        #expect(limit.delay == 0.5 && limit.changes == 1)
        limit.change(to: 100_000)
        #expect(limit.delay == 0)
    }

    @Test("another pace is counted from the last start")
    func paceChanged() {
        var pacing = Pacing(perSecond: 0.1)
        pacing.began(at: 5)
        #expect(!pacing.isOpen(at: 14) && pacing.isOpen(at: 15))
        pacing.change(perSecond: 1)
        #expect(!pacing.isOpen(at: 5.9) && pacing.isOpen(at: 6))
        pacing.change(perSecond: nil)
        #expect(pacing.isOpen(at: 5))
    }

    @Test(
        "a quota ends the intake when it is reached",
        arguments: [
            (Quota(files: 3), 2, 0, 0.0, false), (Quota(files: 3), 3, 0, 0, true),
            (Quota(bytes: ByteCount(1024)), 0, 1023, 0, false), (Quota(bytes: ByteCount(1024)), 0, 1024, 0, true),
            (Quota(until: 500), 0, 0, 499, false), (Quota(until: 500), 0, 0, 500, true),
            (Quota(), 1 << 40, 1 << 40, 1e12, false),
        ])
    func quota(quota: Quota, files: Int, bytes: Int64, now: Double, isReached: Bool) {
        #expect((quota.exhausted(files: files, bytes: bytes, now: now) != nil) == isReached)
    }

    @Test("no more files are begun than may be fetched")
    func room() {
        #expect(Quota(files: 3).hasRoom(files: 2))
        #expect(!Quota(files: 3).hasRoom(files: 3))
    }

    @Test("a clock that is off by half a minute is reported, once")
    func skew() {
        var (slow, right) = (ClockSkew(), ClockSkew())
        #expect(slow.notice(at: 0, 94)?.hasPrefix("the clock is 94 s behind the origin's") == true)
        #expect(slow.notice(at: 100, 94) == nil)
        #expect(right.notice(at: 0, -29) == nil)
        #expect(right.notice(at: 100, -31)?.hasPrefix("the clock is 31 s ahead of the origin's") == true)
    }
}
