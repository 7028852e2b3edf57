internal import Curl
internal import NDJSON
internal import OpenSSL
internal import POSIX
internal import Records

/// A role of IAM Identity Center, for who has logged in by `aws sso login`: that command leaves a token in a cache, and
/// the portal gives the role's credentials for it.
struct SingleSignOn {
    private let profile: String
    private let account: String
    private let role: String
    private let cacheFile: String
    private let address: WebAddress
    private let service: CredentialService
    private let clock: any Clock

    /// Nil where the profile is not for it.
    init?(
        _ world: ServiceWorld, _ files: SharedFiles, profile: String, environment: (String) -> String?
    ) throws(CredentialError) {
        var settings = files.settings(of: profile)
        guard settings["sso_account_id"] != nil || settings["sso_role_name"] != nil else { return nil }
        let session = settings["sso_session"]
        if let session {
            guard let shared = files.session(session) else {
                throw CredentialError(
                    "profile '\(profile)': there is no [sso-session \(session)] in '\(files.configPath)'")
            }
            for (name, value) in shared {
                guard settings[name] ?? value == value else {
                    throw CredentialError("profile '\(profile)': \(name) differs from that of [sso-session \(session)]")
                }
                settings[name] = value
            }
        }
        func needed(_ name: String) throws(CredentialError) -> String {
            guard let value = settings[name] else {
                throw CredentialError("profile '\(profile)' is for single sign-on, but has no \(name): add it")
            }
            return value
        }
        (account, role) = (try needed("sso_account_id"), try needed("sso_role_name"))
        let (start, regionName) = (try needed("sso_start_url"), try needed("sso_region"))
        let region: Region
        do throws(RegionError) { region = try Region(regionName) } catch {
            throw CredentialError("profile '\(profile)': sso_\(error)")
        }
        self.profile = profile
        cacheFile = "\(environment("HOME") ?? "")/.aws/sso/cache/\(Self.fileName(session ?? start))"
        address = try CredentialService.endpoint(
            of: "SSO", environment: environment, settings: settings,
            host: region.host(of: "portal.sso"))
        service = CredentialService("single sign-on of profile '\(profile)'", world, environment: environment)
        clock = world.clock
    }

    private enum Name: UInt8, FieldName {
        case accessToken, expiresAt, roleCredentials, accessKeyID, secretAccessKey, sessionToken, expiration

        static let names = [
            "accessToken", "expiresAt", "roleCredentials", "accessKeyId", "secretAccessKey", "sessionToken",
            "expiration",
        ]
    }

    func load() throws(CredentialError) -> Credentials {
        let query = Parameters.text(["role_name": role, "account_id": account])
        var request = TransferRequest(url: address.appending("/federation/credentials?\(query)"))
        request.headers = ["x-amz-sso_bearer_token: \(try token())"]
        let answer = service.answer(request)
        if answer.failure == nil, answer.status == 401 { throw loginNeeded("its login has expired") }
        if answer.failure == nil, answer.status == 403 {
            throw service.error("the role '\(role)' of account \(account) is not yours (403): choose another one")
        }
        guard answer.isGood else { throw service.error(answer) }
        do throws(LineError) { return try credentials(answer.body) } catch {
            throw service.error("it does not answer with credentials")
        }
    }

    private func credentials(_ body: [UInt8]) throws(LineError) -> Credentials {
        let line = LineScanner<Name>()
        try line.scan(body)
        guard let inner = line.raw(.roleCredentials) else { throw .missing(name: "roleCredentials") }
        try line.scan(Array(inner))
        guard let id = try line.string(.accessKeyID), let secret = try line.string(.secretAccessKey),
            let session = try line.string(.sessionToken), let milliseconds = try line.integer(.expiration)
        else { throw .missing(name: "accessKeyId") }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: session, expiresAt: milliseconds / 1000,
            source: "the role '\(role)' by single sign-on")
    }

    /// What the last login left. Read each time: another login may have come.
    private func token() throws(CredentialError) -> String {
        let text: [UInt8]
        do throws(SystemError) { text = try File(reading: cacheFile).readAll(limit: 65536) } catch {
            guard error.isMissingFile else { throw service.error("cannot read '\(cacheFile)': \(error.reason)") }
            throw loginNeeded("nobody has logged in")
        }
        let line = LineScanner<Name>()
        let (token, end): (String?, Int64?)
        do throws(LineError) {
            try line.scan(text)
            (token, end) = (try line.string(.accessToken), try line.string(.expiresAt).flatMap(Self.unixSeconds))
        } catch {
            (token, end) = (nil, nil)
        }
        guard let token, let end, token.isHeaderWord else {
            throw loginNeeded("'\(cacheFile)' is not what a login leaves")
        }
        guard Double(end) > clock.now else { throw loginNeeded("its login has expired") }
        return token
    }

    private func loginNeeded(_ reason: String) -> CredentialError {
        service.error("\(reason): run 'aws sso login --profile \(profile)'")
    }

    /// Early versions of the AWS CLI wrote `UTC` for the `Z`.
    private static func unixSeconds(_ text: String) -> Int64? {
        CalendarTime.unixSeconds(rfc3339: text.hasSuffix("UTC") ? text.dropLast(3) + "Z" : text)
    }

    private static func fileName(_ key: String) -> String {
        var hash = MessageHasher.room
        let length = MessageHasher(.sha1).hash(Array(key.utf8), into: &hash)
        return Hexadecimal.text(Array(hash[..<length])) + ".json"
    }
}
