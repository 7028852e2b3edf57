import Curl
import Records
import Store
import Testing

@testable import Transfer

@Suite struct AdmissionTests {
    private static func admission(perSecond: Double? = nil) -> Admission {
        var settings = FetchSettings(
            parallel: 4,
            transfer: TransferSettings(
                userAgent: "test", connectTimeout: 1, wholeTimeout: 1, stallTimeout: 1, stallSpeed: 1),
            retry: RetryPolicy(quickRetries: 0, quickDelay: 1, backoff: [1]), verification: Verification(),
            minValidity: 0, sync: .none,
            patience: 3600, minFree: 0, loops: 1)
        settings.startsPerSecond = perSecond
        return Admission(settings, Evidence())
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

    @Test("an origin's pause holds its own transfers, and is told without any")
    func slowDown() {
        var admission = Self.admission()
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

    @Test("a host that does not serve, and the pace, are reasons")
    func unreachable() {
        var admission = Self.admission(perSecond: 0.1)
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
                Hold(reason: "'a:80' does not serve (no connection: refused)", transfers: 0, seconds: 4),
                Hold(reason: "before the next start (--requests-per-second)", transfers: 1, seconds: 29),
            ])
    }
}
