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

    package init() {}

    /// Different records that condemn.
    private static let enoughForHost = 3
    private static let enoughForWay = 3
    private static let enoughForCredentials = 20
    private static let attemptsOfNoWitness: Int64 = 2
    /// Credentials that have been accepted are condemned by records of different folders only: a folder may be closed
    /// for reasons of its own.
    private static let enoughFolders = 3
    /// What one host answers says nothing of the way to others.
    private static let enoughHosts = 2

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

    /// Whether an answer is certainly the origin's own: it has the marks of those that brought a video, or of Amazon's.
    func isOrigins(_ answer: AnswerHead, _ origin: String) -> Bool {
        guard answer.status > 0 else { return false }
        guard let known = marks[origin], !known.isEmpty else { return answer.marks.hasAmazonFields }
        return !answer.marks.isEmpty && answer.marks.mayBe(ofSameOriginAs: known)
    }

    /// The same, by a clock that is so many seconds ahead: a run keeps its own time, in which no day is lost or gained.
    func shifted(by seconds: Double) -> Evidence {
        guard seconds != 0 else { return self }
        var evidence = self
        evidence.hosts.changeAll { $0 = $0.shifted(by: seconds) }
        (evidence.way, evidence.credentials) = (way.shifted(by: seconds), credentials.shifted(by: seconds))
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
        case .record where failed.isForeign, .way where failed.isForeign:
            // It may be a portal's answer or the host's own: this host is not asked any more, and the others are, until
            // one of them answers alike.
            hosts[failed.origin, default: Suspect()].suspect(
                failed, in: failed.folder, at: now, enough: Self.enoughForHost)
            return Self.settle(failed, &way, .way, at: now)
        case .record: return Finding(owner: .record, evidence: "the answer or its bytes say so")
        case .folder: return Finding(owner: .folder, evidence: "the system refused this name or folder")
        case .disk: return Finding(owner: .disk, evidence: "the system reports it of the disk")
        case .process: return Finding(owner: .process, evidence: "it ended here, and not at the origin")
        case .host: return Self.settle(failed, &hosts[failed.origin, default: Suspect()], .host, at: now)
        // A proxy or a network login that says so is what it says.
        case .way: return Self.settle(failed, &way, .way, certain: true, at: now)
        case .credentials: return Self.settle(failed, &credentials, .credentials, at: now)
        }
    }

    /// - Parameter certain: the answer names the suspect: a proxy that asks for a password, a network login.
    private static func settle(
        _ failed: FailedTry, _ suspect: inout Suspect, _ owner: FaultOwner, certain: Bool = false, at now: Double
    ) -> Finding {
        // A host that limits how much it is asked for does serve: that is no one's fault.
        if failed.error.code == .rateLimited && !certain {
            suspect.hesitate(because: failed.error.message, at: now)
            return Finding(owner: owner, evidence: "it limits how much it is asked for")
        }
        // What names the key is about all; what names the settings too, as long as nothing was served with them.
        let isOfAll = failed.scope == .key || failed.scope == .settings && suspect.servedAt == nil
        // Nor do a connection that never was and a signature that has expired say anything about the object.
        let neverTheRecords = certain || isOfAll || !failed.hadContact || failed.error.code == .expired
        if let servedAt = suspect.servedAt, servedAt > failed.startedAt, !certain {
            return neverTheRecords
                ? Finding(owner: owner, evidence: "it serves others, and this try did not reach the object")
                : Finding(owner: .record, evidence: "\(name(owner)) served others meanwhile")
        }
        // With this one they may be enough to condemn it: then none of them is charged.
        let witnesses = suspect.records.union([failed.record]).count
        if !neverTheRecords && !suspect.isCondemned && witnesses < enough(for: owner) {
            let isKnown = suspect.records.contains(failed.record)
            // One page or redirect in place of the last file may be a portal's as well, and would fail it for good: only
            // the next run tells.
            if isKnown || failed.isAlone && (owner == .host || failed.error.code == .forbidden) {
                // It stays a witness: should others fail alike, none of them is charged any more.
                suspect.suspect(failed, in: failed.folder, at: now)
                return Finding(
                    owner: .record,
                    evidence: isKnown
                        ? "it failed again, and few others did" : "no other record is left that could tell more")
            }
        }
        // A record that has lost tries again and again, while others were served, is not evidence against anybody.
        if !neverTheRecords && !suspect.isCondemned && suspect.servedAt != nil && failed.attempt >= attemptsOfNoWitness
        {
            return Finding(owner: .record, evidence: "it failed before, while others were served")
        }
        let isSpread = owner == .credentials && suspect.servedAt != nil && !isOfAll
        suspect.suspect(
            failed, in: owner == .way ? hash(failed.origin) : failed.folder, at: now, certain: certain,
            enough: isOfAll && failed.isAlone && suspect.records.contains(failed.record) ? 1 : enough(for: owner),
            enoughFolders: owner == .way ? enoughHosts : isSpread ? enoughFolders : 1)
        let count = suspect.records.count
        return Finding(
            owner: owner,
            evidence: count == 1
                ? "\(name(owner)) has served nothing since" : "\(count) records failed alike, and none was served")
    }

    /// For how many seconds the owner of a failed try has failed whoever asked; 0 where it is a record, or this machine.
    ///
    /// - Parameter isForeign: whether the way is known by this host only.
    func secondsFailing(_ owner: FaultOwner, _ origin: String, isForeign: Bool = false) -> Double {
        switch owner {
        case .way where isForeign, .host: hosts[origin]?.secondsFailing ?? 0
        case .way: way.secondsFailing
        case .credentials: credentials.secondsFailing
        case .record, .folder, .disk, .process: 0
        }
    }

    private static func enough(for owner: FaultOwner) -> Int {
        switch owner {
        case .credentials: enoughForCredentials
        case .way: enoughForWay
        default: enoughForHost
        }
    }

    private static func name(_ owner: FaultOwner) -> String {
        switch owner {
        case .host: "the host"
        case .way: "the way"
        default: "the key"
        }
    }

    /// The hash of a path, the same in each process (FNV-1a).
    static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
