import POSIX
import Records
import TestSupport
import Testing

@testable import Transfer

@Suite struct EvidenceFileTests {
    private func failed(_ record: UInt64, _ error: TryError, folder: UInt64 = 1) -> FailedTry {
        FailedTry(
            error: error, origin: "http://a:80", record: record, folder: folder, startedAt: 100, hadContact: true,
            isForeign: false, isAlone: false)
    }

    @Test("what was learnt is read as it was written, the verdict on the credentials excepted")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/evidence"
        var evidence = Evidence()
        var marks = AnswerMarks()
        marks.server = "AmazonS3"
        marks.hasAmazonFields = true
        evidence.use(signer: "abc")
        evidence.serve("https://b:443", marks, at: 90)
        for record in 1...3 {
            _ = evidence.settle(failed(UInt64(record), TryError(.serverError, "500 \"x\"")), at: 101)
        }
        for record in 1...30 {
            _ = evidence.settle(failed(UInt64(record), TryError(.forbidden, "403"), folder: UInt64(record)), at: 102)
        }
        #expect(evidence.hosts["http://a:80"]?.isCondemned == true)
        #expect(evidence.credentials.isCondemned)
        evidence.jobs = SettledJobs(number: 6, quietUntil: 260)
        try evidence.write(to: ReplacedFile(path))
        let read = Evidence.read(path, now: 200)
        #expect(read.jobs == evidence.jobs)
        #expect(Evidence.read(path, now: 3860).jobs == SettledJobs(number: 6, quietUntil: nil))
        #expect(read.hosts == evidence.hosts)
        #expect(read.way == evidence.way)
        #expect(read.marks == evidence.marks)
        #expect(read.signer == "abc")
        #expect(!read.credentials.isCondemned)
        #expect(read.credentials.records == evidence.credentials.records)
    }

    @Test("what last failed a day ago has not failed since, and what cannot be read is not evidence; the future is now")
    func old() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/evidence"
        var evidence = Evidence()
        for record in 1...3 { _ = evidence.settle(failed(UInt64(record), TryError(.serverError, "500")), at: 1000) }
        try evidence.write(to: ReplacedFile(path))
        #expect(Evidence.read(path, now: 1001).hosts["http://a:80"]?.isCondemned == true)
        _ = evidence.settle(failed(1, TryError(.serverError, "500")), at: 2000)
        try evidence.write(to: ReplacedFile(path))
        let old = Evidence.read(path, now: 2000 + 86_401)
        #expect(old.hosts["http://a:80"]?.isCondemned == true)
        #expect(old.secondsFailing(.host, "http://a:80") == 0)
        let early = try #require(Evidence.read(path, now: 999).hosts["http://a:80"])
        #expect(early.isCondemned)
        #expect((early.failingSince, early.failedAt) == (999, 999))
        try folder.write("{\"suspect\":7}\nnot JSON\n{\"suspect\":\"host\"}\n", to: "evidence")
        #expect(Evidence.read(path, now: 1001) == Evidence())
        #expect(Evidence.read("\(folder.path)/none", now: 1001) == Evidence())
    }

    @Test("refused keys of a day ago have no past: somebody has put them right since")
    func oldKeys() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/evidence"
        var evidence = Evidence()
        for record in 1...20 { _ = evidence.settle(failed(UInt64(record), TryError(.forbidden, "403")), at: 1000) }
        try evidence.write(to: ReplacedFile(path))
        #expect(Evidence.read(path, now: 1000 + 86_399).credentials.records.count == 20)
        #expect(Evidence.read(path, now: 1000 + 86_401).credentials == Suspect())
    }

    @Test("nobody has failed for longer than until the last time that somebody asked")
    func asOldAsTheLastFailure() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/evidence"
        var evidence = Evidence()
        for time in [1000, 1600] {
            _ = evidence.settle(failed(1, TryError(.connect, "refused")), at: Double(time))
        }
        #expect(evidence.secondsFailing(.host, "http://a:80") == 600)
        try evidence.write(to: ReplacedFile(path))
        #expect(Evidence.read(path, now: 5000).secondsFailing(.host, "http://a:80") == 600)
    }

    @Test("another key begins without a past")
    func otherKey() {
        var evidence = Evidence()
        evidence.use(signer: "one")
        for record in 1...19 { _ = evidence.settle(failed(UInt64(record), TryError(.forbidden, "403")), at: 101) }
        evidence.use(signer: "two")
        #expect(evidence.credentials == Suspect())
    }
}
