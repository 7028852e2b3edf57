internal import NDJSON
internal import POSIX
internal import Records

/// The places where users of AWS keep credentials, asked in the order of AWS's own tools: the environment, the profile
/// in the credentials file, its `credential_process`, the profile in the config file.
package struct CredentialChain: Sendable {
    private let isForAWS: Bool
    private let environment: @Sendable (String) -> String?

    /// - Parameters:
    ///   - isForAWS: whether the keys are AWS's, whose IDs have one form; other stores have forms of their own.
    ///   - environment: a variable's value; nil where it is not set or empty.
    package init(isForAWS: Bool = true, environment: @escaping @Sendable (String) -> String?) {
        (self.isForAWS, self.environment) = (isForAWS, environment)
    }

    /// The first that are found. A place that has half of them, or cannot be read, ends the search.
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

    private func keys(in settings: [String: String], of path: String) throws(CredentialError) -> Credentials? {
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

    private func nothingFound(_ files: SharedFiles) -> CredentialError {
        guard files.has(profile: profile) else {
            return CredentialError(
                "there are none: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give profile '\(profile)' keys or "
                    + "a credential_process in '\(files.credentialsPath)' or '\(files.configPath)'")
        }
        return CredentialError(
            "profile '\(profile)' has no keys: for a role or single sign-on give another profile the line "
                + "'credential_process = aws configure export-credentials --profile \(profile)' and name it in AWS_PROFILE"
        )
    }
}

extension Substring {
    fileprivate var withoutBlanks: Substring {
        let start = drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
    }
}

/// Credentials from a program of the user's (AWS SDKs and Tools Reference Guide, "Process credential provider"), which
/// is how single sign-on and roles come here.
struct CredentialProcess {
    private let words: [String]
    private let profile: String

    /// No answer is longer.
    private static let longestAnswer = 65536
    /// Somebody may have to confirm a login.
    private static let patience = 120.0

    /// - Parameter command: split into words as a shell does it, but run without one.
    init(_ command: String, profile: String) throws(CredentialError) {
        guard let words = ShellWords.split(command), !words.isEmpty else {
            throw CredentialError("'credential_process' of profile '\(profile)' is not a command: mend its quotes")
        }
        (self.words, self.profile) = (words, profile)
    }

    /// Only the program's name is repeated in messages: its arguments and what it prints may be secret.
    private var name: String { "credential_process '\(words[0])' of profile '\(profile)'" }

    func load() throws(CredentialError) -> Credentials {
        let answer: ChildProcess.Result
        do throws(SystemError) {
            answer = try ChildProcess.run(words, limit: Self.longestAnswer, seconds: Self.patience)
        } catch {
            throw CredentialError("\(name): \(error.reason): run it by hand to see why")
        }
        guard answer.status == 0 else {
            throw CredentialError("\(name) ended with status \(answer.status): run it by hand to see why")
        }
        do throws(LineError) { return try credentials(in: answer.output) } catch {
            throw CredentialError("\(name) did not print credentials as JSON of version 1: run it by hand and see")
        }
    }

    private enum Name: UInt8, FieldName {
        case version, accessKeyID, secretAccessKey, sessionToken, expiration

        static let names = ["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]
    }

    private func credentials(in answer: [UInt8]) throws(LineError) -> Credentials {
        let line = LineScanner<Name>()
        try line.scan(answer)
        guard try line.integer(.version) == 1, let accessKeyID = try line.string(.accessKeyID),
            let secretAccessKey = try line.string(.secretAccessKey)
        else { throw .missing(name: "AccessKeyId") }
        let expiration = try line.string(.expiration)
        let expiresAt = expiration.flatMap { CalendarTime.unixSeconds(rfc3339: $0) }
        guard (expiration == nil) == (expiresAt == nil) else { throw .missing(name: "Expiration") }
        return Credentials(
            accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: try line.string(.sessionToken),
            expiresAt: expiresAt, source: name)
    }
}

/// The two files that users of AWS keep their settings in, `~/.aws/credentials` and `~/.aws/config`.
struct SharedFiles {
    let credentialsPath: String
    let configPath: String
    private let credentials: [String: [String: String]]
    private let config: [String: [String: String]]

    /// No such file is longer; a path like /dev/zero must not fill the memory.
    private static let longest = 1 << 20

    init(_ environment: (String) -> String?) throws(CredentialError) {
        let home = environment("HOME") ?? ""
        func path(_ variable: String, _ name: String) -> String {
            let path = environment(variable) ?? "~/.aws/\(name)"
            return path.hasPrefix("~/") ? home + path.dropFirst() : path
        }
        credentialsPath = path("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        configPath = path("AWS_CONFIG_FILE", "config")
        credentials = try Self.read(credentialsPath).sections
        config = try Self.read(configPath).profiles
    }

    func has(profile: String) -> Bool { credentials[profile] != nil || config[profile] != nil }

    /// The profile's settings in the credentials file.
    func credentials(of profile: String) -> [String: String] { credentials[profile] ?? [:] }

    /// The profile's settings in the config file.
    func config(of profile: String) -> [String: String] { config[profile] ?? [:] }

    /// A file that is not there is an empty one.
    private static func read(_ path: String) throws(CredentialError) -> INIFile {
        do throws(SystemError) {
            return INIFile(try File(reading: path).readAll(limit: longest))
        } catch {
            guard error.isMissingFile else { throw CredentialError("cannot read '\(path)': \(error.reason)") }
            return INIFile([])
        }
    }
}
