import ArgumentParser
import OpenSSL
import Records
import ToolSupport

/// The options as they were typed.
struct SignOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The key pair's ID at CloudFront. [$TF_KEY_PAIR_ID]", valueName: "id"))
    var keyPairID: String?

    @Option(help: ArgumentHelp("The private key, a PEM file. [$TF_PRIVATE_KEY]", valueName: "file"))
    var privateKey: String?

    @Option(
        name: .customLong("base-url"),
        help: ArgumentHelp("Where the objects lie, for records without 'url'. [$TF_BASE_URL]", valueName: "url"))
    var baseURL: String?

    @Option(help: ArgumentHelp("For how long a URL is good. (default: 2h)", valueName: "time"))
    var ttl: Seconds?

    @Option(help: ArgumentHelp("Until when: Unix seconds, or as in 2026-12-31T23:00:00Z.", valueName: "time"))
    var expiresAt: UnixTime?

    @Option(help: ArgumentHelp("The hash that is signed: sha1 or sha256.", valueName: "name"))
    var hash: PrivateKey.Hash = .sha1

    init() {}
}

extension PrivateKey.Hash: ExpressibleByArgument {}
