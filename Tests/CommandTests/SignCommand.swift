import Foundation
import TestSupport

/// `tf-sign` with a key of its own, in a folder of its own.
struct SignCommand {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(TestKeys.rsa, to: "key.pem")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: folder.file("key.pem").path)
    }

    var settings: [String] {
        [
            "--key-pair-id", "KPAIR1", "--private-key", folder.file("key.pem").path, "--base-url",
            "https://h",
        ]
    }

    /// With settings that are good, and more.
    func run(_ input: String = "", _ more: [String] = []) throws -> CommandRun {
        try run(Data(input.utf8), settings + more)
    }

    /// With nothing but what is given; the environment says nothing.
    func run(_ input: Data, _ arguments: [String], environment: [String: String] = [:]) throws
        -> CommandRun
    {
        let unset = [
            "TF_KEY_PAIR_ID": "", "TF_PRIVATE_KEY": "", "TF_BASE_URL": "", "TF_PASSPHRASE_FILE": "",
            "HOME": folder.path,
        ].merging(Self.noCredentials) { $1 }
        return try CommandRun.tool(
            "tf-sign", arguments, input: input, environment: unset.merging(environment) { $1 },
            directory: folder.url)
    }

    /// AWS's variables, as if none were set.
    private static let noCredentials = Dictionary(
        uniqueKeysWithValues: [
            "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "PROFILE", "REGION", "DEFAULT_REGION", "CONFIG_FILE",
            "SHARED_CREDENTIALS_FILE", "CREDENTIAL_EXPIRATION", "DEFAULT_PROFILE", "WEB_IDENTITY_TOKEN_FILE",
            "CONTAINER_CREDENTIALS_RELATIVE_URI", "CONTAINER_CREDENTIALS_FULL_URI",
        ].map { ("AWS_\($0)", "") } + [("AWS_EC2_METADATA_DISABLED", "true")])

    /// By `sh -c`, with the settings in the environment.
    func shell(_ script: String, input: String = "") throws -> CommandRun {
        let environment = [
            "TF_KEY_PAIR_ID": "KPAIR1", "TF_PRIVATE_KEY": folder.file("key.pem").path,
            "TF_BASE_URL": "https://h",
        ]
        return try CommandRun.shell(
            script, input: Data(input.utf8), environment: environment, directory: folder.url)
    }
}

/// The fields of a line; none where it is not an object.
func fields(_ line: some StringProtocol) -> [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any] ?? [:]
}
