import POSIX
import Records
import Signing
import ToolSupport

/// The options and the environment, checked: nothing below looks at raw arguments.
struct SignSettings {
    let scheme: SchemeSettings
    /// What `--check` prints.
    var rows: [(name: String, text: String)] { scheme.rows + [lifetimeRow] }
    private let lifetimeRow: (name: String, text: String)

    init(_ options: SignOptions, now: Double, _ warnings: Diagnostics?) throws(ToolFailure) {
        let lifetime = try Self.lifetime(options.general, now: now)
        lifetimeRow = ("good until", "\(UnixTime(seconds: lifetime.end(from: now)).text), if it were signed now")
        let chosen = options.scheme
        for other in options.schemes where type(of: other).name != type(of: chosen).name {
            try Self.refuse(other, beside: chosen)
        }
        scheme = try chosen.settings(lifetime: lifetime, now: now, warnings)
    }

    /// Refuses the options of a scheme that is not the chosen one.
    private static func refuse(
        _ other: some SigningScheme, beside chosen: some SigningScheme
    ) throws(ToolFailure) {
        guard let option = (other.checkingOptions + other.signingOptions).firstGiven else { return }
        let remedy = type(of: other).flag.map { "give \($0)" } ?? type(of: chosen).flag ?? ""
        throw .usage("\(option) is for \(type(of: other).name): leave it out, or \(remedy)")
    }

    /// For `--debug`: what the settings are, and where each of them comes from.
    func explain(_ options: SignOptions, _ debug: (String) -> Void) {
        let chosen = options.scheme
        let reason = type(of: chosen).flag.map { "\($0) is given" } ?? "no option chooses another one"
        debug("the scheme is \(type(of: chosen).name), as \(reason)")
        for row in rows { debug("\(row.name): \(row.text)") }
        for (option, isGiven) in chosen.checkingOptions + chosen.signingOptions + options.general.signingOptions {
            let variable = type(of: chosen).variables[option].flatMap { Environment[$0] == nil ? nil : $0 }
            debug("\(option): " + (isGiven ? "given" : variable.map { "from \($0)" } ?? "not given"))
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
