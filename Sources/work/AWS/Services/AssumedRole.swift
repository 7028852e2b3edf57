internal import Curl
internal import POSIX

/// A role that other credentials ask for, as a user or a machine of one account takes on a role in another: STS gives
/// credentials for it.
struct AssumedRole {
    private let role: String
    private let parameters: [(name: String, value: String)]
    private let region: Region?
    private let address: WebAddress
    private let service: CredentialService
    private let clock: any Clock

    /// - Parameters:
    ///   - settings: of the profile that names the role.
    ///   - region: whose STS is asked; nil for the one of all regions.
    init(
        _ world: ServiceWorld, settings: [String: String], region: Region?, environment: (String) -> String?
    ) throws(CredentialError) {
        role = settings["role_arn"] ?? ""
        // What is not a number is passed over, as botocore does it.
        let seconds = settings["duration_seconds"].flatMap { Int64($0) }.map { "\($0)" }
        let given: [(String, String?)] = [
            ("Action", "AssumeRole"), ("Version", "2011-06-15"), ("RoleArn", role),
            ("RoleSessionName", settings["role_session_name"] ?? "tf-\(Int64(world.clock.now))"),
            ("ExternalId", settings["external_id"]), ("DurationSeconds", seconds),
        ]
        parameters = given.compactMap { name, value in value.map { (name, $0) } }
        self.region = region
        address = try CredentialService.endpoint(
            of: "STS", environment: environment, settings: settings,
            host: region?.host(of: "sts") ?? "sts.amazonaws.com")
        service = CredentialService("the role '\(role)'", world, environment: environment)
        clock = world.clock
    }

    func load(with keys: Credentials) throws(CredentialError) -> Credentials {
        var request = TransferRequest(url: address.appending("/"))
        let form = Parameters.text(parameters)
        request.method = .post(Array(form.utf8))
        // STS of all regions is signed for in this one.
        let place = region?.name ?? "us-east-1"
        let signature = RequestSignature(service: "sts", region: place, moment: CalendarTime(unix: Int64(clock.now)))
        request.headers = signature.headers(ofPost: request.url, body: Array(form.utf8), by: keys)
        return try service.credentials(
            of: service.answer(request), from: "the role '\(role)' by \(keys.source)")
    }
}
