import OpenSSL
import POSIX
import Signing
import ToolSupport

/// What signing for CloudFront needs, checked.
struct CloudFrontSettings {
    let signer: any URLSigner
    let baseURL: BaseURL?
    /// For `--check`.
    let rows: [(name: String, text: String)]

    init(
        _ options: CloudFrontOptions, lifetime: Lifetime, now: Double, _ warnings: Diagnostics?
    ) throws(ToolFailure) {
        baseURL = try Self.baseURL(options)
        let id = try Self.keyPairID(options)
        let conditions = PolicyConditions(addresses: options.ip, notBefore: options.notBefore?.seconds)
        if let start = conditions.notBefore, start >= lifetime.end(from: now) {
            throw .usage("--not-before lies behind the end: give an earlier start or a later end")
        }
        guard let file = try Self.keyFile(options) else {
            throw .usage("no private key: give --private-key FILE, or set TF_PRIVATE_KEY to its path")
        }
        let digest = options.hash ?? .sha1
        let privateKey = try file.privateKey(signing: digest, warnings)
        if case .rsa(let bits) = privateKey.kind, bits < 2048 {
            warnings?.say("private key '\(file.path)': RSA with \(bits) bits is weak: CloudFront wants 2048")
        }
        let key = CloudFrontKey(id: id, key: privateKey, digest: digest)
        signer =
            options.scope == .course
            ? CourseSigner(key: key, lifetime: lifetime, conditions: conditions)
            : CloudFrontSigner(key: key, lifetime: lifetime, conditions: conditions)
        rows = [
            ("scheme", "CloudFront, a signature for each \((options.scope ?? .file).rawValue)"), ("key pair", id.text),
            ("private key", "'\(file.path)': \(privateKey.kind.text), signs with \(digest.rawValue)"),
            ("base URL", baseURL?.text ?? "none: each record needs a 'url'"),
        ]
    }

    /// The key that was named, if any; it may be the public one where it is to check signatures.
    static func keyFile(_ options: CloudFrontOptions) throws(ToolFailure) -> KeyFile? {
        guard let path = options.privateKey ?? Environment["TF_PRIVATE_KEY"] else { return nil }
        return try KeyFile(path, passphraseFile: options.passphraseFile ?? Environment["TF_PASSPHRASE_FILE"])
    }

    private static func keyPairID(_ options: CloudFrontOptions) throws(ToolFailure) -> KeyPairID {
        guard let text = options.keyPairID ?? Environment["TF_KEY_PAIR_ID"] else {
            throw .usage("no key pair: give --key-pair-id, or set TF_KEY_PAIR_ID")
        }
        guard let id = KeyPairID(text) else {
            throw .usage("key pair ID: only letters and digits can stand in it, as in 'K2JCJMDEHXQW5F'")
        }
        return id
    }

    private static func baseURL(_ options: CloudFrontOptions) throws(ToolFailure) -> BaseURL? {
        guard let text = options.baseURL ?? Environment["TF_BASE_URL"] else { return nil }
        do throws(ResourceURL.Refusal) { return try BaseURL(text) } catch {
            // What is no good base URL may hold a password or a signature: it is not repeated.
            throw .usage("base URL: \(error)")
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
