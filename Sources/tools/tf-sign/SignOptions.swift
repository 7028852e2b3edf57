import ArgumentParser
import OpenSSL
import Records
import Signing
import ToolSupport

/// The options as they were typed.
struct SignOptions: ParsableArguments {
    @OptionGroup(title: "CloudFront")
    var cloudFront: CloudFrontOptions

    @OptionGroup(title: "S3")
    var s3: S3Options

    @OptionGroup(title: "How long, and what instead of signing")
    var general: GeneralOptions

    /// The first one that was given and is for signing, not for looking at what was signed.
    var firstWithoutEffectOnExplaining: String? {
        [
            ("--check", general.check), ("--ttl", general.ttl != nil), ("--expires-at", general.expiresAt != nil),
            ("--key-pair-id", cloudFront.keyPairID != nil), ("--base-url", cloudFront.baseURL != nil),
            ("--hash", cloudFront.hash != nil), ("--scope", cloudFront.scope != nil), ("--ip", cloudFront.ip != nil),
            ("--not-before", cloudFront.notBefore != nil),
        ].first { $0.1 }?.0 ?? s3.firstGiven
    }
}

struct CloudFrontOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The key pair's ID at CloudFront. [$TF_KEY_PAIR_ID]", valueName: "id"))
    var keyPairID: String?

    @Option(
        help: ArgumentHelp("The private key, a PEM file. [$TF_PRIVATE_KEY]", valueName: "file"), completion: .file())
    var privateKey: String?

    @Option(
        help: ArgumentHelp(
            "The key's passphrase, on the first line. Without it the terminal is asked. [$TF_PASSPHRASE_FILE]",
            valueName: "file"), completion: .file())
    var passphraseFile: String?

    @Option(
        name: .customLong("base-url"),
        help: ArgumentHelp("Where the objects are, for records without 'url'. [$TF_BASE_URL]", valueName: "url"))
    var baseURL: String?

    @Option(help: ArgumentHelp("The hash that is signed: sha1 or sha256. (default: sha1)", valueName: "name"))
    var hash: Digest?

    @Option(
        help: ArgumentHelp(
            "What a signature opens: the file, or the folder of its course. (default: file)", valueName: "file|course"))
    var scope: Scope?

    @Option(help: ArgumentHelp("Only from these IPv4 addresses, as in 192.0.2.0/24.", valueName: "cidr"))
    var ip: AddressBlock?

    @Option(help: ArgumentHelp("Not before: Unix seconds, or as in 2026-12-31T23:00:00Z.", valueName: "time"))
    var notBefore: UnixTime?

    enum Scope: String, ExpressibleByArgument {
        case file, course
    }

    /// The first one that was given and means nothing with `--s3`.
    var firstGiven: String? {
        [
            ("--key-pair-id", keyPairID != nil), ("--private-key", privateKey != nil),
            ("--passphrase-file", passphraseFile != nil), ("--base-url", baseURL != nil), ("--hash", hash != nil),
            ("--scope", scope != nil), ("--ip", ip != nil), ("--not-before", notBefore != nil),
        ].first { $0.1 }?.0
    }
}

struct S3Options: ParsableArguments {
    @Flag(help: "Sign for S3, with the credentials of AWS's tools. See tf-sign(1).")
    var s3 = false

    @Option(help: ArgumentHelp("The bucket, for records without 'url'.", valueName: "name"))
    var bucket: String?

    @Option(help: ArgumentHelp("The bucket's region. [$AWS_REGION, or the profile's]", valueName: "name"))
    var region: String?

    @Option(help: ArgumentHelp("A store other than AWS's.", valueName: "url"))
    var endpoint: String?

    @Flag(help: "Put the bucket into the path, not the host.")
    var pathStyle = false

    /// The first one that was given and means nothing without `--s3`.
    var firstGiven: String? {
        [
            ("--bucket", bucket != nil), ("--region", region != nil), ("--endpoint", endpoint != nil),
            ("--path-style", pathStyle),
        ].first { $0.1 }?.0
    }
}

struct GeneralOptions: ParsableArguments {
    @Option(help: ArgumentHelp("For how long a URL is good. (default: 2h)", valueName: "time"))
    var ttl: Seconds?

    @Option(help: ArgumentHelp("Until when: Unix seconds, or as in 2026-12-31T23:00:00Z.", valueName: "time"))
    var expiresAt: UnixTime?

    @Flag(help: "Look at the settings, tell what they are, and end.")
    var check = false

    @Option(
        help: ArgumentHelp(
            "With --check: look whether the records of this catalogue can be signed.", valueName: "file"))
    var catalog: String?

    @Flag(help: "Let the first record that has no place fail as any other; do not stop there.")
    var goOn = false

    @Option(
        help: ArgumentHelp(
            "Tell what a signed URL grants, and end. '-' reads it from standard input.", valueName: "url"))
    var explain: String?

    @Flag(help: "Explain as JSON.")
    var json = false

    @Flag(help: "Leave out warnings about the settings, as one who has seen them.")
    var quiet = false
}

extension Digest: ExpressibleByArgument {
    public static var allValueStrings: [String] { ofCloudFront.map(\.rawValue) }

    public init?(argument: String) {
        guard let digest = Self.ofCloudFront.first(where: { $0.rawValue == argument }) else { return nil }
        self = digest
    }
}

extension AddressBlock: ExpressibleByArgument {
    public init?(argument: String) { self.init(parsing: argument) }
}
