import AWS
import ArgumentParser
import Records
import Signing
import ToolSupport

/// Signatures of S3, with the credentials that AWS's tools find.
struct S3Scheme: SigningScheme {
    static let name = "S3"
    static let flag: String? = "--s3"

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

    var isChosen: Bool { s3 }

    var signingOptions: [GivenOption] {
        [
            ("--bucket", bucket != nil), ("--region", region != nil), ("--endpoint", endpoint != nil),
            ("--path-style", pathStyle),
        ]
    }

    var checkingOptions: [GivenOption] { [] }

    static let variables = ["--region": "AWS_REGION"]
}

// MARK: - Signing

extension S3Scheme {
    func settings(
        lifetime: Lifetime, now: Double, _ warnings: Diagnostics?
    ) throws(ToolFailure) -> SchemeSettings {
        guard lifetime.isWithin(S3Signer.longestLifetime, of: now) else {
            throw .usage(
                "S3 takes no URL with a lifetime of more than 7 days: give a shorter --ttl or an earlier --expires-at")
        }
        let region = try checkedRegion()
        if bucket == nil, endpoint != nil || pathStyle {
            throw .usage("--endpoint and --path-style say where a bucket is: give --bucket with them")
        }
        let baseURL = try bucket.map { name throws(ToolFailure) in try checkedBucket(name, region).baseURL }
        // Records with URLs of their own may be for another store.
        let credentials = try credentials(isForAWS: bucket != nil && endpoint == nil, region: region, now: now)
        let end = credentials.current.expiresAt.map { ", until \(UnixTime(seconds: $0).text)" } ?? ""
        return SchemeSettings(
            signer: S3Signer(credentials: credentials, region: region, lifetime: lifetime), baseURL: baseURL,
            rows: [
                ("scheme", "S3, Signature Version 4"), ("region", region.name),
                ("bucket", baseURL?.text ?? "none: each record needs a 'url'"),
                ("credentials", "\(credentials.current)\(end)"),
            ],
            noBaseURL: "bucket: there is none, so only records with a 'url' can be signed: give --bucket")
    }

    func verdict(
        on grant: any SignedGrant, now: Double, _ diagnostics: Diagnostics
    ) throws(ToolFailure) -> Explanation.Verdict? {
        guard let grant = grant as? S3Grant else { return nil }
        guard s3 else { return .unchecked("give --s3, to check by your credentials") }
        // A URL does not tell whose store it is for.
        let credentials = try credentials(isForAWS: false, now: now).current
        guard let isGood = grant.isSigned(by: credentials) else {
            return .unchecked("headers are signed too, which the URL does not show")
        }
        return isGood ? .good(by: "\(credentials)") : .bad(by: "\(credentials)")
    }

    /// To sign with, and to check a signature with.
    private func credentials(
        isForAWS: Bool, region: Region? = nil, now: Double
    ) throws(ToolFailure) -> RefreshingCredentials {
        do throws(CredentialError) {
            let chain = CredentialChain(isForAWS: isForAWS, region: region) { Environment[$0] }
            return try RefreshingCredentials(now: now, load: chain.load)
        } catch {
            throw .usage(error.description)
        }
    }

    private func checkedRegion() throws(ToolFailure) -> Region {
        let found: Region?
        do throws(CredentialError) {
            found = try CredentialChain { Environment[$0] }.region(option: region)
        } catch {
            throw .usage(error.reason)
        }
        guard let found else { throw .usage("no region: give --region, or set AWS_REGION") }
        return found
    }

    private func checkedBucket(_ name: String, _ region: Region) throws(ToolFailure) -> Bucket {
        do throws(BucketError) {
            return try Bucket(name, region: region, endpoint: endpoint, pathStyle: pathStyle)
        } catch {
            throw .usage(error.description)
        }
    }
}
