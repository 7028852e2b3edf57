internal import POSIX
internal import Records

/// The places where users of AWS keep credentials, asked in the order of AWS's own tools: the environment, the profile's
/// role, a web identity, the profile's single sign-on, its keys in the credentials file, its `credential_process`, its
/// keys in the config file, the container, the instance.
package struct CredentialChain: Sendable {
    private let isForAWS: Bool
    private let signingRegion: Region?
    let world: ServiceWorld
    let environment: @Sendable (String) -> String?

    /// - Parameters:
    ///   - isForAWS: whether the keys are AWS's, whose IDs have one form; other stores have forms of their own.
    ///   - region: whose services are asked where neither the environment nor the profile names one.
    ///   - environment: a variable's value; nil where it is not set or empty.
    package init(
        isForAWS: Bool = true, region: Region? = nil, world: ServiceWorld = .real,
        environment: @escaping @Sendable (String) -> String?
    ) {
        (self.isForAWS, signingRegion, self.world, self.environment) = (isForAWS, region, world, environment)
    }

    /// The first that are found. A place that has half of them, or that is meant but does not give them, ends the
    /// search.
    package func load() throws(CredentialError) -> Credentials {
        if let found = try fromEnvironment() { return found }
        let files = try SharedFiles(environment)
        guard files.has(profile: profile) || !isProfileNamed else { throw nothingFound(files) }
        if files.hasRole(profile: profile) { return try fromRole(of: profile, files) }
        if let found = try fromProfile(profile, files, environment) { return found }
        if let container = try ContainerService(world, environment) { return try container.load() }
        return try fromInstance(files)
    }

    /// What a profile itself says or names; nil where that is nothing.
    ///
    /// - Parameter environment: for a web identity, which variables may name as well.
    func fromProfile(
        _ profile: String, _ files: SharedFiles, _ environment: (String) -> String?
    ) throws(CredentialError) -> Credentials? {
        let settings = files.settings(of: profile)
        let identity = try WebIdentity(
            world, settings: settings, region: try serviceRegion(), environment: environment)
        if let identity { return try identity.load() }
        if let login = try SingleSignOn(world, files, profile: profile, environment: environment) {
            return try login.load()
        }
        if let found = try keys(in: files.credentials(of: profile), profile, of: files.credentialsPath) { return found }
        if let command = settings["credential_process"] {
            return try CredentialProcess(command, profile: profile).load()
        }
        return try keys(in: files.config(of: profile), profile, of: files.configPath)
    }

    /// Whose STS is asked; nil for the one of all regions.
    func serviceRegion() throws(CredentialError) -> Region? { try region() ?? signingRegion }

    private func regionName() throws(CredentialError) -> String? {
        if let region = environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION") { return region }
        return try SharedFiles(environment).settings(of: profile)["region"]
    }

    /// The region, which an option names, or the environment, or the profile; nil where none does.
    package func region(option: String? = nil) throws(CredentialError) -> Region? {
        let name = if let option { option } else { try regionName() }
        guard let name else { return nil }
        do throws(RegionError) { return try Region(name) } catch { throw CredentialError("\(error)") }
    }

    private var isProfileNamed: Bool { environment("AWS_PROFILE") ?? environment("AWS_DEFAULT_PROFILE") != nil }
    private var profile: String { environment("AWS_PROFILE") ?? environment("AWS_DEFAULT_PROFILE") ?? "default" }

    func fromEnvironment() throws(CredentialError) -> Credentials? {
        guard let accessKeyID = Self.key(environment("AWS_ACCESS_KEY_ID")) else { return nil }
        guard let secret = Self.key(environment("AWS_SECRET_ACCESS_KEY")) else {
            throw CredentialError("AWS_ACCESS_KEY_ID is set, but not AWS_SECRET_ACCESS_KEY: set both or none")
        }
        try check(accessKeyID, "AWS_ACCESS_KEY_ID")
        return Credentials(
            accessKeyID: accessKeyID, secretAccessKey: secret,
            sessionToken: Self.key(environment("AWS_SESSION_TOKEN")),
            expiresAt: try end(environment("AWS_CREDENTIAL_EXPIRATION"), in: "the environment"),
            source: "the environment")
    }

    private func keys(
        in settings: [String: String], _ profile: String, of path: String
    ) throws(CredentialError) -> Credentials? {
        guard let accessKeyID = Self.key(settings["aws_access_key_id"]) else { return nil }
        let source = "profile '\(profile)' in '\(path)'"
        guard let secret = Self.key(settings["aws_secret_access_key"]) else {
            throw CredentialError("\(source) has aws_access_key_id, but no aws_secret_access_key: give both or none")
        }
        try check(accessKeyID, "aws_access_key_id of \(source)")
        return Credentials(
            accessKeyID: accessKeyID, secretAccessKey: secret, sessionToken: Self.key(settings["aws_session_token"]),
            expiresAt: try end(settings[Self.endSetting], in: source), source: source)
    }

    /// A key as it was meant, without what a file with CR, a quoting too many or a note leaves around it; nil where
    /// nothing is left. No key of AWS has a blank, a quote, `#` or `;` in it.
    ///
    /// A comment begins as in AWS's SDKs (`ProfileFileReader` of the SDK for Java 2.x): at `#` or `;` behind a space or
    /// tab. The AWS CLI knows comments only on lines of their own (botocore uses Python's `RawConfigParser` as it is),
    /// so there such a key is refused by the store. The same is taken off variables, which no shell may have read.
    private static func key(_ text: String?) -> String? {
        guard var text = text?[...] else { return nil }
        let comments = text.indices.dropFirst().filter {
            "#;".contains(text[$0]) && " \t".contains(text[text.index(before: $0)])
        }
        if let comment = comments.first { text = text[..<comment] }
        text = text.withoutBlanks
        if text.count > 1, let quote = text.first, "\"'".contains(quote), text.last == quote {
            text = text.dropFirst().dropLast().withoutBlanks
        }
        return text.isEmpty ? nil : String(text)
    }

    /// The form of an access key ID is that of `AccessKey` in the IAM API Reference: 16 to 128 of `\w`. What is there
    /// instead may be a secret, and is not repeated.
    private func check(_ accessKeyID: String, _ name: String) throws(CredentialError) {
        let isOfForm = accessKeyID.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isForAWS, !isOfForm || !(16...128).contains(accessKeyID.utf8.count) else { return }
        let why =
            isOfForm
            ? "it has \(accessKeyID.utf8.count) characters, not 16 to 128"
            : "it has characters other than letters and digits"
        throw CredentialError(
            "\(name) is not an access key ID of AWS: \(why): copy it again; another store needs --endpoint")
    }

    /// The setting in which programs that renew the credentials file by single sign-on note the end
    /// (saml2aws); AWS itself has none.
    private static let endSetting = "x_security_token_expires"

    private func end(_ text: String?, in source: String) throws(CredentialError) -> Int64? {
        guard let text else { return nil }
        guard let end = CalendarTime.unixSeconds(rfc3339: text) else {
            throw CredentialError(
                "\(source): the time at which the credentials expire must be written as in '2026-12-31T23:00:00Z'")
        }
        return end
    }

    /// The last place: where it has none either, there are none.
    private func fromInstance(_ files: SharedFiles) throws(CredentialError) -> Credentials {
        let settings = files.settings(of: profile)
        guard let instance = try InstanceService(world, settings: settings, environment: environment) else {
            throw nothingFound(files)
        }
        do throws(CredentialError) { return try instance.load() } catch { throw nothingFound(files, error.reason) }
    }

    /// - Parameter last: why the last place has none.
    private func nothingFound(_ files: SharedFiles, _ last: String? = nil) -> CredentialError {
        let last = last.map { "; \($0)" } ?? ""
        guard files.has(profile: profile) else {
            return CredentialError(
                "there are none: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give profile '\(profile)' keys or "
                    + "a credential_process in '\(files.credentialsPath)' or '\(files.configPath)'\(last)")
        }
        return processNeeded(profile, "has no keys", last)
    }

    /// What is not found here may be found by AWS's own tool.
    func processNeeded(_ profile: String, _ reason: String, _ last: String = "") -> CredentialError {
        CredentialError(
            "profile '\(profile)' \(reason): give another profile the line "
                + "'credential_process = aws configure export-credentials --profile \(profile)' and name it in AWS_PROFILE"
                + last)
    }
}
