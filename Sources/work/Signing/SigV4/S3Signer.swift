internal import OpenSSL
internal import POSIX

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
        lifetime.isOver(at: now + 1) || credentials.needsRenewal(at: now)
    }

    package func renew(at now: Double) throws(SigningEnd) {
        guard !lifetime.isOver(at: now + 1) else { throw Lifetime.over }
        do throws(CredentialError) { try credentials.renew(at: now) } catch { throw SigningEnd(error.description) }
    }

    package func sign(
        _ object: SigningObject, at now: Double, into signed: inout SignedURL
    ) throws(SigningFailure) {
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
