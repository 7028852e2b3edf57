internal import Curl
internal import NDJSON
internal import POSIX

/// The service beside a container that gives out its role's credentials: of ECS, and of EKS's Pod Identity.
struct ContainerService {
    private let address: WebAddress
    private let service: CredentialService
    private let environment: @Sendable (String) -> String?

    /// Hosts on the machine itself, for which there need be no encryption (botocore's `ContainerMetadataFetcher`).
    private static let hosts = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]
    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private static let tokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
    private static let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN"

    /// Nil where the environment names none.
    init?(_ world: ServiceWorld, _ environment: @escaping @Sendable (String) -> String?) throws(CredentialError) {
        let isRelative = environment(Self.relative) != nil
        let given = environment(Self.relative).map { "http://\(Self.hosts[0])\($0)" } ?? environment(Self.full)
        guard let given else { return nil }
        let name = isRelative ? Self.relative : Self.full
        guard let address = WebAddress(given), !isRelative || address.host == Self.hosts[0] else {
            throw CredentialError("\(name) is not \(isRelative ? "a path that begins with '/'" : "a URL"): correct it")
        }
        guard address.isEncrypted || address.isLoopback || Self.hosts.contains(address.host) else {
            throw CredentialError(
                "\(name) names '\(address.host)', which is not this machine: give an https URL, a loopback address or "
                    + "one of \(Self.hosts.joined(separator: ", "))")
        }
        self.address = address
        self.environment = environment
        var service = CredentialService(
            "the container's credentials at '\(address.withoutQuery)'", world, environment: environment)
        (service.timeout, service.pause, service.hasProxy) = (2, (1, false), false)
        self.service = service
    }

    func load() throws(CredentialError) -> Credentials {
        var request = TransferRequest(url: Array(address.text.utf8))
        request.headers = ["Accept: application/json"] + (try authorization().map { ["Authorization: \($0)"] } ?? [])
        let answer = service.answer(request)
        guard answer.isGood else { throw service.error(answer) }
        let found: Credentials?
        do throws(LineError) { found = try KeyDocument(answer.body).credentials(from: "the container") } catch {
            found = nil
        }
        guard let found else { throw service.error("it does not answer with credentials") }
        return found
    }

    /// Read each time: the file is renewed while the container runs.
    private func authorization() throws(CredentialError) -> String? {
        guard let path = environment(Self.tokenFile) else { return try checked(environment(Self.token), Self.token) }
        let text = try SecretFile.read(path, "\(Self.tokenFile): ")
        return try checked(text, Self.tokenFile)
    }

    private func checked(_ token: String?, _ name: String) throws(CredentialError) -> String? {
        guard let token else { return nil }
        guard token.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw CredentialError("\(name): the token cannot be in a header: it has a line end or other such bytes")
        }
        return token
    }
}

/// A file with a token in it.
enum SecretFile {
    /// No token is longer.
    private static let longest = 65536

    static func read(_ path: String, _ purpose: String) throws(CredentialError) -> String {
        do throws(SystemError) {
            return String(decoding: try File(reading: path).readAll(limit: longest), as: UTF8.self)
        } catch {
            throw CredentialError("\(purpose)cannot read '\(path)': \(error.reason)")
        }
    }
}
