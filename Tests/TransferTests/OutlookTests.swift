import Records
import Store
import Testing

@testable import Transfer

@Suite struct OutlookTests {
    private let connect = TryError(.connect, "no connection")

    @Test("ten records in a row without contact are a pause, nine are not")
    func pauses() {
        var outlook = Outlook(patience: 3600)
        for _ in 0..<9 { outlook.failed(by: connect, at: 100) }
        #expect(outlook.advice(at: 100) == .goOn)
        outlook.failed(by: connect, at: 100)
        #expect(outlook.advice(at: 100) == .pause(until: 105))
    }

    @Test("any answer ends the pause")
    func reached() {
        var outlook = Outlook(patience: 3600)
        for _ in 0..<12 { outlook.failed(by: connect, at: 100) }
        outlook.failed(by: TryError(.serverError, ""), at: 101)
        #expect(outlook.advice(at: 101) == .goOn)
    }

    @Test("probes come further and further apart, at most a minute")
    func probes() {
        var outlook = Outlook(patience: 3600)
        for _ in 0..<30 { outlook.failed(by: connect, at: 100) }
        #expect(outlook.advice(at: 100) == .pause(until: 160))
    }

    @Test("patience ends, counted from the first failure")
    func patience() {
        var outlook = Outlook(patience: 60)
        for time in 0..<10 { outlook.failed(by: connect, at: Double(time)) }
        #expect(outlook.advice(at: 59) == .pause(until: 14))
        guard case .giveUp(let reason) = outlook.advice(at: 60) else {
            Issue.record("it should give up")
            return
        }
        #expect(reason.contains("60 s"))
    }

    @Test("twenty refusals from the start end the run, after one success they do not")
    func refusals() {
        let refused = TryError(.forbidden, "the origin answered 403 InvalidKey")
        var (outlook, lucky) = (Outlook(patience: 60), Outlook(patience: 60))
        lucky.succeeded()
        for _ in 0..<19 { outlook.failed(by: refused, at: 0) }
        #expect(outlook.advice(at: 0) == .goOn)
        outlook.failed(by: refused, at: 0)
        for _ in 0..<20 { lucky.failed(by: refused, at: 0) }
        guard case .giveUp(let reason) = outlook.advice(at: 0) else {
            Issue.record("it should give up")
            return
        }
        #expect(reason.contains("InvalidKey"))
        #expect(lucky.advice(at: 0) == .goOn)
    }

    @Test("what was never asked says nothing")
    func notAsked() {
        var outlook = Outlook(patience: 60)
        for _ in 0..<30 { outlook.failed(by: TryError(.expired, "", countsAsAttempt: false), at: 0) }
        for _ in 0..<30 { outlook.failed(by: TryError(.busy, "", countsAsAttempt: false), at: 0) }
        #expect(outlook.advice(at: 0) == .goOn)
    }
}
