internal import Curl
internal import NDJSON

/// EC2's metadata service, which gives out the credentials of the instance's role: version 2, whose token only a
/// process on the instance gets. Whoever can make a server ask for a URL gets nothing by version 1's way.
struct InstanceService {
    private let address: WebAddress
    private let service: CredentialService

    private static let own = "http://169.254.169.254"
    private static let ownIPv6 = "http://[fd00:ec2::254]"
    private static let roles = "/latest/meta-data/iam/security-credentials/"
    private static let tokenHeader = "X-aws-ec2-metadata-token"

    /// Nil where it is turned off.
    init?(
        _ world: ServiceWorld, settings: [String: String], environment: (String) -> String?
    ) throws(CredentialError) {
        guard environment("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else { return nil }
        func setting(_ variable: String, _ name: String) -> String? { environment(variable) ?? settings[name] }
        let mode = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")
        let given = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")
        guard let address = WebAddress(given ?? (mode?.lowercased() == "ipv6" ? Self.ownIPv6 : Self.own)) else {
            throw CredentialError("AWS_EC2_METADATA_SERVICE_ENDPOINT is not an http or https URL: correct it")
        }
        self.address = address
        var service = CredentialService("EC2's metadata service", world, environment: environment)
        // Anywhere else nobody answers, and people wait for that.
        let timeout = setting("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout").flatMap { Double($0) }
        let tries = setting("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts").flatMap { Int($0) }
        (service.timeout, service.tries) = (min(max(timeout ?? 1, 0.1), 60), min(max(tries ?? 1, 1), 10))
        (service.pause, service.hasProxy) = ((0, false), false)
        self.service = service
    }

    func load() throws(CredentialError) -> Credentials {
        let token = try token()
        let role = try text(Self.roles, token) { "the instance has no role: attach an instance profile to it" }
        let name = role.prefix { !$0.isNewline }
        guard name.isHeaderWord, !name.contains(where: { "/?#%".contains($0) }) else {
            throw service.error("it does not name a role")
        }
        let body = try text(Self.roles + name, token) { "the role '\(name)' has no credentials" }
        let document: KeyDocument?
        do throws(LineError) { document = try KeyDocument(Array(body.utf8)) } catch { document = nil }
        guard let document else { throw service.error("it does not answer with credentials") }
        // A good status may still bring an error: `Code` tells.
        if let code = document.code, code != "Success" {
            throw service.error("the role '\(name)' gives no credentials (\(code.prefix(64).filter(\.isLetter)))")
        }
        guard document.expiration != nil,
            let found = document.credentials(from: "the instance's role '\(name)'"), found.sessionToken != nil
        else { throw service.error("it does not answer with credentials") }
        return found
    }

    private func token() throws(CredentialError) -> String {
        var request = TransferRequest(url: address.appending("/latest/api/token"))
        request.method = .put
        request.headers = ["X-aws-ec2-metadata-token-ttl-seconds: 21600"]
        let answer = service.answer(request)
        // The token's packets may cross as many routers as the instance's option says: one by default.
        if answer.failure?.kind == .timedOut {
            throw service.error("no answer (in a container of an instance, its hop limit has to be 2)")
        }
        let token = String(decoding: answer.body, as: UTF8.self)
        guard answer.isGood, token.isHeaderWord else {
            throw answer.isGood ? service.error("it does not answer with a token") : service.error(answer)
        }
        return token
    }

    /// - Parameter missing: what a 404 means.
    private func text(
        _ path: String, _ token: String, missing: () -> String
    ) throws(CredentialError) -> String {
        var request = TransferRequest(url: address.appending(path))
        request.headers = ["\(Self.tokenHeader): \(token)"]
        let answer = service.answer(request)
        if answer.failure == nil, answer.status == 404 { throw service.error(missing()) }
        guard answer.isGood else { throw service.error(answer) }
        return String(decoding: answer.body, as: UTF8.self)
    }
}
