import ArgumentParser
import POSIX
import Records
import Signing
import ToolSupport

/// The options as they were typed.
struct SignOptions: ParsableArguments {
    @OptionGroup(title: "CloudFront")
    var cloudFront: CloudFrontScheme

    @OptionGroup(title: "S3")
    var s3: S3Scheme

    @OptionGroup(title: "How long, and what instead of signing")
    var general: GeneralOptions

    /// All of them; the first one signs unless another is chosen.
    var schemes: [any SigningScheme] { [cloudFront, s3] }

    var scheme: any SigningScheme { schemes.first { $0.isChosen } ?? cloudFront }

    /// The first one that was given and is for signing, not for looking at what was signed.
    var firstWithoutEffectOnExplaining: String? {
        general.signingOptions.firstGiven ?? schemes.lazy.compactMap(\.signingOptions.firstGiven).first
    }
}

/// A way to sign, as the tool offers it: its options, what signs by them, and what can be said of a signature by it.
protocol SigningScheme: ParsableArguments {
    static var name: String { get }
    /// The option that chooses it; nil for the one that signs unless another is chosen.
    static var flag: String? { get }
    var isChosen: Bool { get }
    /// Those that mean nothing to a signature that is there.
    var signingOptions: [GivenOption] { get }
    /// Those that are needed to check a signature.
    var checkingOptions: [GivenOption] { get }
    /// The variables that take the place of options which are not given.
    static var variables: [String: String] { get }

    func settings(
        lifetime: Lifetime, now: Double, _ warnings: Diagnostics?
    ) throws(ToolFailure) -> SchemeSettings

    /// Whether what the options name made the signature of a URL; nil where the URL is of another scheme.
    func verdict(
        on grant: any SignedGrant, now: Double, _ diagnostics: Diagnostics
    ) throws(ToolFailure) -> Explanation.Verdict?
}

/// What a scheme signs with.
struct SchemeSettings {
    let signer: any URLSigner
    let baseURL: BaseURL?
    /// What `--check` prints.
    let rows: [(name: String, text: String)]
    /// What `--check` warns of where there is no base URL.
    let noBaseURL: String
}

typealias GivenOption = (name: String, isGiven: Bool)

extension [GivenOption] {
    var firstGiven: String? { first { $0.isGiven }?.name }
}

struct GeneralOptions: ParsableArguments {
    @Option(help: ArgumentHelp("For how long a URL is good. (default: 2h)", valueName: "time"))
    var ttl: Seconds?

    @Option(help: ArgumentHelp("Until when: Unix seconds, or as in 2026-12-31T23:00:00Z.", valueName: "time"))
    var expiresAt: UnixTime?

    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: ArgumentHelp("Signatures at one time, each on a processor of its own. (default: 1)", valueName: "n"))
    var jobs: Int?

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

    var signingOptions: [GivenOption] {
        [
            ("--check", check), ("--ttl", ttl != nil), ("--expires-at", expiresAt != nil), ("--jobs", jobs != nil),
        ]
    }
}
