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
        #expect(policy.retryAt(after: long, attempt: 1, now: 1036) == 1536)
        #expect(policy.retryAt(after: short, attempt: 1, now: 1002) == 1032)
    }

    @Test(
        "the backoff follows the attempt, and its last value repeats",
        arguments: [
            (Int64(0), 30.0), (1, 30), (2, 60), (3, 120), (4, 120), (99, 120),
        ])
    func backoff(attempt: Int64, delay: Double) {
        #expect(policy.retryAt(after: TryError(.connect, "", owner: .record), attempt: attempt, now: 0) == delay)
    }

    @Test("what waits for somebody else comes back together, at most a quarter of its wait later")
    func aligned() {
        let dead = TryError(.connect, "refused")
        let times = (0..<4).map { policy.retryAt(after: dead, attempt: 0, now: 1_800_000_000.25 + Double($0)) }
        #expect(times == [1_800_000_032, 1_800_000_032, 1_800_000_036, 1_800_000_036])
        for second in 0..<200 {
            let wait = policy.retryAt(after: dead, attempt: 3, now: Double(second)) - Double(second)
            #expect((120...150).contains(wait))
        }
        let short = RetryPolicy(quickRetries: 0, quickDelay: 1, backoff: [1])
        #expect(short.retryAt(after: dead, attempt: 0, now: 7.25) == 8.25)
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
        for owner in [FaultOwner.host, .way, .credentials, .disk, .process] {
            #expect(policy.isRetryable(after: TryError(.badRequest, "", owner: owner), attempt: 99))
            #expect(policy.isRetryable(after: TryError(.tls, "", owner: owner), attempt: 99))
        }
    }
}
