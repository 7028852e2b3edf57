import ArgumentParser
import OpenSSL
import POSIX
import Records
import Signing
import ToolSupport

/// Signatures of CloudFront: by a key pair of which the private half is in a file.
struct CloudFrontScheme: SigningScheme {
    static let name = "CloudFront"
    static let flag: String? = nil

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

    @Option(
        help: ArgumentHelp(
            "Sign by cookies, a set for each course, and write them to this file, in Netscape's form.",
            valueName: "file"), completion: .file())
    var cookies: String?

    enum Scope: String, ExpressibleByArgument {
        case file, course
    }

    var isChosen: Bool { false }

    var signingOptions: [GivenOption] {
        [
            ("--key-pair-id", keyPairID != nil), ("--base-url", baseURL != nil), ("--hash", hash != nil),
            ("--scope", scope != nil), ("--ip", ip != nil), ("--not-before", notBefore != nil),
            ("--cookies", cookies != nil),
        ]
    }

    var checkingOptions: [GivenOption] {
        [("--private-key", privateKey != nil), ("--passphrase-file", passphraseFile != nil)]
    }

    static let variables = [
        "--key-pair-id": "TF_KEY_PAIR_ID", "--private-key": "TF_PRIVATE_KEY",
        "--passphrase-file": "TF_PASSPHRASE_FILE", "--base-url": "TF_BASE_URL",
    ]
}

// MARK: - Signing

extension CloudFrontScheme {
    func settings(
        lifetime: Lifetime, now: Double, _ warnings: Diagnostics?
    ) throws(ToolFailure) -> SchemeSettings {
        let baseURL = try checkedBaseURL()
        try checkPresence()
        let id = try checkedKeyPairID()
        let conditions = PolicyConditions(addresses: ip, notBefore: notBefore?.seconds)
        if let start = conditions.notBefore, start >= lifetime.end(from: now) {
            throw .usage("--not-before is later than the end: give an earlier start or a later end")
        }
        guard let file = try keyFile() else {
            throw .usage("no private key: give --private-key FILE, or set TF_PRIVATE_KEY")
        }
        let digest = hash ?? .sha1
        let privateKey = try file.privateKey(signing: digest, warnings)
        let key = CloudFrontKey(id: id, key: privateKey, digest: digest)
        let signer = try signer(key, lifetime, conditions)
        return SchemeSettings(
            signer: signer, baseURL: baseURL,
            rows: [
                ("scheme", "CloudFront, \(cookies == nil ? "a signature" : "cookies") for each \(usedScope.rawValue)"),
                ("key pair", id.text),
                ("private key", "'\(file.path)': \(privateKey.kind.text), signs with \(digest.rawValue)"),
                ("base URL", baseURL?.text ?? "none: each record needs a 'url'"),
            ],
            noBaseURL:
                "base URL: there is none, so only records with a 'url' can be signed: give --base-url, or set TF_BASE_URL"
        )
    }

    private var usedScope: Scope { cookies == nil ? scope ?? .file : .course }

    private func signer(
        _ key: CloudFrontKey, _ lifetime: Lifetime, _ conditions: PolicyConditions
    ) throws(ToolFailure) -> any URLSigner {
        guard usedScope == .course else {
            return CloudFrontSigner(key: key, lifetime: lifetime, conditions: conditions)
        }
        let course = CourseSigner(key: key, lifetime: lifetime, conditions: conditions)
        guard let cookies else { return course }
        guard scope != .file else {
            throw .usage("--cookies is for a whole course: leave '--scope file' out")
        }
        do throws(SystemError) { return CookieSigner(course, jar: try SignedCookieJar(cookies)) } catch {
            throw .usage("--cookies: \(error)")
        }
    }

    func verdict(
        on grant: any SignedGrant, now: Double, _ diagnostics: Diagnostics
    ) throws(ToolFailure) -> Explanation.Verdict? {
        guard let grant = grant as? CloudFrontGrant else { return nil }
        guard let file = try keyFile() else { return .unchecked("give --private-key for that") }
        let isGood = grant.isSigned(by: try file.publicKey(diagnostics))
        return isGood ? .good(by: "the key in '\(file.path)'") : .bad(by: "the key in '\(file.path)'")
    }

    /// The key that was named, if any; it may be the public one where it is to check signatures.
    private func keyFile() throws(ToolFailure) -> KeyFile? {
        guard let path = privateKey ?? Environment["TF_PRIVATE_KEY"] else { return nil }
        return try KeyFile(path, passphraseFile: passphraseFile ?? Environment["TF_PASSPHRASE_FILE"])
    }

    /// All that is missing is told at once. Records with a `url` need no base URL, so it alone is not missed here.
    private func checkPresence() throws(ToolFailure) {
        let settings = [
            ("key pair", "--key-pair-id", "TF_KEY_PAIR_ID", keyPairID),
            ("private key", "--private-key FILE", "TF_PRIVATE_KEY", privateKey),
            ("base URL", "--base-url", "TF_BASE_URL", baseURL),
        ]
        let missing = settings.filter { _, _, variable, option in option == nil && Environment[variable] == nil }
        guard missing.contains(where: { $0.0 != "base URL" }) else { return }
        func joined(_ words: [String]) -> String {
            words.count == 1 ? words[0] : "\(words.dropLast().joined(separator: ", ")) and \(words.last!)"
        }
        throw .usage(
            "no \(missing.map(\.0).joined(separator: ", no ")): give \(joined(missing.map(\.1))), "
                + "or set \(joined(missing.map(\.2)))")
    }

    private func checkedKeyPairID() throws(ToolFailure) -> KeyPairID {
        guard let id = KeyPairID(keyPairID ?? Environment["TF_KEY_PAIR_ID"] ?? "") else {
            throw .usage("key pair ID: only letters and digits are allowed, as in 'K2JCJMDEHXQW5F'")
        }
        return id
    }

    private func checkedBaseURL() throws(ToolFailure) -> BaseURL? {
        guard let text = baseURL ?? Environment["TF_BASE_URL"] else { return nil }
        do throws(ResourceURLError) { return try BaseURL(text) } catch {
            // A bad base URL may hold a password or a signature: it is not repeated.
            guard error == .notHTTP else { throw .usage("base URL: \(error)") }
            throw .usage(
                "base URL: it does not begin with 'https://' or 'http://': "
                    + "give it as in 'https://d111111abcdef8.cloudfront.net'")
        }
    }
}

extension PrivateKey.Kind {
    fileprivate var text: String {
        switch self {
        case .rsa(let bits): "RSA with \(bits) bits"
        case .p256: "ECDSA on P-256"
        }
    }
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
