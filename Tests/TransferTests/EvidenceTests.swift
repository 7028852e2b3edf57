import Records
import Store
import Testing

@testable import Transfer

/// Whose fault a failed try is, by what is known of other tries: a table of situations.
@Suite struct EvidenceTests {
    private static let serverError = TryError(.serverError, "the origin answered 500")
    private static let refused = TryError(.connect, "no connection")
    private static let limited = TryError(.rateLimited, "the origin answered 429")
    private static let denied = TryError(.forbidden, "the origin answered 403")
    private static let expired = TryError(.expired, "the URL has expired")
    private static let proxy = TryError(.badRequest, "the origin answered 407", owner: .way)

    private static func failed(
        _ error: TryError, record: UInt64 = 1, folder: UInt64 = 1, startedAt: Double = 100, hadContact: Bool = true,
        isForeign: Bool = false, isAlone: Bool = false, origin: String = "http://a",
        scope: RefusalScope = .object
    ) -> FailedTry {
        FailedTry(
            error: error, origin: origin, record: record, folder: folder, startedAt: startedAt,
            hadContact: hadContact, isForeign: isForeign, isAlone: isAlone, scope: scope)
    }

    /// The findings of tries that fail one after the other.
    private static func findings(_ tries: [FailedTry], servedAt: Double? = nil) -> [Evidence.Finding] {
        var evidence = Evidence()
        if let servedAt { evidence.serve("http://a", AnswerMarks(), at: servedAt) }
        return tries.map { evidence.settle($0, at: 110) }
    }

    private static func finding(_ failed: FailedTry, servedAt: Double? = nil) -> Evidence.Finding {
        findings([failed], servedAt: servedAt)[0]
    }

    private typealias Finding = Evidence.Finding

    @Test(
        "what a try's own end proves needs no other evidence",
        arguments: [
            (ErrorCode.notFound, FaultOwner.record, "the answer or its bytes say so"),
            (.noAccess, .folder, "the system refused this name or folder"),
            (.diskFull, .disk, "the system reports it of the disk"),
            (.interrupted, .process, "it ended here, and not at the origin"),
        ])
    func certain(code: ErrorCode, owner: FaultOwner, evidence: String) {
        #expect(Self.finding(Self.failed(TryError(code, ""))) == Finding(owner: owner, evidence: evidence))
    }

    @Test("a host that served others since the try began is not to blame")
    func servedMeanwhile() {
        let finding = Self.finding(Self.failed(Self.serverError, startedAt: 100), servedAt: 101)
        #expect(finding == Finding(owner: .record, evidence: "the host served others meanwhile"))
    }

    @Test("a host that served before the try began may be to blame")
    func servedBefore() {
        let finding = Self.finding(Self.failed(Self.serverError, startedAt: 100), servedAt: 99)
        #expect(finding == Finding(owner: .host, evidence: "the host has served nothing since"))
    }

    @Test("a try that never reached the origin says nothing about the object, whoever was served")
    func noContact() {
        let finding = Self.finding(Self.failed(Self.refused, hadContact: false), servedAt: 105)
        #expect(finding == Finding(owner: .host, evidence: "it serves others, and this try did not reach the object"))
    }

    @Test("where no other record is left, it is the record's")
    func alone() {
        let finding = Self.finding(Self.failed(Self.serverError, isAlone: true))
        #expect(finding == Finding(owner: .record, evidence: "no other record is left that could tell more"))
    }

    @Test("a try that never reached the origin is not the record's, even where it is alone")
    func aloneWithoutContact() {
        #expect(Self.finding(Self.failed(Self.refused, hadContact: false, isAlone: true)).owner == .host)
    }

    @Test("a record that fails again, while few others did, is to blame itself")
    func again() {
        let findings = Self.findings([Self.failed(Self.serverError), Self.failed(Self.serverError)])
        #expect(findings[1] == Finding(owner: .record, evidence: "it failed again, and few others did"))
    }

    @Test("three different records condemn a host")
    func condemned() {
        let findings = Self.findings((1...3).map { Self.failed(Self.serverError, record: $0) })
        #expect(findings.map(\.owner) == [.host, .host, .host])
        #expect(findings[2].evidence == "3 records failed alike, and none was served")
    }

    @Test("at a host that is condemned a record may fail again and again")
    func againAtCondemned() {
        let tries = (1...3).map { Self.failed(Self.serverError, record: $0) } + [Self.failed(Self.serverError)]
        #expect(Self.findings(tries)[3].owner == .host)
    }

    @Test("a host that serves between them is not condemned")
    func acquitted() {
        var evidence = Evidence()
        for record: UInt64 in 1...2 { _ = evidence.settle(Self.failed(Self.serverError, record: record), at: 110) }
        evidence.answer("http://a", at: 111)
        _ = evidence.settle(Self.failed(Self.serverError, record: 3, startedAt: 112), at: 113)
        #expect(evidence.hosts["http://a"]?.isCondemned == false)
        #expect(evidence.hosts["http://a"]?.records == [3])
    }

    @Test("a limit is the host's, and condemns nobody")
    func rateLimited() {
        var evidence = Evidence()
        for record: UInt64 in 1...100 {
            let finding = evidence.settle(Self.failed(Self.limited, record: record, isAlone: true), at: 110)
            #expect(finding == Finding(owner: .host, evidence: "it limits how much it is asked for"))
        }
        #expect(evidence.hosts["http://a"]?.isCondemned == false)
    }

    @Test("whom a host limits, and never serves, speaks for the record that fails there")
    func limitedWitnesses() {
        let limited = (1...2).map { Self.failed(Self.limited, record: $0) }
        let failed = Self.failed(Self.serverError, record: 3, isAlone: true)
        #expect(Self.findings(limited + [failed])[2].owner == .host)
        #expect(Self.findings(limited.suffix(1) + [failed])[1].owner == .record)
    }

    @Test("one answer of a proxy that names itself condemns the way")
    func certainWay() {
        var evidence = Evidence()
        #expect(evidence.settle(Self.failed(Self.proxy, isAlone: true), at: 110).owner == .way)
        #expect(evidence.way.isCondemned)
    }

    @Test("a record's failure that somebody else may have answered speaks against the way")
    func foreign() {
        let tries = (1...3).map { Self.failed(TryError(.notFound, "404"), record: $0, isForeign: true) }
        #expect(Self.findings(tries).map(\.owner) == [.way, .way, .way])
        #expect(Self.findings(tries)[2].evidence == "3 records failed alike, and none was served")
    }

    @Test("what may be a portal's answer condemns its host, and never the way, however many hosts it comes from")
    func foreignHosts() {
        var evidence = Evidence()
        let page = TryError(.notVideo, "the origin has only 41 bytes")
        for record: UInt64 in 1...3 { _ = evidence.settle(Self.failed(page, record: record, isForeign: true), at: 110) }
        for record: UInt64 in 4...99 {
            _ = evidence.settle(
                Self.failed(page, record: record, isForeign: true, origin: "http://b\(record)"), at: 110)
        }
        #expect(evidence.hosts["http://a"]?.isCondemned == true)
        #expect(evidence.hosts["http://b4"]?.isCondemned == false)
        #expect(!evidence.way.isCondemned)
    }

    @Test("records of different hosts that met what may be a portal's answer are not few, and none of them pays")
    func foreignTogether() {
        var evidence = Evidence()
        let page = TryError(.notVideo, "the origin has only 41 bytes")
        for _ in 1...5 {
            for host: UInt64 in 1...3 {
                let failed = Self.failed(page, record: host, isForeign: true, origin: "http://h\(host)")
                #expect(evidence.settle(failed, at: 110).owner == .way)
            }
        }
    }

    @Test("at a host that is condemned a page may come to a record again and again")
    func foreignAtCondemned() {
        var evidence = Evidence()
        for record: UInt64 in 1...3 {
            _ = evidence.settle(Self.failed(Self.refused, record: record, hadContact: false), at: 110)
        }
        let page = Self.failed(TryError(.notVideo, "41 bytes"), isForeign: true)
        #expect((1...5).map { _ in evidence.settle(page, at: 120).owner } == [.way, .way, .way, .way, .way])
    }

    @Test("for a job that began later nobody has failed for longer than it, and who was condemned stays so")
    func resumed() {
        var evidence = Evidence()
        for record: UInt64 in 1...3 { _ = evidence.settle(Self.failed(Self.refused, record: record), at: 1000) }
        _ = evidence.settle(Self.failed(Self.refused), at: 4000)
        #expect(evidence.resumed(at: 500).secondsFailing(.host, "http://a") == 3000)
        #expect(evidence.resumed(at: 3900).secondsFailing(.host, "http://a") == 100)
        var later = evidence.resumed(at: 9000)
        #expect(later.secondsFailing(.host, "http://a") == 0)
        #expect(later.hosts["http://a"]?.isCondemned == true)
        _ = later.settle(Self.failed(Self.refused), at: 9030)
        #expect(later.secondsFailing(.host, "http://a") == 30)
    }

    @Test("who was silent and now answers, whatever it is, has not failed for longer than that, once")
    func silent() {
        var evidence = Evidence()
        func fail(_ error: TryError, hadContact: Bool, at time: Double) {
            _ = evidence.settle(Self.failed(error, hadContact: hadContact), at: time)
        }
        for time in [100, 700] { fail(Self.refused, hadContact: false, at: Double(time)) }
        #expect(evidence.secondsFailing(.host, "http://a") == 600)
        fail(Self.serverError, hadContact: true, at: 710)
        #expect(evidence.secondsFailing(.host, "http://a") == 0)
        fail(Self.refused, hadContact: false, at: 720)
        fail(Self.serverError, hadContact: true, at: 730)
        #expect(evidence.secondsFailing(.host, "http://a") == 20)
    }

    @Test("who had errors and now gives pages has not failed for longer than that, once")
    func pages() {
        var evidence = Evidence()
        func fail(_ error: TryError, isForeign: Bool = false, at time: Double) {
            _ = evidence.settle(Self.failed(error, isForeign: isForeign), at: time)
        }
        for time in [100, 700] { fail(Self.serverError, at: Double(time)) }
        fail(TryError(.notFound, "404"), isForeign: true, at: 710)
        #expect(evidence.secondsFailing(.host, "http://a") == 0)
        fail(Self.serverError, at: 720)
        fail(TryError(.notFound, "404"), isForeign: true, at: 740)
        #expect(evidence.secondsFailing(.host, "http://a") == 30)
    }

    @Test("a refusal that names the key is never the record's, and is enough the second time where no other is left")
    func namesKey() {
        var evidence = Evidence()
        evidence.serve("http://a", AnswerMarks(), at: 50)
        for (isAlone, isCondemned) in [(false, false), (false, false), (true, true)] {
            let failed = Self.failed(Self.denied, isAlone: isAlone, scope: .key)
            #expect(evidence.settle(failed, at: 110).owner == .credentials)
            #expect(evidence.credentials.isCondemned == isCondemned)
        }
        var other = Evidence()
        _ = other.settle(Self.failed(Self.denied, isAlone: true, scope: .key), at: 110)
        #expect(!other.credentials.isCondemned)
    }

    @Test("a refusal that names the settings is not the record's until something was served with them")
    func namesSettings() {
        for served in [false, true] {
            var evidence = Evidence()
            if served { evidence.serve("http://a", AnswerMarks(), at: 50) }
            let owners = (1...2).map { _ in evidence.settle(Self.failed(Self.denied, scope: .settings), at: 110).owner }
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
        for record in 1...records { _ = evidence.settle(Self.failed(Self.denied, record: record), at: 110) }
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
            let failed = Self.failed(
                Self.denied, record: record, folder: record, isAlone: record == 3 && isAlone, scope: scope)
            #expect(evidence.settle(failed, at: 110).owner == .credentials)
        }
        #expect(evidence.credentials.isCondemned == isCondemned)
    }

    @Test("a record that is refused again with its folder only pays, however many others there were refused")
    func refusedAgain() {
        func second(folders: UInt64) -> Evidence.Finding {
            let tries = (1...25).map { Self.failed(Self.denied, record: $0, folder: $0 % folders) }
            return Self.findings(tries + tries.prefix(1), servedAt: 50)[25]
        }
        #expect(second(folders: 1) == Finding(owner: .record, evidence: "it failed again, and few others did"))
        #expect(second(folders: 3).owner == .credentials)
    }

    @Test("a key that has opened something is condemned by records of three folders only", arguments: [1, 2, 3])
    func refusedFolder(folders: UInt64) {
        var evidence = Evidence()
        evidence.serve("http://a", AnswerMarks(), at: 50)
        for record: UInt64 in 1...30 {
            _ = evidence.settle(Self.failed(Self.denied, record: record, folder: record % folders), at: 110)
        }
        #expect(evidence.credentials.isCondemned == (folders == 3))
    }

    @Test("sixty-four records condemn anybody")
    func enough() {
        var evidence = Evidence()
        evidence.serve("http://a", AnswerMarks(), at: 50)
        for record: UInt64 in 1...64 { _ = evidence.settle(Self.failed(Self.denied, record: record), at: 110) }
        #expect(evidence.credentials.isCondemned)
    }

    @Test("a signature that has expired is never the record's")
    func expiredSignature() {
        #expect(Self.finding(Self.failed(Self.expired, isAlone: true)).owner == .credentials)
        #expect(Self.finding(Self.failed(Self.expired), servedAt: 105).owner == .credentials)
    }

    @Test("another key begins without a past")
    func otherKey() {
        var evidence = Evidence()
        evidence.use(signer: "K1")
        for record: UInt64 in 1...20 { _ = evidence.settle(Self.failed(Self.denied, record: record), at: 110) }
        evidence.use(signer: "K1")
        #expect(evidence.credentials.isCondemned)
        evidence.use(signer: "K2")
        #expect(!evidence.credentials.isCondemned)
    }

    @Test("an answer of the host clears the way too, and not the key")
    func answered() {
        var evidence = Evidence()
        _ = evidence.settle(Self.failed(Self.proxy), at: 110)
        for record: UInt64 in 1...20 { _ = evidence.settle(Self.failed(Self.denied, record: record), at: 110) }
        evidence.answer("http://a", at: 111)
        #expect(!evidence.way.isCondemned)
        #expect(evidence.credentials.isCondemned)
    }

    @Test("the hash of a path is the same in each process")
    func hash() {
        #expect(Evidence.hash("a") == 0xaf63_dc4c_8601_ec8c)
    }
}
