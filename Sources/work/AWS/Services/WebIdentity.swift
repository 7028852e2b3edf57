internal import Curl
internal import POSIX

/// A role that is taken on by a token in a file, as Kubernetes puts one into the pods of a service account (EKS), and
/// services that build software into their jobs. STS gives credentials for it; the token is all that it asks for.
struct WebIdentity {
    private let tokenFile: String
    private let role: String
    private let sessionName: String
    private let address: WebAddress
    private let service: CredentialService

    /// Nil where neither the environment nor the profile names a token.
    ///
    /// - Parameter region: whose STS is asked; nil for the one of all regions.
    init?(
        _ world: ServiceWorld, settings: [String: String], region: Region?, environment: (String) -> String?
    ) throws(CredentialError) {
        func setting(_ variable: String, _ name: String) -> String? { environment(variable) ?? settings[name] }
        guard let tokenFile = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else { return nil }
        guard let role = setting("AWS_ROLE_ARN", "role_arn") else {
            throw CredentialError(
                "a web identity's token is given, but not its role: set AWS_ROLE_ARN, or role_arn in the profile")
        }
        let sessionName = setting("AWS_ROLE_SESSION_NAME", "role_session_name")
        (self.tokenFile, self.role) = (tokenFile, role)
        self.sessionName = sessionName ?? "tf-\(Int64(world.clock.now))"
        address = try CredentialService.endpoint(
            of: "STS", environment: environment, settings: settings,
            host: region?.host(of: "sts") ?? "sts.amazonaws.com")
        service = CredentialService("the role '\(role)' by web identity", world, environment: environment)
    }

    func load() throws(CredentialError) -> Credentials {
        // Read each time: the file is renewed while the pod runs.
        let token = try SecretFile.read(tokenFile, "web identity: ").filter { !$0.isWhitespace }
        guard !token.isEmpty else { throw service.error("'\(tokenFile)' is empty") }
        var request = TransferRequest(url: address.appending("/"))
        let form = Parameters.text([
            "Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": role,
            "RoleSessionName": sessionName, "WebIdentityToken": token,
        ])
        request.method = .post(Array(form.utf8))
        let answer = service.answer(request)
        return try service.credentials(of: answer, from: "the role '\(role)' by web identity")
    }
}
