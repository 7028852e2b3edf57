import Records
import Store
import Testing

@testable import Transfer

/// Tries that fail, and what evidence says of them.
enum Tries {
    static let serverError = TryError(.serverError, "the origin answered 500")
    static let refused = TryError(.connect, "no connection")
    static let limited = TryError(.rateLimited, "the origin answered 429")
    static let denied = TryError(.forbidden, "the origin answered 403")
    static let expired = TryError(.expired, "the URL has expired")
    static let proxy = TryError(.badRequest, "the origin answered 407", owner: .way)

    static func failed(
        _ error: TryError, record: UInt64 = 1, folder: UInt64 = 1, startedAt: Double = 100, hadContact: Bool = true,
        isForeign: Bool = false, isAlone: Bool = false, origin: String = "http://a",
        scope: RefusalScope = .object
    ) -> FailedTry {
        FailedTry(
            error: error, origin: origin, record: record, folder: folder, startedAt: startedAt,
            hadContact: hadContact, isForeign: isForeign, isAlone: isAlone, scope: scope)
    }

    /// The findings of tries that fail one after the other.
    static func findings(_ tries: [FailedTry], servedAt: Double? = nil) -> [Evidence.Finding] {
        var evidence = Evidence()
        if let servedAt { evidence.serve("http://a", AnswerMarks(), at: servedAt) }
        return tries.map { evidence.settle($0, at: 110) }
    }

    static func finding(_ failed: FailedTry, servedAt: Double? = nil) -> Evidence.Finding {
        findings([failed], servedAt: servedAt)[0]
    }
}

/// When a refused URL is the record's fault, and when the key's.
@Suite struct RefusalTests {
    private typealias Finding = Evidence.Finding

    @Test("a refusal that names the key is never the record's, and is enough the second time where no other is left")
    func namesKey() {
        var evidence = Evidence()
        evidence.serve("http://a", AnswerMarks(), at: 50)
        for (isAlone, isCondemned) in [(false, false), (false, false), (true, true)] {
            let failed = Tries.failed(Tries.denied, isAlone: isAlone, scope: .key)
            #expect(evidence.settle(failed, at: 110).owner == .credentials)
            #expect(evidence.credentials.isCondemned == isCondemned)
        }
        var other = Evidence()
        _ = other.settle(Tries.failed(Tries.denied, isAlone: true, scope: .key), at: 110)
        #expect(!other.credentials.isCondemned)
    }

    @Test("a refusal that names the settings is not the record's until something was served with them")
    func namesSettings() {
        for served in [false, true] {
            var evidence = Evidence()
            if served { evidence.serve("http://a", AnswerMarks(), at: 50) }
            let owners = (1...2).map { _ in evidence.settle(Tries.failed(Tries.denied, scope: .settings), at: 110).owner
            }
            #expect(owners == [.credentials, served ? .record : .credentials])
        }
    }

    @Test("each code with a reach of its own is one that speaks against the credentials")
    func scopes() {
        for code in RefusalScope.codes { #expect(StoreAdvice.named(code)?.owner == .credentials, "\(code)") }
        #expect(RefusalScope("InvalidAccessKeyId") == .key)
        #expect(RefusalScope("SignatureDoesNotMatch") == .settings)
        #expect(RefusalScope("AccessDenied") == .object)
        #expect(RefusalScope(nil) == .unknown)
    }

    @Test("twenty records that were refused condemn a key that never opened anything", arguments: [19, 20])
    func refusedKey(records: UInt64) {
        var evidence = Evidence()
        for record in 1...records { _ = evidence.settle(Tries.failed(Tries.denied, record: record), at: 110) }
        #expect(evidence.credentials.isCondemned == (records == 20))
    }

    @Test(
        "a key that has opened nothing is condemned by three bare refusals, where no other record is left",
        arguments: [
            (RefusalScope.unknown, true, false, true), (.object, true, false, false), (.unknown, false, false, false),
            (.unknown, true, true, false),
        ])
    func unprovenKey(_ scope: RefusalScope, isAlone: Bool, hasServed: Bool, isCondemned: Bool) {
        var evidence = Evidence()
        if hasServed { evidence.serve("http://a", AnswerMarks(), at: 50) }
        for record: UInt64 in 1...3 {
            let failed = Tries.failed(
                Tries.denied, record: record, folder: record, isAlone: record == 3 && isAlone, scope: scope)
            #expect(evidence.settle(failed, at: 110).owner == .credentials)
        }
        #expect(evidence.credentials.isCondemned == isCondemned)
    }

    @Test("a record that is refused again with its folder only pays, however many others there were refused")
    func refusedAgain() {
        func second(folders: UInt64) -> Evidence.Finding {
            let tries = (1...25).map { Tries.failed(Tries.denied, record: $0, folder: $0 % folders) }
            return Tries.findings(tries + tries.prefix(1), servedAt: 50)[25]
        }
        #expect(second(folders: 1) == Finding(owner: .record, evidence: "it failed again, and few others did"))
        #expect(second(folders: 3).owner == .credentials)
    }

    @Test("a key that has opened something is condemned by records of three folders only", arguments: [1, 2, 3])
    func refusedFolder(folders: UInt64) {
        var evidence = Evidence()
        evidence.serve("http://a", AnswerMarks(), at: 50)
        for record: UInt64 in 1...30 {
            _ = evidence.settle(Tries.failed(Tries.denied, record: record, folder: record % folders), at: 110)
        }
        #expect(evidence.credentials.isCondemned == (folders == 3))
    }

    @Test("a refusal that names the signature is not of one folder")
    func refusedSettings() {
        var evidence = Evidence()
        evidence.serve("http://a", AnswerMarks(), at: 50)
        for record: UInt64 in 1...20 {
            _ = evidence.settle(Tries.failed(Tries.denied, record: record, scope: .settings), at: 110)
        }
        #expect(evidence.credentials.isCondemned)
    }

    @Test("sixty-four records condemn anybody")
    func enough() {
        var evidence = Evidence()
        evidence.serve("http://a", AnswerMarks(), at: 50)
        for record: UInt64 in 1...64 { _ = evidence.settle(Tries.failed(Tries.denied, record: record), at: 110) }
        #expect(evidence.credentials.isCondemned)
    }

    @Test("a signature that has expired is never the record's")
    func expiredSignature() {
        #expect(Tries.finding(Tries.failed(Tries.expired, isAlone: true)).owner == .credentials)
        #expect(Tries.finding(Tries.failed(Tries.expired), servedAt: 105).owner == .credentials)
    }

    @Test("another key begins without a past")
    func otherKey() {
        var evidence = Evidence()
        evidence.use(signer: "K1")
        for record: UInt64 in 1...20 { _ = evidence.settle(Tries.failed(Tries.denied, record: record), at: 110) }
        evidence.use(signer: "K1")
        #expect(evidence.credentials.isCondemned)
        evidence.use(signer: "K2")
        #expect(!evidence.credentials.isCondemned)
    }
}
