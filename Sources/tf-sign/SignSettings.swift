import Glibc
import OpenSSL
import POSIX
import Records
import Signing
import ToolSupport

/// The options and the environment, checked: nothing below looks at raw arguments.
struct SignSettings {
    let signer: any URLSigner
    let baseURL: BaseURL?
    let expiry: Expiry

    init(_ options: SignOptions, now: Double, _ diagnostics: Diagnostics) throws(ToolFailure) {
        expiry = try Self.expiry(options, now: now)
        baseURL = try Self.baseURL(options)
        let keyPairID = try Self.keyPairID(options)
        let key = try KeyFile(options, diagnostics).key
        signer = CloudFrontSigner(keyPairID: keyPairID, key: key, hash: options.hash)
    }

    private static func keyPairID(_ options: SignOptions) throws(ToolFailure) -> KeyPairID {
        guard let text = options.keyPairID ?? Environment["TF_KEY_PAIR_ID"] else {
            throw .usage("no key pair: give --key-pair-id, or set TF_KEY_PAIR_ID")
        }
        guard let id = KeyPairID(text) else {
            throw .usage("key pair ID: only letters and digits can stand in it, as in 'K2JCJMDEHXQW5F'")
        }
        return id
    }

    private static func baseURL(_ options: SignOptions) throws(ToolFailure) -> BaseURL? {
        guard let text = options.baseURL ?? Environment["TF_BASE_URL"] else { return nil }
        do throws(ResourceURL.Refusal) { return try BaseURL(text) } catch {
            // What is no good base URL may hold a password or a signature: it is not repeated.
            throw .usage("base URL: \(error)")
        }
    }

    /// The end of the year 9999, the last one that RFC 3339 can name.
    private static let latest = 253_402_300_799.0

    private static func expiry(_ options: SignOptions, now: Double) throws(ToolFailure) -> Expiry {
        guard options.ttl == nil || options.expiresAt == nil else {
            throw .usage("--ttl and --expires-at say the same thing: give one of them")
        }
        if let time = options.expiresAt {
            guard Double(time.seconds) > now else { throw .usage("--expires-at lies in the past: give a later time") }
            guard Double(time.seconds) <= latest else {
                throw .usage("--expires-at lies beyond the year 9999: give seconds, not milliseconds")
            }
            return .at(time.seconds)
        }
        let ttl = options.ttl ?? Seconds(7200)
        guard ttl.value >= 1 else { throw .usage("--ttl is under a second: give a longer time, as in '2h'") }
        guard now + ttl.value <= latest else {
            throw .usage("--ttl reaches beyond the year 9999: give a shorter time, as in '2h'")
        }
        return .after(ttl)
    }
}

/// The private key's file.
private struct KeyFile {
    let key: PrivateKey

    /// No key is longer; a path like /dev/zero must not fill the memory.
    private static let longest = 65536

    init(_ options: SignOptions, _ diagnostics: Diagnostics) throws(ToolFailure) {
        guard let path = options.privateKey ?? Environment["TF_PRIVATE_KEY"] else {
            throw .usage("no private key: give --private-key FILE, or set TF_PRIVATE_KEY to its path")
        }
        guard !path.contains("-----BEGIN") else {
            throw .usage("private key: the key itself was given: give the path of a file that holds it")
        }
        let pem: [UInt8]
        do throws(SystemError) {
            let file = try File(reading: path)
            try Self.warnIfOpen(file, path, diagnostics)
            pem = try file.readAll(limit: Self.longest)
        } catch {
            throw .usage("private key '\(path)': \(error.reason)")
        }
        do throws(PrivateKey.LoadError) { key = try PrivateKey(pem: pem, hash: options.hash) } catch {
            throw .usage("private key '\(path)': \(Self.explain(error, options.hash))")
        }
        if case .rsa(let bits) = key.kind, bits < 2048 {
            diagnostics.say("private key '\(path)': RSA with \(bits) bits is weak: CloudFront wants 2048")
        }
    }

    private static func warnIfOpen(_ file: File, _ path: String, _ diagnostics: Diagnostics) throws(SystemError) {
        let status = try file.status()
        if status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o077 != 0 {
            diagnostics.say("private key '\(path)': others can read it: run 'chmod 600' on it")
        }
    }

    private static func explain(_ error: PrivateKey.LoadError, _ hash: PrivateKey.Hash) -> String {
        switch error {
        case .notAKey: "no private key in PEM form stands in it"
        case .encrypted: "it is encrypted: decrypt it with 'openssl pkey', or give the key without a passphrase"
        case .cannotSign(let reason):
            "it cannot sign with \(hash.rawValue): \(reason): give another key or another --hash"
        case .wrongKind(let kind): "it is \(kind): CloudFront takes RSA and P-256 keys"
        }
    }
}
