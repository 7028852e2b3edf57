internal import POSIX

/// The places where users of AWS keep credentials, asked in the order of AWS's own tools: the environment, the profile in
/// the credentials file, its `credential_process`, the profile in the config file.
package struct CredentialChain: Sendable {
    private let environment: @Sendable (String) -> String?

    /// - Parameter environment: a variable's value; nil where it is not set or empty.
    package init(environment: @escaping @Sendable (String) -> String?) { self.environment = environment }

    /// The first that are found. A place that holds half of them, or cannot be read, ends the search.
    package func load() throws(CredentialError) -> Credentials {
        if let found = try fromEnvironment() { return found }
        let files = try SharedFiles(environment)
        let (inCredentials, inConfig) = (files.credentials(of: profile), files.config(of: profile))
        if let found = try keys(in: inCredentials, of: files.credentialsPath) { return found }
        if let command = inCredentials["credential_process"] ?? inConfig["credential_process"] {
            return try CredentialProcess(command, profile: profile).load()
        }
        if let found = try keys(in: inConfig, of: files.configPath) { return found }
        throw nothingFound(files)
    }

    /// The region, where no option names one.
    package func region() throws(CredentialError) -> String? {
        if let region = environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION") { return region }
        return try SharedFiles(environment).config(of: profile)["region"]
    }

    private var profile: String { environment("AWS_PROFILE") ?? environment("AWS_DEFAULT_PROFILE") ?? "default" }

    private func fromEnvironment() throws(CredentialError) -> Credentials? {
        guard let accessKeyID = environment("AWS_ACCESS_KEY_ID") else { return nil }
        guard let secret = environment("AWS_SECRET_ACCESS_KEY") else {
            throw CredentialError("AWS_ACCESS_KEY_ID is set, but not AWS_SECRET_ACCESS_KEY: set both or none")
        }
        return Credentials(
            accessKeyID: accessKeyID, secretAccessKey: secret, sessionToken: environment("AWS_SESSION_TOKEN"),
            expiresAt: try end(environment("AWS_CREDENTIAL_EXPIRATION"), in: "the environment"),
            source: "the environment")
    }

    private func keys(in settings: [String: String], of path: String) throws(CredentialError) -> Credentials? {
        guard let accessKeyID = settings["aws_access_key_id"] else { return nil }
        let source = "profile '\(profile)' in '\(path)'"
        guard let secret = settings["aws_secret_access_key"] else {
            throw CredentialError("\(source) has aws_access_key_id, but no aws_secret_access_key: give both or none")
        }
        return Credentials(
            accessKeyID: accessKeyID, secretAccessKey: secret, sessionToken: settings["aws_session_token"],
            expiresAt: try end(settings[Self.endSetting], in: source), source: source)
    }

    /// The setting in which programs that renew the credentials file by single sign-on note the end
    /// (saml2aws); AWS itself has none.
    private static let endSetting = "x_security_token_expires"

    private func end(_ text: String?, in source: String) throws(CredentialError) -> Int64? {
        guard let text else { return nil }
        guard let end = CalendarTime.unixSeconds(rfc3339: text) else {
            throw CredentialError("\(source): the credentials' end is no time, as in '2026-12-31T23:00:00Z'")
        }
        return end
    }

    private func nothingFound(_ files: SharedFiles) -> CredentialError {
        guard files.has(profile: profile) else {
            return CredentialError(
                "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give profile '\(profile)' keys or "
                    + "a credential_process in '\(files.credentialsPath)' or '\(files.configPath)'")
        }
        return CredentialError(
            "profile '\(profile)' has no keys: for a role or single sign-on give another profile the line "
                + "'credential_process = aws configure export-credentials --profile \(profile)' and name it in AWS_PROFILE"
        )
    }
}
