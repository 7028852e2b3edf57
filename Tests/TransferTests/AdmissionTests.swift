import Curl
import Records
import Store
import TestSupport
import Testing

@testable import Transfer

@Suite struct AdmissionTests {
    private static func admission(perSecond: Double? = nil, evidence: Evidence = Evidence()) -> Admission {
        var settings = FetchSettings(
            parallel: 4,
            transfer: TransferSettings(
                userAgent: "test", connectTimeout: 1, wholeTimeout: 1, stallTimeout: 1, stallSpeed: 1),
            retry: RetryPolicy(quickRetries: 0, quickDelay: 1, backoff: [1]), verification: Verification(),
            minValidity: 0, sync: .none,
            patience: 3600, minFree: 0, loops: 1)
        settings.startsPerSecond = perSecond
        return Admission(settings, evidence)
    }

    private static func start(_ origin: String = "http://a:80", due: Double, isFirst: Bool = false) -> WaitingStart {
        WaitingStart(origin: origin, due: due, isFirst: isFirst)
    }

    private typealias Hold = FetchProgress.Hold

    @Test("transfers that wait for their time are counted by reason, with the time of the first")
    func times() {
        let starts = [
            Self.start(due: 9), Self.start(due: 7, isFirst: true), Self.start(due: 6), Self.start("http://b", due: 5),
        ]
        #expect(
            Self.admission().holds(starts, at: 5) == [
                Hold(reason: "before the next try", transfers: 2, seconds: 1),
                Hold(reason: "before the first try (--jitter)", transfers: 1, seconds: 2),
                Hold(reason: "for others to end", transfers: 1, seconds: nil),
            ])
    }

    @Test("an origin's pause holds its own transfers, and is reported without any")
    func slowDown() {
        let admission = Self.admission()
        for _ in 0..<4 { admission.began("http://a:80", at: 0) }
        admission.gates["http://a:80"].ended()
        admission.gates["http://a:80"].throttle(triedAt: 0, retryAfter: 20, spread: 0, at: 1)
        let reason = "'a:80' asked to slow down, to 2 at a time"
        #expect(admission.holds([], at: 6) == [Hold(reason: reason, transfers: 0, seconds: 15)])
        #expect(
            admission.holds([Self.start(due: 2), Self.start(due: 22), Self.start("http://b", due: 7)], at: 6) == [
                Hold(reason: reason, transfers: 2, seconds: 15),
                Hold(reason: "before the next try", transfers: 1, seconds: 1),
            ])
        #expect(admission.holds([Self.start(due: 2)], at: 22) == [Hold(reason: reason, transfers: 1, seconds: nil)])
    }

    @Test("a host that has never served, and the pace, are reasons")
    func unreachable() {
        let admission = Self.admission(perSecond: 0.1)
        for record in 1...3 {
            admission.began("http://a:80", at: 3)
            admission.gates["http://a:80"].ended()
            let failed = FailedTry(
                error: TryError(.connect, "no connection: refused"), origin: "http://a:80", record: UInt64(record),
                folder: 1, startedAt: 2, hadContact: false, isForeign: false, isAlone: false)
            _ = admission.recordFailed(failed, at: 3, unixTime: 1_700_000_003)
        }
        #expect(
            admission.holds([Self.start("http://b:80", due: 2)], at: 4) == [
                Hold(
                    reason: "'a:80': check --base-url, as it has never served (no connection: refused)", transfers: 0,
                    seconds: 4),
                Hold(reason: "before the next start (--requests-per-second)", transfers: 1, seconds: 29),
            ])
    }

    @Test("who has failed whoever asked for a minute, in this run or an earlier one, gets no quick retry")
    func noQuickRetries() {
        let admission = Self.admission()
        #expect(!admission.isProbing("http://a", at: 0))
        Self.fail(1...1, admission, at: 0)
        #expect(!admission.isProbing("http://a", at: 59))
        #expect(admission.isProbing("http://a", at: 60))
        Self.fail(1...1, admission, at: 70)
        let next = Self.admission(evidence: admission.evidence)
        #expect(next.isProbing("http://a", at: 71))
        #expect(!next.isProbing("http://b", at: 71))
    }

    // MARK: - May it begin?

    /// Lets so many records fail at an origin.
    private static func fail(
        _ records: ClosedRange<UInt64>, _ admission: Admission, _ error: TryError = TryError(.connect, "refused"),
        origin: String = "http://a", at now: Double
    ) {
        for record in records {
            admission.began(origin, at: now)
            admission.gates[origin].ended()
            admission.tryFailed(origin, error.owner, at: now)
            let failed = FailedTry(
                error: error, origin: origin, record: record, folder: record, startedAt: now, hadContact: false,
                isForeign: false, isAlone: false)
            _ = admission.recordFailed(failed, at: now, unixTime: now)
        }
    }

    @Test("as many may begin as there are places")
    func places() {
        let admission = Self.admission()
        #expect(admission.mayBegin("http://a", running: 3, at: 0))
        #expect(!admission.mayBegin("http://a", running: 4, at: 0))
    }

    @Test("a line is worth taking while running and held transfers leave a place")
    func lines() {
        let admission = Self.admission()
        #expect(admission.mayTake(running: 2, held: 1, at: 0))
        #expect(!admission.mayTake(running: 2, held: 2, at: 0))
    }

    @Test("a condemned host gets one probe, when its time has come; others get the places")
    func probe() {
        let admission = Self.admission()
        Self.fail(1...3, admission, at: 10)
        #expect(!admission.mayBegin("http://a", running: 0, at: 14.9))
        #expect(admission.nextChange(after: 10) == 15)
        #expect(admission.mayBegin("http://a", running: 3, at: 15))
        #expect(admission.mayBegin("http://b", running: 3, at: 10))
        admission.began("http://a", at: 15)
        #expect(!admission.mayBegin("http://a", running: 1, at: 15))
    }

    @Test("a probe that fails doubles the time to the next, up to a minute")
    func probeTimes() {
        let admission = Self.admission()
        Self.fail(1...3, admission, at: 0)
        var probes: [Double] = []
        var now = 0.0
        for record: UInt64 in 4...9 {
            now = admission.nextChange(after: now) ?? .infinity
            probes.append(now)
            Self.fail(record...record, admission, at: now)
        }
        #expect(probes == [5, 15, 35, 75, 135, 195])
    }

    @Test("while the way is condemned, one request at all may ask")
    func wayProbe() {
        let admission = Self.admission()
        Self.fail(1...1, admission, TryError(.badRequest, "407", owner: .way), at: 0)
        #expect(!admission.mayBegin("http://b", running: 0, at: 4))
        #expect(admission.mayBegin("http://b", running: 0, at: 5))
        #expect(!admission.mayBegin("http://b", running: 1, at: 5))
    }

    @Test("a host that serves is open to all again")
    func servesAgain() {
        let admission = Self.admission()
        Self.fail(1...3, admission, at: 0)
        admission.served("http://a", AnswerMarks(), unixTime: 1)
        #expect(!admission.isDown("http://a"))
        #expect(admission.mayBegin("http://a", running: 0, at: 1))
    }

    @Test("patience begins when no host serves, and ends with the first that does")
    func patience() {
        let admission = Self.admission()
        Self.fail(1...3, admission, at: 100)
        #expect(admission.hopelessness(at: 3699) == nil)
        #expect(admission.hopelessness(at: 3700) == "nothing could be reached for 3600 s (refused): check --base-url")
        admission.answered("http://a", unixTime: 3701)
        #expect(admission.hopelessness(at: 9999) == nil)
    }

    @Test("what an earlier run met ends this one only once this one has met it too, at each host that has work")
    func earlierRuns() {
        var evidence = Evidence()
        for host in ["http://a", "http://b"] {
            for (record, time) in [(1, 0), (2, 0), (3, 0), (3, 4000)] {
                let failed = FailedTry(
                    error: TryError(.connect, "refused"), origin: host, record: UInt64(record), folder: 1,
                    startedAt: Double(time), hadContact: false, isForeign: false, isAlone: false)
                _ = evidence.settle(failed, at: Double(time))
            }
            evidence.meet(host, at: 4000)
        }
        let admission = Admission(ScriptedWorld.settings(), evidence)
        func isHopeless(isNothingLeft: Bool = false) -> Bool {
            admission.hopelessness(at: 4100, unixTime: 4100, hasSeenAll: true, isNothingLeft: isNothingLeft) != nil
        }
        Self.fail(1...2, admission, at: 4100)
        #expect(!isHopeless() && !isHopeless(isNothingLeft: true))
        Self.fail(1...1, admission, origin: "http://b", at: 4100)
        #expect(!isHopeless() && isHopeless(isNothingLeft: true))
        Self.fail(3...3, admission, at: 4100)
        Self.fail(2...3, admission, origin: "http://b", at: 4100)
        #expect(isHopeless())
    }

    @Test("a host that has failed whoever asked for a minute gets no quick retries, until it serves")
    func quickRetries() {
        let admission = Self.admission()
        admission.tryFailed("http://a", .host, at: 10)
        admission.tryFailed("http://a", .host, at: 69)
        #expect(!admission.isProbing("http://a", at: 69.9))
        #expect(admission.isProbing("http://a", at: 70))
        #expect(!admission.isProbing("http://b", at: 70))
        admission.served("http://a", AnswerMarks(), unixTime: 71)
        #expect(!admission.isProbing("http://a", at: 99))
    }

    @Test("the way is not blocked for as long as it was, once a try failed at somebody else")
    func otherFailure() {
        let admission = Self.admission()
        let proxy = TryError(.badRequest, "407", owner: .way)
        Self.fail(1...1, admission, proxy, at: 0)
        Self.fail(2...2, admission, at: 3000)
        #expect(admission.hopelessness(at: 3600) == nil)
        Self.fail(3...3, admission, proxy, at: 3600)
        #expect(admission.hopelessness(at: 3600, isNothingLeft: true) != nil)
    }

    @Test("while another host serves there is hope")
    func hope() {
        let admission = Self.admission()
        admission.began("http://b", at: 0)
        Self.fail(1...3, admission, at: 100)
        #expect(admission.isDown("http://a") && admission.hasLivingHost(at: 100, unixTime: 100))
        #expect(admission.hopelessness(at: 1e9) == nil)
    }

    @Test("a limit per host that is above the places changes nothing", arguments: [(2, 2), (99, 4)])
    func perHost(limit: Int, places: Int) {
        var settings = ScriptedWorld.settings()
        settings.perHost = limit
        let admission = Admission(settings, Evidence())
        for _ in 0..<places {
            #expect(admission.mayBegin("http://a", running: 0, at: 0))
            admission.began("http://a", at: 0)
        }
        #expect(!admission.mayBegin("http://a", running: 0, at: 0))
    }
}
