internal import Records

/// A failed try that may be a record's own fault, or that of somebody else who was suspected of others already: of the
/// host, of whoever answers in its place on the way, or of the credentials. The questions that decide it, and the answer.
struct Charge {
    let failed: FailedTry
    /// As it was known before this try.
    let suspect: Suspect
    /// Who that is.
    let owner: FaultOwner
    /// Whether others have shown already that it is not the records' fault.
    let isProven: Bool

    /// What becomes of a failed try.
    enum Verdict: Equatable {
        /// The record pays; and whether it speaks against the suspect all the same.
        case record(String, isWitness: Bool)
        /// The suspect is to blame.
        case suspect
        /// He limits how much he is asked for: that is not the record's fault, nor a reason not to ask him.
        case limit
        /// It says nothing new of anybody.
        case nothing(String)
    }

    /// Different records that condemn a host, and the credentials.
    static let (enoughForHost, enoughForCredentials) = (3, 20)
    private static let enoughForUnproven = 3
    /// Credentials that have been accepted are condemned by records of different folders only: a folder may be closed
    /// for reasons of its own.
    private static let enoughFolders = 3
    private static let attemptsOfNoWitness: Int64 = 2

    // MARK: - What is asked

    /// A refusal that names the key is about all; one that names the settings too, as long as nothing was served by them.
    var isOfAll: Bool { failed.scope == .key || failed.scope == .settings && suspect.servedAt == nil }

    /// A connection that never was and a signature that has expired say nothing about the object.
    var isNeverTheRecords: Bool { isOfAll || !failed.hadContact || failed.error.code == .expired }

    /// Whether the suspect was good to others while this one failed.
    var servedOthers: Bool { suspect.servedAt.map { $0 > failed.startedAt } ?? false }

    /// Whether the record has failed since the suspect last served.
    var isAgain: Bool { suspect.records.contains(failed.record) }

    /// Those that failed alike, this one included.
    private var alike: Int { suspect.records.union([failed.record]).count }

    /// Whether they are too few to condemn anybody.
    var areFew: Bool {
        alike < usualNumber || suspect.folders.union([failed.folder]).count < enoughFolders
    }

    /// Whether no other record can tell more, and hardly any has. A page or a redirect in place of the last file may be a
    /// portal's as well, and would fail it for good: only the next run tells.
    var isLast: Bool {
        failed.isAlone && alike < Self.enoughForHost && (owner == .host || failed.error.code == .forbidden)
    }

    /// Whether the record has lost tries again and again while others were served: it is no evidence against anybody.
    var isLoser: Bool { suspect.servedAt != nil && failed.attempt >= Self.attemptsOfNoWitness }

    // MARK: - What is decided

    var verdict: Verdict {
        if failed.error.code == .rateLimited { return .limit }
        if servedOthers {
            return isNeverTheRecords
                ? .nothing("it serves others, and this try did not reach the object")
                : .record("\(name) served others meanwhile", isWitness: false)
        }
        // A record that pays stays a witness: should others fail alike, none of them pays any more.
        if !isNeverTheRecords && !isProven {
            if areFew && isAgain { return .record("it failed again, and few others did", isWitness: true) }
            if isLast { return .record("no other record is left that could tell more", isWitness: true) }
            if isLoser { return .record("it failed before, while others were served", isWitness: false) }
        }
        return .suspect
    }

    /// How many records condemn the suspect, with this one among them. What one host answers says nothing of the way to
    /// others, however often it does.
    var enough: Int {
        if owner == .way { return .max }
        if isOfAll && failed.isAlone && isAgain { return 1 }
        return isUnproven && failed.isAlone ? Self.enoughForUnproven : usualNumber
    }

    /// Whether a key that has opened nothing yet is refused without a reason: it is likelier a wrong one than that all
    /// objects are missing.
    private var isUnproven: Bool {
        owner == .credentials && suspect.servedAt == nil && failed.scope == .unknown && failed.error.code == .forbidden
    }

    var enoughFolders: Int {
        let mayBeOfFolder = owner == .credentials && [.object, .unknown].contains(failed.scope)
        return mayBeOfFolder && suspect.servedAt != nil ? Self.enoughFolders : 1
    }

    private var usualNumber: Int { owner == .credentials ? Self.enoughForCredentials : Self.enoughForHost }

    private var name: String {
        switch owner {
        case .host: "the host"
        case .way: "the way"
        default: "the key"
        }
    }

    /// Why the suspect is to blame, after this try.
    func evidence(records count: Int) -> String {
        count == 1 ? "\(name) has served nothing since" : "\(count) records failed alike, and none was served"
    }
}
