internal import Records

/// Somebody other than a record who may own its failed tries: an origin host, the way to all of them, or the
/// credentials. One failed try proves nothing. Enough different records that fail in a row, with none served between
/// them, do: then it is condemned, until it serves again.
struct Suspect: Equatable, Sendable {
    /// Hashes of the paths of the records that failed since it last served.
    private(set) var records: Set<UInt64> = []
    /// Hashes of the folders that they are in: for the credentials, records of one folder are one piece of evidence.
    private(set) var folders: Set<UInt64> = []
    /// When the first of them failed, in Unix seconds.
    private(set) var failingSince: Double?
    /// When it last served, in Unix seconds; nil: never, as far as is known.
    private(set) var servedAt: Double?
    /// When a record for it came up last, in Unix seconds, since it last served.
    var askedAt: Double?
    /// What the last of them met, in its message's words.
    private(set) var reason = ""
    private(set) var isCondemned = false

    /// No more are kept: that many condemn anybody.
    private static let mostRecords = 64

    mutating func serve(at now: Double) {
        // It serves again and again: most calls change a time.
        if failingSince != nil { self = Suspect() }
        servedAt = now
    }

    /// - Parameters:
    ///   - certain: the answer names it: a proxy that asks for a password, a network login.
    ///   - enough: how many different records condemn it.
    mutating func suspect(
        _ record: UInt64, in folder: UInt64, because reason: String, at now: Double, certain: Bool, enough: Int,
        enoughFolders: Int
    ) {
        if records.count < Self.mostRecords { records.insert(record) }
        if folders.count < Self.mostRecords { folders.insert(folder) }
        failingSince = min(failingSince ?? now, now)
        self.reason = reason
        let isProven = records.count >= enough && folders.count >= enoughFolders
        if certain || isProven || records.count >= Self.mostRecords { isCondemned = true }
    }

    /// It serves nothing for now, by its own word: that is not a fault, but how long it lasts matters.
    mutating func hesitate(because reason: String, at now: Double) {
        failingSince = min(failingSince ?? now, now)
        self.reason = reason
    }

    init() {}

    /// The same without the verdict.
    var acquitted: Suspect {
        var suspect = self
        suspect.isCondemned = false
        return suspect
    }

    /// As an earlier process knew it.
    init(
        records: Set<UInt64>, folders: Set<UInt64>, failingSince: Double?, servedAt: Double?, reason: String,
        isCondemned: Bool, askedAt: Double? = nil
    ) {
        self.askedAt = askedAt
        (self.records, self.folders, self.failingSince) = (records, folders, failingSince)
        (self.servedAt, self.reason, self.isCondemned) = (servedAt, reason, isCondemned)
    }
}

/// A try that has ended without the file, as far as the question goes whose fault that is.
struct FailedTry {
    let error: TryError
    /// Scheme, host and port.
    let origin: String
    /// The hash of the record's path, and of its folder.
    let record: UInt64
    let folder: UInt64
    /// When the try began, in Unix seconds.
    let startedAt: Double
    /// Whether the request went out, or an answer came: before that no one on the other side knew of the record.
    let hadContact: Bool
    /// Whether the answer is one that a portal or a proxy may have given in the origin's place.
    let isForeign: Bool
    /// Whether no other record is left that could tell more.
    let isAlone: Bool
    /// Tries that the record has lost by its own fault.
    var attempt: Int64 = 0
}

/// What was learnt of the hosts, the way to them and the credentials, and, by it, whose fault a failed try is. It
/// outlives a process: a round of `tf-bulk` begins with what the last one learnt. Pure: times are arguments, in Unix
/// seconds.
package struct Evidence: Equatable, Sendable {
    var hosts: [String: Suspect] = [:]
    var way = Suspect()
    var credentials = Suspect()
    /// Which key the credentials are, by the hash of its name; other credentials begin without a past.
    var signer: String?
    /// Who answers for an origin, by the fields of the answers that brought a video.
    var marks: [String: AnswerMarks] = [:]

    package init() {}

    /// Different records that condemn.
    private static let enoughForHost = 3
    private static let enoughForWay = 3
    private static let enoughForCredentials = 20
    private static let attemptsOfNoWitness: Int64 = 2
    /// Credentials that have been accepted are condemned by records of different folders only: a folder may be closed
    /// for reasons of its own.
    private static let enoughFolders = 3

    /// A record's file, or its head, came: the host, the way to it and the credentials are good.
    mutating func serve(_ origin: String, _ marks: AnswerMarks, at now: Double) {
        answer(origin, at: now)
        credentials.serve(at: now)
        if self.marks[origin] == nil { self.marks[origin] = marks }
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
        case .record where failed.isForeign: return Self.settle(failed, &way, .way, at: now)
        case .record: return Finding(owner: .record, evidence: "the answer or its bytes say so")
        case .folder: return Finding(owner: .folder, evidence: "the system refused this name or folder")
        case .disk: return Finding(owner: .disk, evidence: "the system reports it of the disk")
        case .process: return Finding(owner: .process, evidence: "it ended here, and not at the origin")
        case .host: return Self.settle(failed, &hosts[failed.origin, default: Suspect()], .host, at: now)
        case .way:
            // A redirect or a page may be the origin's after all; a proxy or a network login that says so is what it
            // says.
            return Self.settle(failed, &way, .way, certain: !failed.isForeign, at: now)
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
        // A connection that never was and a signature that has expired say nothing about the object.
        let neverTheRecords = certain || !failed.hadContact || failed.error.code == .expired
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
                suspect.suspect(
                    failed.record, in: failed.folder, because: failed.error.message, at: now, certain: false,
                    enough: .max, enoughFolders: 1)
                return Finding(
                    owner: .record,
                    evidence: isKnown
                        ? "it failed again, and few others did" : "no other record is left that could tell more")
            }
        }
        // A record that has lost tries again and again, while others were served, is not evidence against anybody.
        if !neverTheRecords && !suspect.isCondemned && failed.attempt >= attemptsOfNoWitness {
            return Finding(owner: .record, evidence: "it failed before, while others were served")
        }
        suspect.suspect(
            failed.record, in: failed.folder, because: failed.error.message, at: now, certain: certain,
            enough: enough(for: owner),
            enoughFolders: owner == .credentials && suspect.servedAt != nil ? enoughFolders : 1)
        let count = suspect.records.count
        return Finding(
            owner: owner,
            evidence: count == 1
                ? "\(name(owner)) has served nothing since" : "\(count) records failed alike, and none was served")
    }

    /// For how many seconds the owner of a failed try has served nothing; 0 where it is a record, or this machine.
    func secondsFailing(_ owner: FaultOwner, _ origin: String, at now: Double) -> Double {
        let suspect: Suspect? =
            switch owner {
            case .host: hosts[origin]
            case .way: way
            case .credentials: credentials
            case .record, .folder, .disk, .process: nil
            }
        return max(0, now - (suspect?.failingSince ?? now))
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
