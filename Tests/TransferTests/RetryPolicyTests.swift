import Records
import Store
import Testing

@testable import Transfer

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(quickRetries: 2, quickDelay: 1, backoff: [30, 60, 120])

    @Test("a 503 is tried again soon, a 403 is not")
    func quickRetries() {
        #expect(policy.quickDelay(after: TryError(.serverError, ""), triesDone: 1, spread: 1) == 1)
        #expect(policy.quickDelay(after: TryError(.forbidden, ""), triesDone: 1, spread: 1) == nil)
    }

    @Test("quick waits are a random part of one that doubles, and end after as many as were asked for")
    func quickWaits() {
        let trouble = TryError(.connect, "")
        #expect(policy.quickDelay(after: trouble, triesDone: 1, spread: 0.5) == 0.5)
        #expect(policy.quickDelay(after: trouble, triesDone: 2, spread: 0.75) == 1.5)
        #expect(policy.quickDelay(after: trouble, triesDone: 3, spread: 0) == nil)
    }

    @Test("the origin's wish is respected: a short one here, a long one by giving the record back")
    func retryAfter() {
        let short = TryError(.rateLimited, "", retryAfter: 5)
        #expect(policy.quickDelay(after: short, triesDone: 1, spread: 0) == 5)
        let long = TryError(.rateLimited, "", retryAfter: 500)
        #expect(policy.quickDelay(after: long, triesDone: 1, spread: 0) == nil)
        #expect(policy.retryAt(after: long, attempt: 1, now: 1036) == 1560)
        #expect(policy.retryAt(after: short, attempt: 1, now: 1002) == 1050)
    }

    @Test(
        "the backoff follows the attempt, and its last value repeats",
        arguments: [
            (Int64(0), 30.0), (1, 30), (2, 60), (3, 120), (4, 120), (99, 120),
        ])
    func backoff(attempt: Int64, delay: Double) {
        #expect(policy.retryAt(after: TryError(.connect, "", owner: .record), attempt: attempt, now: 0) == delay)
    }

    /// When it comes back what waits for a host that has failed for so many seconds.
    private func comesBack(after seconds: Double, wish: Double? = nil, now: Double) -> Double {
        var dead = TryError(.connect, "refused", retryAfter: wish)
        dead.failingFor = seconds
        return policy.retryAt(after: dead, attempt: 0, now: now)
    }

    @Test(
        "what waits for somebody else waits for as long as that has lasted, and no longer than the last value",
        arguments: [(0.0, 30.0), (30, 30), (31, 60), (60, 60), (61, 120), (1e6, 120)])
    func waits(lasted: Double, wait: Double) {
        for second in 0..<240 {
            let seconds = comesBack(after: lasted, now: Double(second)) - Double(second)
            #expect((wait * 0.75...wait * 1.75).contains(seconds))
        }
    }

    @Test("who waits for different hosts comes back at the same time, whenever it failed")
    func together() {
        #expect([1200, 1210, 1229].map { comesBack(after: 900, now: $0) } == [1320, 1320, 1320])
        #expect(comesBack(after: 50, now: 1262) == 1320)
        #expect(comesBack(after: 0, now: 1290) == 1320)
    }

    @Test("what the origin wishes is the least, whoever else is waited for")
    func wish() {
        #expect(comesBack(after: 900, wish: 400, now: 1200) == 1680)
        let short = RetryPolicy(quickRetries: 0, quickDelay: 1, backoff: [0])
        #expect(short.retryAt(after: TryError(.connect, "refused"), attempt: 0, now: 7.25) == 7.25)
    }

    @Test("what was told to stop can go on at once")
    func interrupted() {
        #expect(policy.retryAt(after: .interrupted, attempt: 3, now: 7) == 7)
    }

    @Test("a record's own refusal is worth one new signature, no more; one of the key is not the record's")
    func forbidden() {
        #expect(policy.isRetryable(after: TryError(.forbidden, "", owner: .record), attempt: 1))
        #expect(!policy.isRetryable(after: TryError(.forbidden, "", owner: .record), attempt: 2))
        #expect(policy.isRetryable(after: TryError(.forbidden, "", owner: .credentials), attempt: 2))
    }

    @Test("only what is the record's own fault can be final")
    func owners() {
        #expect(!policy.isRetryable(after: TryError(.notFound, ""), attempt: 1))
        #expect(!policy.isRetryable(after: TryError(.badRequest, "", owner: .record), attempt: 1))
        for owner in [FaultOwner.host, .way, .credentials, .disk, .process, .store] {
            #expect(policy.isRetryable(after: TryError(.badRequest, "", owner: owner), attempt: 99))
            #expect(policy.isRetryable(after: TryError(.tls, "", owner: owner), attempt: 99))
        }
    }
}
