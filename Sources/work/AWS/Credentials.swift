package import Records

/// What Signature Version 4 signs with. Its printed form leaves out what is secret.
package struct Credentials: Equatable, Sendable, CustomStringConvertible {
    package let accessKeyID: String
    package let secretAccessKey: String
    /// Of temporary credentials.
    package let sessionToken: String?
    /// Unix seconds; nil where it is not known, or they do not end.
    package let expiresAt: Int64?
    /// Where they came from, for people: `the environment`.
    package let source: String

    package init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiresAt: Int64? = nil,
        source: String
    ) {
        (self.accessKeyID, self.secretAccessKey, self.sessionToken) = (accessKeyID, secretAccessKey, sessionToken)
        (self.expiresAt, self.source) = (expiresAt, source)
    }

    package var description: String { "\(accessKeyID) from \(source)" }
}

/// Why there are no credentials, and what to do: without anything secret, and with the owner of the fault first.
package struct CredentialError: Error, Equatable, CustomStringConvertible {
    package let reason: String

    package var owner: FaultOwner { .credentials }
    package var description: String { "\(owner.rawValue): \(reason)" }

    init(_ reason: String) { self.reason = reason }
}

/// Credentials that are read again before they expire: a run lasts days, and temporary ones last hours.
package final class RefreshingCredentials {
    package private(set) var current: Credentials
    /// Unix seconds from which on they are to be read again.
    private var renewalDue: Double
    private let load: () throws(CredentialError) -> Credentials

    /// Before their end, as the SDKs of AWS do it, so that a URL signed last still has some time.
    private static let lead = 900.0
    /// Between two looks at credentials whose end is not known, as in a file that another program renews; and between
    /// two tries while the old ones are still good.
    private static let pause = 300.0

    /// - Parameter first: what `load` has given already.
    package init(
        now: Double, first: Credentials? = nil, load: @escaping () throws(CredentialError) -> Credentials
    ) throws(CredentialError) {
        self.load = load
        current = if let first { first } else { try load() }
        renewalDue = 0
        try check(current, now)
        renewalDue = Self.renewal(of: current, now)
    }

    package func needsRenewal(at now: Double) -> Bool { now >= renewalDue }

    /// Reads them again. A failure counts once the old ones have expired.
    package func renew(at now: Double) throws(CredentialError) {
        do throws(CredentialError) {
            let found = try load()
            try check(found, now)
            current = found
            renewalDue = Self.renewal(of: found, now)
        } catch {
            guard let end = current.expiresAt.map(Double.init), now + 1 >= end else {
                renewalDue = min(now + Self.pause, current.expiresAt.map { Double($0) - 1 } ?? .infinity)
                return
            }
            throw error
        }
    }

    private func check(_ found: Credentials, _ now: Double) throws(CredentialError) {
        guard let end = found.expiresAt, Double(end) < now + 1 else { return }
        throw CredentialError("\(found): they have expired: renew them, for example by 'aws sso login'")
    }

    /// Short-lived ones are read again after half of the time that they have left.
    private static func renewal(of credentials: Credentials, _ now: Double) -> Double {
        guard let end = credentials.expiresAt.map(Double.init) else { return now + pause }
        return max(end - lead, now + (end - now) / 2)
    }
}
