internal import NDJSON
internal import POSIX
internal import Records

/// Credentials as JSON, as a container's service, EC2's and a `credential_process` write them.
struct KeyDocument {
    private enum Name: UInt8, FieldName {
        case version, code, accessKeyID, secretAccessKey, token, sessionToken, expiration

        static let names = [
            "Version", "Code", "AccessKeyId", "SecretAccessKey", "Token", "SessionToken", "Expiration",
        ]
    }

    /// Of a process.
    let version: Int64?
    /// Of EC2: `Success`, or what is wrong.
    let code: String?
    private let keys: (id: String, secret: String)?
    private let token: String?
    /// Unix seconds.
    let expiration: Int64?

    init(_ text: [UInt8]) throws(LineError) {
        let line = LineScanner<Name>()
        try line.scan(text)
        version = line.integer(ifAny: .version)
        code = line.string(ifAny: .code)
        token = try line.string(line.has(.token) ? .token : .sessionToken)
        if let id = try line.string(.accessKeyID), let secret = try line.string(.secretAccessKey) {
            keys = (id, secret)
        } else {
            keys = nil
        }
        let end = try line.string(.expiration)
        expiration = end.flatMap { CalendarTime.unixSeconds(rfc3339: $0) }
        guard (end == nil) == (expiration == nil) else { throw .missing(name: "Expiration") }
    }

    /// Nil where the document has no keys.
    func credentials(from source: String) -> Credentials? {
        guard let keys else { return nil }
        return Credentials(
            accessKeyID: keys.id, secretAccessKey: keys.secret, sessionToken: token, expiresAt: expiration,
            source: source)
    }
}
