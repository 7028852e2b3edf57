import OpenSSL
import POSIX
import Records
import Signing
import ToolSupport

/// The options and the environment, checked: nothing below looks at raw arguments.
struct SignSettings {
    let signer: any URLSigner
    let baseURL: BaseURL?
    /// What `--check` prints.
    let rows: [(name: String, text: String)]
    /// What `--check` warns of where there is no base URL.
    let noBaseURL: String

    init(_ options: SignOptions, now: Double, _ warnings: Diagnostics?) throws(ToolFailure) {
        let lifetime = try Self.lifetime(options.general, now: now)
        let until = UnixTime(seconds: lifetime.end(from: now)).text
        let lifetimeRow = ("good until", "\(until), if it were signed now")
        if options.s3.s3 {
            if let option = options.cloudFront.firstGiven {
                throw .usage("\(option) is for CloudFront: leave it out, or --s3")
            }
            let settings = try S3Settings(options.s3, lifetime: lifetime, now: now)
            (signer, baseURL, rows) = (settings.signer, settings.baseURL, settings.rows + [lifetimeRow])
            noBaseURL = "bucket: there is none, so only records with a 'url' can be signed: give --bucket"
        } else {
            if let option = options.s3.firstGiven { throw .usage("\(option) is for S3: leave it out, or give --s3") }
            let settings = try CloudFrontSettings(options.cloudFront, lifetime: lifetime, now: now, warnings)
            (signer, baseURL, rows) = (settings.signer, settings.baseURL, settings.rows + [lifetimeRow])
            noBaseURL =
                "base URL: there is none, so only records with a 'url' can be signed: give --base-url, or set TF_BASE_URL"
        }
    }

    /// For `--debug`: what the settings are, and where each of them comes from.
    func explain(_ options: SignOptions, _ debug: ((String) -> Void)?) {
        guard let debug else { return }
        debug(
            options.s3.s3 ? "the scheme is S3's, as --s3 is given" : "the scheme is CloudFront's, as --s3 is not given")
        for row in rows { debug("\(row.name): \(row.text)") }
        for (option, isGiven, variable) in options.origins {
            let isSet = variable.map { Environment[$0] != nil } ?? false
            debug("\(option): \(isGiven ? "given" : isSet ? "from \(variable ?? "")" : "not given")")
        }
    }

    private static let latest = Double(Policy.latestTime)

    private static func lifetime(_ options: GeneralOptions, now: Double) throws(ToolFailure) -> Lifetime {
        guard options.ttl == nil || options.expiresAt == nil else {
            throw .usage("--ttl and --expires-at both set the end: give one of them")
        }
        if let time = options.expiresAt {
            guard Double(time.seconds) > now else { throw .usage("--expires-at is in the past: give a later time") }
            guard Double(time.seconds) <= latest else {
                throw .usage("--expires-at is beyond the year 2286: give seconds, not milliseconds")
            }
            return .until(time.seconds)
        }
        let ttl = options.ttl ?? Seconds(7200)
        guard ttl.value >= 1 else { throw .usage("--ttl is under a second: give a longer time, as in '2h'") }
        guard now + ttl.value <= latest else {
            throw .usage("--ttl reaches beyond the year 2286: give a shorter time, as in '2h'")
        }
        return .after(ttl)
    }
}

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
            throw .usage("--not-before is later than the end: give an earlier start or a later end")
        }
        guard let file = try Self.keyFile(options) else {
            throw .usage("no private key: give --private-key FILE, or set TF_PRIVATE_KEY to its path")
        }
        let digest = options.hash ?? .sha1
        let privateKey = try file.privateKey(signing: digest, warnings)
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
            throw .usage("key pair ID: only letters and digits are allowed, as in 'K2JCJMDEHXQW5F'")
        }
        return id
    }

    private static func baseURL(_ options: CloudFrontOptions) throws(ToolFailure) -> BaseURL? {
        guard let text = options.baseURL ?? Environment["TF_BASE_URL"] else { return nil }
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

/// What signing for S3 needs, checked.
struct S3Settings {
    let signer: any URLSigner
    let baseURL: BaseURL?
    /// For `--check`.
    let rows: [(name: String, text: String)]

    init(_ options: S3Options, lifetime: Lifetime, now: Double) throws(ToolFailure) {
        guard lifetime.isWithin(S3Signer.longestLifetime, of: now) else {
            throw .usage(
                "S3 takes no URL with a lifetime of more than 7 days: give a shorter --ttl or an earlier --expires-at")
        }
        let region = try Self.region(options)
        if options.bucket == nil, options.endpoint != nil || options.pathStyle {
            throw .usage("--endpoint and --path-style say where a bucket is: give --bucket with them")
        }
        baseURL = try options.bucket.map { name throws(ToolFailure) in try Self.bucket(name, region, options).baseURL }
        let credentials = try Self.credentials(now: now)
        signer = S3Signer(credentials: credentials, region: region, lifetime: lifetime)
        let end = credentials.current.expiresAt.map { ", until \(UnixTime(seconds: $0).text)" } ?? ""
        rows = [
            ("scheme", "S3, Signature Version 4"), ("region", region.name),
            ("bucket", baseURL?.text ?? "none: each record needs a 'url'"),
            ("credentials", "\(credentials.current)\(end)"),
        ]
    }

    private static let chain = CredentialChain { Environment[$0] }

    /// The credentials to sign with, and to check a signature with.
    static func credentials(now: Double) throws(ToolFailure) -> RefreshingCredentials {
        do throws(CredentialError) { return try RefreshingCredentials(now: now, load: chain.load) } catch {
            throw .usage(error.description)
        }
    }

    private static func region(_ options: S3Options) throws(ToolFailure) -> Region {
        let name: String?
        do throws(CredentialError) {
            name = if let given = options.region { given } else { try chain.region() }
        } catch {
            throw .usage(error.description)
        }
        guard let name else { throw .usage("no region: give --region, or set AWS_REGION") }
        do throws(BucketError) { return try Region(name) } catch { throw .usage(error.description) }
    }

    private static func bucket(
        _ name: String, _ region: Region, _ options: S3Options
    ) throws(ToolFailure) -> Bucket {
        do throws(BucketError) {
            return try Bucket(name, region: region, endpoint: options.endpoint, pathStyle: options.pathStyle)
        } catch {
            throw .usage(error.description)
        }
    }
}
