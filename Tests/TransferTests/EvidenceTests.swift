import Records
import Store
import Testing

@testable import Transfer

/// Whose fault a failed try is, by what is known of other tries: a table of situations.
@Suite struct EvidenceTests {
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
        #expect(Tries.finding(Tries.failed(TryError(code, ""))) == Finding(owner: owner, evidence: evidence))
    }

    @Test("a host that served others since the try began is not to blame")
    func servedMeanwhile() {
        let finding = Tries.finding(Tries.failed(Tries.serverError, startedAt: 100), servedAt: 101)
        #expect(finding == Finding(owner: .record, evidence: "the host served others meanwhile"))
    }

    @Test("a host that served before the try began may be to blame")
    func servedBefore() {
        let finding = Tries.finding(Tries.failed(Tries.serverError, startedAt: 100), servedAt: 99)
        #expect(finding == Finding(owner: .host, evidence: "the host has served nothing since"))
    }

    @Test("a try that never reached the origin says nothing about the object, whoever was served")
    func noContact() {
        let finding = Tries.finding(Tries.failed(Tries.refused, hadContact: false), servedAt: 105)
        #expect(finding == Finding(owner: .host, evidence: "it serves others, and this try did not reach the object"))
    }

    @Test("where no other record is left, it is the record's")
    func alone() {
        let finding = Tries.finding(Tries.failed(Tries.serverError, isAlone: true))
        #expect(finding == Finding(owner: .record, evidence: "no other record is left that could tell more"))
    }

    @Test("a try that never reached the origin is not the record's, even where it is alone")
    func aloneWithoutContact() {
        #expect(Tries.finding(Tries.failed(Tries.refused, hadContact: false, isAlone: true)).owner == .host)
    }

    @Test("a record that fails again, while few others did, is to blame itself")
    func again() {
        let findings = Tries.findings([Tries.failed(Tries.serverError), Tries.failed(Tries.serverError)])
        #expect(findings[1] == Finding(owner: .record, evidence: "it failed again, and few others did"))
    }

    @Test("three different records condemn a host")
    func condemned() {
        let findings = Tries.findings((1...3).map { Tries.failed(Tries.serverError, record: $0) })
        #expect(findings.map(\.owner) == [.host, .host, .host])
        #expect(findings[2].evidence == "3 records failed alike, and none was served")
    }

    @Test("at a host that is condemned a record may fail again and again")
    func againAtCondemned() {
        let tries = (1...3).map { Tries.failed(Tries.serverError, record: $0) } + [Tries.failed(Tries.serverError)]
        #expect(Tries.findings(tries)[3].owner == .host)
    }

    @Test("a host that serves between them is not condemned")
    func acquitted() {
        var evidence = Evidence()
        for record: UInt64 in 1...2 { _ = evidence.settle(Tries.failed(Tries.serverError, record: record), at: 110) }
        evidence.answer("http://a", at: 111)
        _ = evidence.settle(Tries.failed(Tries.serverError, record: 3, startedAt: 112), at: 113)
        #expect(evidence.hosts["http://a"]?.isCondemned == false)
        #expect(evidence.hosts["http://a"]?.records == [3])
    }

    @Test("a limit is the host's, and condemns nobody")
    func rateLimited() {
        var evidence = Evidence()
        for record: UInt64 in 1...100 {
            let finding = evidence.settle(Tries.failed(Tries.limited, record: record, isAlone: true), at: 110)
            #expect(finding == Finding(owner: .host, evidence: "it limits how much it is asked for"))
        }
        #expect(evidence.hosts["http://a"]?.isCondemned == false)
    }

    @Test("whom a host limits, and never serves, speaks for the record that fails there")
    func limitedWitnesses() {
        let limited = (1...2).map { Tries.failed(Tries.limited, record: $0) }
        let failed = Tries.failed(Tries.serverError, record: 3, isAlone: true)
        #expect(Tries.findings(limited + [failed])[2].owner == .host)
        #expect(Tries.findings(limited.suffix(1) + [failed])[1].owner == .record)
    }

    @Test("one answer of a proxy that names itself condemns the way")
    func certainWay() {
        var evidence = Evidence()
        #expect(evidence.settle(Tries.failed(Tries.proxy, isAlone: true), at: 110).owner == .way)
        #expect(evidence.way.isCondemned)
    }

    @Test("a record's failure that somebody else may have answered speaks against the way")
    func foreign() {
        let tries = (1...3).map { Tries.failed(TryError(.notFound, "404"), record: $0, isForeign: true) }
        #expect(Tries.findings(tries).map(\.owner) == [.way, .way, .way])
        #expect(Tries.findings(tries)[2].evidence == "3 records failed alike, and none was served")
    }

    @Test("what may be a portal's answer condemns its host, and never the way, however many hosts it comes from")
    func foreignHosts() {
        var evidence = Evidence()
        let page = TryError(.notVideo, "the origin has only 41 bytes")
        for record: UInt64 in 1...3 {
            _ = evidence.settle(Tries.failed(page, record: record, isForeign: true), at: 110)
        }
        for record: UInt64 in 4...99 {
            _ = evidence.settle(
                Tries.failed(page, record: record, isForeign: true, origin: "http://b\(record)"), at: 110)
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
                let failed = Tries.failed(page, record: host, isForeign: true, origin: "http://h\(host)")
                #expect(evidence.settle(failed, at: 110).owner == .way)
            }
        }
    }

    @Test("at a host that is condemned a page may come to a record again and again")
    func foreignAtCondemned() {
        var evidence = Evidence()
        for record: UInt64 in 1...3 {
            _ = evidence.settle(Tries.failed(Tries.refused, record: record, hadContact: false), at: 110)
        }
        let page = Tries.failed(TryError(.notVideo, "41 bytes"), isForeign: true)
        #expect((1...5).map { _ in evidence.settle(page, at: 120).owner } == [.way, .way, .way, .way, .way])
    }

    @Test("a page is not the record's while another host is condemned for pages", arguments: [true, false])
    func pagesOfOthers(isForeign: Bool) {
        var evidence = Evidence()
        for record: UInt64 in 1...3 {
            _ = evidence.settle(
                Tries.failed(isForeign ? .not(.video) : Tries.serverError, record: record, isForeign: isForeign),
                at: 110)
        }
        let owners = (1...2).map { _ in
            evidence.settle(Tries.failed(.not(.video), record: 9, isForeign: true, origin: "http://b"), at: 110).owner
        }
        #expect(owners == [.way, isForeign ? .way : .record])
    }

    @Test("for a job that began later nobody has failed for longer than it, and who was condemned stays so")
    func resumed() {
        var evidence = Evidence()
        for record: UInt64 in 1...3 { _ = evidence.settle(Tries.failed(Tries.refused, record: record), at: 1000) }
        _ = evidence.settle(Tries.failed(Tries.refused), at: 4000)
        #expect(evidence.resumed(at: 500).secondsFailing(.host, "http://a") == 3000)
        #expect(evidence.resumed(at: 3900).secondsFailing(.host, "http://a") == 100)
        var later = evidence.resumed(at: 9000)
        #expect(later.secondsFailing(.host, "http://a") == 0)
        #expect(later.hosts["http://a"]?.isCondemned == true)
        _ = later.settle(Tries.failed(Tries.refused), at: 9030)
        #expect(later.secondsFailing(.host, "http://a") == 30)
    }

    @Test("who was silent and now answers, whatever it is, has not failed for longer than that, once")
    func silent() {
        var evidence = Evidence()
        func fail(_ error: TryError, hadContact: Bool, at time: Double) {
            _ = evidence.settle(Tries.failed(error, hadContact: hadContact), at: time)
        }
        for time in [100, 700] { fail(Tries.refused, hadContact: false, at: Double(time)) }
        #expect(evidence.secondsFailing(.host, "http://a") == 600)
        fail(Tries.serverError, hadContact: true, at: 710)
        #expect(evidence.secondsFailing(.host, "http://a") == 0)
        fail(Tries.refused, hadContact: false, at: 720)
        fail(Tries.serverError, hadContact: true, at: 730)
        #expect(evidence.secondsFailing(.host, "http://a") == 20)
    }

    @Test("who had errors and now gives pages has not failed for longer than that, once")
    func pages() {
        var evidence = Evidence()
        func fail(_ error: TryError, isForeign: Bool = false, at time: Double) {
            _ = evidence.settle(Tries.failed(error, isForeign: isForeign), at: time)
        }
        for time in [100, 700] { fail(Tries.serverError, at: Double(time)) }
        fail(TryError(.notFound, "404"), isForeign: true, at: 710)
        #expect(evidence.secondsFailing(.host, "http://a") == 0)
        fail(Tries.serverError, at: 720)
        fail(TryError(.notFound, "404"), isForeign: true, at: 740)
        #expect(evidence.secondsFailing(.host, "http://a") == 30)
    }

    @Test("an answer of the host clears the way too, and not the key")
    func answered() {
        var evidence = Evidence()
        _ = evidence.settle(Tries.failed(Tries.proxy), at: 110)
        for record: UInt64 in 1...20 { _ = evidence.settle(Tries.failed(Tries.denied, record: record), at: 110) }
        evidence.answer("http://a", at: 111)
        #expect(!evidence.way.isCondemned)
        #expect(evidence.credentials.isCondemned)
    }

    @Test("the hash of a path is the same in each process")
    func hash() {
        #expect(Evidence.hash("a") == 0xaf63_dc4c_8601_ec8c)
    }
}
