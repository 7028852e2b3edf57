internal import OpenSSL
internal import POSIX
internal import Records

/// What the URLs that are signed by one key in one second have in common.
struct Session {
    let credentials: Credentials
    /// Unix seconds of the signature and of its end.
    let second, end: Int64
    let key: SigningKey
    /// As it stands in the URL, without the signature.
    let query: [UInt8]
    /// The same parameters in canonical order: only the token has another place.
    let canonicalQuery: [UInt8]
    let textStart: [UInt8]

    /// - Parameter earlier: a session whose key is used again if it is the same day's.
    init(credentials: Credentials, region: Region, second: Int64, end: Int64, like earlier: Session?) {
        (self.credentials, self.second, self.end) = (credentials, second, end)
        let moment = CalendarTime(unix: second).basic
        if let earlier, earlier.credentials == credentials, earlier.key.scope.hasPrefix(moment.prefix(8)) {
            key = earlier.key
        } else {
            key = SigningKey(secret: credentials.secretAccessKey, day: moment.prefix(8), region: region)
        }
        let first =
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=\(encoded("\(credentials.accessKeyID)/\(key.scope)"))"
            + "&X-Amz-Date=\(moment)&X-Amz-Expires=\(end - second)"
        let headers = "&X-Amz-SignedHeaders=host"
        let token = credentials.sessionToken.map { "&X-Amz-Security-Token=\(encoded($0))" } ?? ""
        query = Array((first + headers + token).utf8)
        canonicalQuery = Array((first + token + headers).utf8)
        textStart = key.textStart(at: moment)
    }
}

private func encoded(_ text: String) -> String {
    var encoded: [UInt8] = []
    PercentEncoding.append(Array(text.utf8)[...], to: &encoded)
    return String(decoding: encoded, as: UTF8.self)
}
