package import NDJSON
package import POSIX
package import Records

/// What `tf-fetch --evidence` has learnt of hosts, of the way to all of them, and of the key, as people want to see it.
package struct KnownEvidence: Equatable, Sendable {
    /// One of those who may own failed tries.
    package struct Suspect: Equatable, Sendable {
        package let owner: FaultOwner
        /// Of a host: scheme, host and port.
        package let name: String?
        /// When it was asked last, and when it last served, in Unix seconds; nil: not as far as is known.
        package let askedAt: Double?
        package let servedAt: Double?
        /// Since when it has served nothing; nil: it serves.
        package let failingSince: Double?
        /// What was met last, in the words of a message; empty where it serves.
        package let reason: String
        /// Whether enough records failed to blame it.
        package let isCondemned: Bool
        /// How many different records failed since it last served.
        package let records: Int
    }

    package private(set) var suspects: [Suspect] = []

    /// More hosts are not those of a library.
    private static let mostSuspects = 1000

    package init() {}

    /// Reads lines to the end; those that are not evidence are passed over.
    package init(_ file: inout LineFile) throws(SystemError) {
        let line = LineScanner<EvidenceField>()
        while suspects.count < Self.mostSuspects, let raw = try file.next() {
            do throws(LineError) {
                try line.scan(raw)
                if let suspect = try Suspect(line) { suspects.append(suspect) }
            } catch { continue }
        }
    }
}

extension KnownEvidence.Suspect {
    /// Nil where the line is about something else, or about somebody of whom nothing is known.
    fileprivate init?(_ line: LineScanner<EvidenceField>) throws(LineError) {
        guard let owner = FaultOwner(rawValue: try line.string(.suspect) ?? "") else { return nil }
        self.owner = owner
        name = try line.string(.name)
        askedAt = try line.number(.askedAt)
        servedAt = try line.number(.servedAt)
        failingSince = try line.number(.failingSince)
        reason = failingSince == nil ? "" : try line.string(.reason) ?? ""
        isCondemned = failingSince == nil ? false : try line.boolean(.condemned) ?? false
        records = failingSince == nil ? 0 : try line.strings(.records)?.count ?? 0
        if askedAt == nil && servedAt == nil && failingSince == nil { return nil }
    }
}
