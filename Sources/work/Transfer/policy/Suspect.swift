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
    /// When the last of them failed: what nobody has asked since has not failed since.
    private(set) var failedAt: Double?
    /// When it last served, in Unix seconds; nil: never, as far as is known.
    private(set) var servedAt: Double?
    /// When a record for it came up last, in Unix seconds, since it last served.
    var askedAt: Double?
    /// What the last of them met, in its message's words.
    private(set) var reason = ""
    /// Whether somebody else may have answered in its place then.
    private(set) var isForeign = false
    /// Whether nobody has answered at all since the first of them failed.
    private(set) var isSilent = false
    /// Whether what may be somebody else's answer has come since then.
    private(set) var hasGivenPage = false
    private(set) var isCondemned = false

    /// No more are kept: that many condemn anybody.
    private static let mostRecords = 64

    mutating func serve(at now: Double) {
        // It serves again and again: most calls change a time.
        if failingSince != nil { self = Suspect() }
        servedAt = now
    }

    /// Decides whether a failed try is this one's fault, and learns from it.
    ///
    /// - Parameters:
    ///   - owner: who this is.
    ///   - isProven: whether others have shown already that it is not the records' fault.
    mutating func settle(
        _ failed: FailedTry, _ owner: FaultOwner, isProven: Bool = false, at now: Double
    ) -> Evidence.Finding {
        let charge = Charge(failed: failed, suspect: self, owner: owner, isProven: isProven || isCondemned)
        switch charge.verdict {
        case .record(let evidence, let isWitness):
            if isWitness { suspect(failed, at: now) }
            return Evidence.Finding(owner: .record, evidence: evidence)
        case .limit:
            // Who limits all and serves none is suspected of others that fail meanwhile.
            suspect(failed, at: now)
            return Evidence.Finding(owner: owner, evidence: "it limits how much it is asked for")
        case .nothing(let evidence): return Evidence.Finding(owner: owner, evidence: evidence)
        case .suspect:
            suspect(failed, at: now, enough: charge.enough, enoughFolders: charge.enoughFolders)
            return Evidence.Finding(owner: owner, evidence: charge.evidence(records: records.count))
        }
    }

    /// - Parameter enough: how many different records condemn it, from how many folders.
    mutating func suspect(_ failed: FailedTry, at now: Double, enough: Int = .max, enoughFolders: Int = 1) {
        if records.count < Self.mostRecords { records.insert(failed.record) }
        if folders.count < Self.mostRecords { folders.insert(failed.folder) }
        // Who was silent and now answers, or had errors and now gives pages, has something else than before: its time
        // begins anew, once for each.
        if failed.hadContact && isSilent || failed.isForeign && !hasGivenPage { failingSince = nil }
        isSilent = !failed.hadContact && (isSilent || failingSince == nil)
        isForeign = failed.isForeign
        hasGivenPage = hasGivenPage || isForeign
        fail(because: failed.error.message, at: now)
        let isProven = records.count >= enough && folders.count >= enoughFolders
        if isProven || records.count >= Self.mostRecords && enough < .max { isCondemned = true }
    }

    private mutating func fail(because reason: String, at now: Double) {
        failingSince = min(failingSince ?? now, now)
        failedAt = now
        self.reason = reason
    }

    /// For how many seconds it has failed whoever asked it.
    var secondsFailing: Double { max(0, (failedAt ?? 0) - (failingSince ?? failedAt ?? 0)) }

    init() {}

    /// The same, by a clock that is so many seconds ahead.
    func shifted(by seconds: Double) -> Suspect {
        var suspect = self
        suspect.failingSince = failingSince.map { $0 + seconds }
        suspect.failedAt = failedAt.map { $0 + seconds }
        suspect.servedAt = servedAt.map { $0 + seconds }
        suspect.askedAt = askedAt.map { $0 + seconds }
        return suspect
    }

    /// The same with no failing before some time counted.
    func rested(since time: Double) -> Suspect {
        guard let failingSince, let failedAt else { return self }
        var suspect = self
        (suspect.failingSince, suspect.failedAt) = (max(failingSince, time), max(failedAt, time))
        return suspect
    }

    /// The same without the verdict.
    var acquitted: Suspect {
        var suspect = self
        suspect.isCondemned = false
        return suspect
    }

    /// As an earlier process knew it.
    init(
        records: Set<UInt64>, folders: Set<UInt64>, failingSince: Double?, failedAt: Double?, servedAt: Double?,
        reason: String, isForeign: Bool, isSilent: Bool, hasGivenPage: Bool, isCondemned: Bool,
        askedAt: Double?
    ) {
        (self.askedAt, self.isForeign, self.isSilent, self.hasGivenPage) = (askedAt, isForeign, isSilent, hasGivenPage)
        (self.records, self.folders, self.failingSince, self.failedAt) = (records, folders, failingSince, failedAt)
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
    /// Whether the answer is one that a portal or a proxy may have given in the origin's place, and speaks against the way.
    var isForeign: Bool
    /// Whether no other record is left that could tell more.
    let isAlone: Bool
    /// Tries that the record has lost by its own fault.
    var attempt: Int64 = 0
    /// How far it reaches, if it is a refusal.
    var scope = RefusalScope.object
}
