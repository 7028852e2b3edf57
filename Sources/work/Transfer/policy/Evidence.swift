internal import Records

/// What was learnt of the hosts, the way to them and the credentials, and, by it, whose fault a failed try is. It
/// outlives a process: a round of `tf-bulk` begins with what the last one learnt. Pure: times are arguments, in Unix
/// seconds.
package struct Evidence: Equatable, Sendable {
    var hosts = HostTable<Suspect>()
    var way = Suspect()
    var credentials = Suspect()
    /// Which key the credentials are, by the hash of its name; other credentials begin without a past.
    var signer: String?
    /// Who answers for an origin, by the fields of the answers that brought a video.
    var marks = HostTable<AnswerMarks>()
    /// How many transfers brought most; nil where nobody tried.
    var jobs: SettledJobs?

    package init() {}

    /// A record's file, or its head, came: the host, the way to it and the credentials are good.
    mutating func serve(_ origin: String, _ marks: AnswerMarks, at now: Double) {
        answer(origin, at: now)
        credentials.serve(at: now)
        if !self.marks.has(origin) { self.marks[origin, default: marks] = marks }
    }

    /// Bytes of a video came, though none that the next try can build on: the key opens, and the way is free.
    mutating func open(at now: Double) {
        credentials.serve(at: now)
        way.serve(at: now)
    }

    /// A record for this origin has come up.
    mutating func meet(_ origin: String, at now: Double) { hosts[origin, default: Suspect()].askedAt = now }

    /// The host answered for itself, be it that a record is not there.
    mutating func answer(_ origin: String, at now: Double) {
        hosts[origin, default: Suspect()].serve(at: now)
        way.serve(at: now)
    }

    /// Whether a server on the way may have given this answer in the origin's place: a page or a redirect without the
    /// marks that the origin's answers have.
    func isForeign(_ answer: AnswerHead, from origin: String) -> Bool {
        guard answer.isHTML || (300..<400).contains(answer.status), !answer.marks.hasAmazonFields else { return false }
        guard let known = marks[origin], !known.isEmpty else { return true }
        return !answer.marks.mayBe(ofSameOriginAs: known)
    }

    /// The same, by a clock that is so many seconds ahead: a run keeps its own time, in which no day is lost or gained.
    func shifted(by seconds: Double) -> Evidence {
        guard seconds != 0 else { return self }
        var evidence = self
        evidence.hosts.changeAll { $0 = $0.shifted(by: seconds) }
        (evidence.way, evidence.credentials) = (way.shifted(by: seconds), credentials.shifted(by: seconds))
        evidence.jobs = jobs?.shifted(by: seconds)
        return evidence
    }

    /// The same for a job that began at some time: what failed before it has not failed for any longer than it.
    func resumed(at began: Double) -> Evidence {
        var evidence = self
        evidence.hosts.changeAll { $0 = $0.rested(since: began) }
        (evidence.way, evidence.credentials) = (way.rested(since: began), credentials.rested(since: began))
        return evidence
    }

    /// A record is about to be asked for with this key: what is known of another one says nothing about it.
    mutating func use(signer: String?) {
        guard let signer, signer != self.signer else { return }
        if self.signer != nil { credentials = Suspect() }
        self.signer = signer
    }

    /// Whose fault it is, and by what evidence.
    struct Finding: Equatable {
        let owner: FaultOwner
        /// A short sentence without a full stop.
        let evidence: String
    }

    /// Decides whose fault a try is, and learns from it.
    mutating func settle(_ failed: FailedTry, at now: Double) -> Finding {
        switch failed.error.owner {
        case .record where failed.isForeign, .way where failed.isForeign: return settle(foreign: failed, at: now)
        case .record: return Finding(owner: .record, evidence: "the answer or its bytes say so")
        case .folder: return Finding(owner: .folder, evidence: "the system refused this name or folder")
        case .disk: return Finding(owner: .disk, evidence: "the system reports it of the disk")
        case .store: return Finding(owner: .store, evidence: "the store says so")
        case .process: return Finding(owner: .process, evidence: "it ended here, and not at the origin")
        case .host: return hosts[failed.origin, default: Suspect()].settle(failed, .host, at: now)
        // A proxy or a network login that says so is what it says.
        case .way:
            way.suspect(failed, at: now, enough: 1)
            return Finding(owner: .way, evidence: "it is named by the answer or the system")
        case .credentials: return credentials.settle(failed, .credentials, at: now)
        }
    }

    /// A record whose host is not asked for it again has failed there as others have.
    mutating func witness(_ failed: FailedTry, at now: Double) {
        hosts[failed.origin, default: Suspect()].suspect(failed, at: now)
    }

    /// It may be a portal's answer or the host's own: this host is not asked any more, and the others are. Whether the
    /// record pays goes by all that met such answers, at whatever host.
    private mutating func settle(foreign failed: FailedTry, at now: Double) -> Finding {
        hosts[failed.origin, default: Suspect()].suspect(failed, at: now, enough: Charge.enoughForHost)
        let isProven = hosts.contains { $1.isCondemned && ($0 == failed.origin || $1.isForeign) }
        return way.settle(failed, .way, isProven: isProven, at: now)
    }

    /// For how many seconds the owner of a failed try has failed whoever asked; 0 where it is a record, or this machine.
    ///
    /// - Parameter isForeign: whether the way is known by this host only.
    func secondsFailing(_ owner: FaultOwner, _ origin: String, isForeign: Bool = false) -> Double {
        switch owner {
        case .way where isForeign, .host: hosts[origin]?.secondsFailing ?? 0
        case .way: way.secondsFailing
        case .credentials: credentials.secondsFailing
        case .record, .folder, .disk, .process, .store: 0
        }
    }

    /// The hash of a path or folder, as it is kept in the file.
    static func hash(_ text: String) -> UInt64 { StableHash.of(text) }
}
