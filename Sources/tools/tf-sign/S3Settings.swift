import POSIX
import Signing
import ToolSupport

/// What signing for S3 needs, checked.
struct S3Settings {
    let signer: any URLSigner
    let baseURL: BaseURL?
    /// For `--check`.
    let rows: [(name: String, text: String)]

    init(_ options: S3Options, lifetime: Lifetime, now: Double) throws(ToolFailure) {
        guard lifetime.isWithin(S3Signer.longestLifetime, of: now) else {
            throw .usage(
                "S3 takes no URL that is good for more than 7 days: give a shorter --ttl or an earlier --expires-at")
        }
        let region = try Self.region(options)
        if options.bucket == nil, options.endpoint != nil || options.pathStyle {
            throw .usage("--endpoint and --path-style tell where a bucket is: give --bucket with them")
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
        do throws(Bucket.Refusal) { return try Region(name) } catch { throw .usage(error.description) }
    }

    private static func bucket(
        _ name: String, _ region: Region, _ options: S3Options
    ) throws(ToolFailure) -> Bucket {
        do throws(Bucket.Refusal) {
            return try Bucket(name, region: region, endpoint: options.endpoint, pathStyle: options.pathStyle)
        } catch {
            throw .usage(error.description)
        }
    }
}
