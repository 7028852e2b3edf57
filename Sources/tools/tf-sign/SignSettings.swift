import POSIX
import Records
import Signing
import ToolSupport

/// The options and the environment, checked: nothing below looks at raw arguments.
struct SignSettings {
    let signer: any URLSigner
    let baseURL: BaseURL?
    /// What `--check` tells.
    let rows: [(name: String, text: String)]

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
        } else {
            if let option = options.s3.firstGiven { throw .usage("\(option) is for S3: leave it out, or give --s3") }
            let settings = try CloudFrontSettings(options.cloudFront, lifetime: lifetime, now: now, warnings)
            (signer, baseURL, rows) = (settings.signer, settings.baseURL, settings.rows + [lifetimeRow])
        }
    }

    private static let latest = Double(Policy.latestTime)

    private static func lifetime(_ options: GeneralOptions, now: Double) throws(ToolFailure) -> Lifetime {
        guard options.ttl == nil || options.expiresAt == nil else {
            throw .usage("--ttl and --expires-at say the same thing: give one of them")
        }
        if let time = options.expiresAt {
            guard Double(time.seconds) > now else { throw .usage("--expires-at lies in the past: give a later time") }
            guard Double(time.seconds) <= latest else {
                throw .usage("--expires-at lies beyond the year 2286: give seconds, not milliseconds")
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
