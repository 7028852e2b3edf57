package import Curl
internal import Glibc
package import POSIX
internal import Records

/// What the services of AWS are reached by: in production the machine's network and clock, in a test a script.
package struct ServiceWorld: Sendable {
    let ask: @Sendable (TransferRequest, TransferSettings) -> WebAnswer
    /// Waits this many seconds.
    let pause: @Sendable (Double) -> Void
    let clock: any Clock

    package init(
        clock: any Clock, pause: @escaping @Sendable (Double) -> Void,
        ask: @escaping @Sendable (TransferRequest, TransferSettings) -> WebAnswer
    ) {
        (self.ask, self.pause, self.clock) = (ask, pause, clock)
    }

    package static let real = ServiceWorld(
        clock: SystemClock(), pause: { _ = usleep(UInt32($0 * 1_000_000)) },
        ask: { WebClient($1).ask($0, limit: longestAnswer) })

    /// No answer with credentials is longer.
    private static let longestAnswer = 65536
}

/// A service that gives out credentials, and how patiently it is asked.
struct CredentialService {
    /// As messages show it: `EC2's metadata service`.
    let name: String
    /// Seconds for one request.
    var timeout = 30.0
    var tries = 3
    /// Seconds between two tries; twice as many each time where it grows.
    var pause = (first: 1.0, grows: true)
    /// Whether a proxy may be on the way. Not where the service is the machine itself: its answers are for nobody else.
    var hasProxy = true

    private let world: ServiceWorld
    private let trust: TrustSettings

    init(_ name: String, _ world: ServiceWorld, environment: (String) -> String?) {
        (self.name, self.world) = (name, world)
        trust = TrustSettings(option: environment("AWS_CA_BUNDLE"), environment: environment)
    }

    /// The last answer, asked for again while that can help.
    func answer(_ request: TransferRequest) -> WebAnswer {
        var settings = TransferSettings(
            userAgent: "tf", connectTimeout: timeout, wholeTimeout: timeout, stallTimeout: timeout, stallSpeed: 1)
        settings.hasProxy = hasProxy
        settings.trust = trust
        var wait = pause.first
        for _ in 1..<max(tries, 1) {
            let answer = world.ask(request, settings)
            if !answer.mayPass { return answer }
            world.pause(wait)
            if pause.grows { wait *= 2 }
        }
        return world.ask(request, settings)
    }

    /// Where the answer is not a good one, what it is instead. What it says is not repeated, as it may hold a secret,
    /// but for the code of an error.
    func error(_ answer: WebAnswer, code: String? = nil) -> CredentialError {
        if let failure = answer.failure { return error(failure.phrase) }
        return error("it answers \(answer.status)" + (code.map { " (\($0))" } ?? ""))
    }

    /// What STS gives for a role.
    ///
    /// - Parameter source: of the credentials, for people.
    func credentials(of answer: WebAnswer, from source: String) throws(CredentialError) -> Credentials {
        let texts = XMLTexts(answer.body)
        guard answer.isGood else { throw error(answer, code: texts.errorCode) }
        guard let id = texts["Credentials", "AccessKeyId"], let secret = texts["Credentials", "SecretAccessKey"],
            let session = texts["Credentials", "SessionToken"],
            let end = texts["Credentials", "Expiration"].flatMap({ CalendarTime.unixSeconds(rfc3339: $0) })
        else { throw error("it does not answer with credentials") }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: session, expiresAt: end, source: source)
    }

    func error(_ reason: String) -> CredentialError { CredentialError("\(name): \(reason)") }

    /// Where a service of a region is: as the environment or the profile says, or AWS's own.
    ///
    /// - Parameters:
    ///   - service: as in `AWS_ENDPOINT_URL_STS`.
    ///   - host: its name in AWS's own domain, of which the region is a part.
    static func endpoint(
        of service: String, environment: (String) -> String?, settings: [String: String],
        host: @autoclosure () -> String
    ) throws(CredentialError) -> WebAddress {
        let isIgnored = environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() == "true"
        let names = ["AWS_ENDPOINT_URL_\(service)", "AWS_ENDPOINT_URL"]
        let given = names.lazy.compactMap(environment).first ?? settings["endpoint_url"]
        guard let given, !isIgnored else {
            let own = "https://\(host())"
            if let address = WebAddress(own) { return address }
            throw CredentialError("'\(own)' is not a URL: check the region")
        }
        guard let address = WebAddress(given), !address.hasCredentials else {
            throw CredentialError("the endpoint of \(service) is not an http or https URL: check AWS_ENDPOINT_URL")
        }
        return address
    }
}

extension WebAddress {
    /// The address with another path behind its own.
    func appending(_ path: String) -> [UInt8] {
        Array((text.hasSuffix("/") ? String(text.dropLast()) : text).utf8) + Array(path.utf8)
    }
}

/// The parameters of a query or a form.
package enum Parameters {
    package static func text(_ parameters: KeyValuePairs<String, String>) -> String {
        text(parameters.map { ($0.key, $0.value) })
    }

    static func text(_ parameters: [(name: String, value: String)]) -> String {
        parameters.map { "\($0.name)=\(encoded($0.value))" }.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        PercentEncoding.append(Array(text.utf8)[...], to: &encoded)
        return String(decoding: encoded, as: UTF8.self)
    }
}
