internal import POSIX

/// The two files that users of AWS keep their settings in, `~/.aws/credentials` and `~/.aws/config`.
struct SharedFiles {
    let credentialsPath: String
    let configPath: String
    private let credentials: [String: [String: String]]
    private let config: [String: [String: String]]
    private let sessions: [String: [String: String]]

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
        let file = try Self.read(configPath)
        (config, sessions) = (file.named("profile"), file.named("sso-session"))
    }

    func has(profile: String) -> Bool { credentials[profile] != nil || config[profile] != nil }

    /// The profile's settings in the credentials file.
    func credentials(of profile: String) -> [String: String] { credentials[profile] ?? [:] }

    /// All of the profile's settings: those of the credentials file go before.
    func settings(of profile: String) -> [String: String] {
        config(of: profile).merging(credentials(of: profile)) { $1 }
    }

    /// Whether the profile is for a role that other credentials ask for: a web identity's needs none.
    func hasRole(profile: String) -> Bool {
        let settings = settings(of: profile)
        return settings["role_arn"] != nil && settings["web_identity_token_file"] == nil
    }

    /// The settings of `[sso-session NAME]`; nil where there is none.
    func session(_ name: String) -> [String: String]? { sessions[name] }

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
