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

/// Why there are no credentials, and what to do; nothing of a secret stands in it.
package struct CredentialError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
