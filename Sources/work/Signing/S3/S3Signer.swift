package import AWS
internal import OpenSSL
internal import POSIX
internal import Records

/// Signs URLs for S3 by Signature Version 4 in the query.
package final class S3Signer: URLSigner {
    private let credentials: RefreshingCredentials
    private let region: Region
    private let lifetime: Lifetime
    private var session: Session?

    // Used again for each record.
    private let hasher = MessageHasher(.sha256)
    private var hash = MessageHasher.room
    private var request: [UInt8] = []
    private var text: [UInt8] = []

    /// S3 takes no longer lifetime: seven days.
    package static let longestLifetime = 604_800.0

    package init(credentials: RefreshingCredentials, region: Region, lifetime: Lifetime) {
        (self.credentials, self.region, self.lifetime) = (credentials, region, lifetime)
    }

    package func needsRenewal(at now: Double) -> Bool {
        lifetime.hasExpired(at: now + 1) || credentials.needsRenewal(at: now)
    }

    package func renew(at now: Double) throws(SigningStoppedError) {
        guard !lifetime.hasExpired(at: now + 1) else { throw Lifetime.expired }
        do throws(CredentialError) { try credentials.renew(at: now) } catch {
            throw SigningStoppedError(error.description)
        }
    }

    package func sign(
        _ object: SigningObject, at now: Double, into signed: inout SignedURL
    ) throws(SigningError) {
        let session = session(at: Int64(now))
        let url = object.url
        if url.hasQuery {
            var query = CanonicalQuery(url.query)
            query.add(canonical: session.canonicalQuery)
            CanonicalRequest.write(url, query: query.text, into: &request)
        } else {
            CanonicalRequest.write(url, query: session.canonicalQuery, into: &request)
        }
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: session.textStart)
        Hexadecimal.append(hash[..<hasher.hash(request, into: &hash)], to: &text)
        session.key.sign(text, into: &hash)

        signed.expires = session.end
        signed.begin(with: url)
        signed.bytes.append(contentsOf: session.query)
        signed.bytes.append(contentsOf: "&X-Amz-Signature=".utf8)
        Hexadecimal.append(hash[..<MessageCode.length], to: &signed.bytes)
    }

    /// What all URLs of one second have in common.
    private func session(at second: Int64) -> Session {
        if let session, session.second == second, session.credentials == credentials.current { return session }
        let end = min(
            lifetime.end(from: Double(second)), second + Int64(Self.longestLifetime),
            credentials.current.expiresAt ?? .max)
        let made = Session(
            credentials: credentials.current, region: region, second: second, end: max(end, second + 1), like: session)
        session = made
        return made
    }
}

/// What the URLs that are signed by one key in one second have in common. A class, as each line looks at it.
final class Session {
    let credentials: Credentials
    /// Unix seconds of the signature and of its end.
    let second, end: Int64
    let key: SigningKey
    /// As it is in the URL, without the signature.
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
            key = SigningKey(secret: credentials.secretAccessKey, day: moment.prefix(8), region: region.name)
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
