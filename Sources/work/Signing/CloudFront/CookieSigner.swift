package import POSIX
internal import Records

/// Signs by cookies: a course's folder gets a set of them in a jar, and its URLs stay as they are. The set is
/// `CourseSigner`'s signature in other words (CloudFront Developer Guide, "Set signed cookies using a custom policy").
package final class CookieSigner: URLSigner {
    private let course: CourseSigner
    private let jar: SignedCookieJar
    private var signed = SignedURL()

    package let needsCourse = true
    package let signsURLs = false

    package init(_ course: CourseSigner, jar: SignedCookieJar) {
        (self.course, self.jar) = (course, jar)
    }

    package func needsRenewal(at now: Double) -> Bool { course.needsRenewal(at: now) }

    package func renew(at now: Double) throws(SigningStoppedError) { try course.renew(at: now) }

    /// The jar has the cookies when this returns.
    package func sign(
        _ object: SigningObject, at now: Double, into result: inout SignedURL
    ) throws(SigningError) {
        let url = object.url
        try course.sign(object, at: now, into: &signed)
        let query = SignedQuery(String(decoding: signed.bytes[(url.bytes.count + 1)...], as: UTF8.self))
        let folder = url.path[...(url.path.lastIndex(of: UInt8(ascii: "/")) ?? url.path.startIndex)]
        do throws(SystemError) {
            try jar.keep(
                SignedCookies(
                    host: Self.host(of: url), path: String(decoding: folder, as: UTF8.self),
                    isSecure: url.bytes[4] | 0x20 == UInt8(ascii: "s"), expires: signed.expires,
                    values: [
                        ("Policy", query.policy), ("Signature", query.signature), ("Key-Pair-Id", query.keyPairID),
                        ("Hash-Algorithm", query.hashAlgorithm),
                    ].compactMap { name, value in value.map { (name, $0) } }))
        } catch { throw .jar(error.description) }
        result = SignedURL(bytes: url.bytes, expires: signed.expires)
    }

    /// Cookies have no ports (RFC 6265, section 8.5).
    private static func host(of url: ResourceURL) -> String {
        let host = String(decoding: url.bytes[url.authority], as: UTF8.self).lowercased()
        guard let colon = host.lastIndex(of: ":"), host.last != "]" else { return host }
        return String(host[..<colon])
    }
}

/// What opens a folder.
package struct SignedCookies {
    let host: String
    let path: String
    let isSecure: Bool
    let expires: Int64
    let values: [(name: String, value: String)]

    fileprivate var lines: String {
        values.map { name, value in
            "\(host)\tFALSE\t\(path)\t\(isSecure ? "TRUE" : "FALSE")\t\(expires)\tCloudFront-\(name)\t\(value)\n"
        }.joined()
    }
}

/// A file of cookies in Netscape's form, for its owner alone. It is replaced whole, so that who reads it has all cookies
/// of a set or none.
package final class SignedCookieJar {
    private let file: ReplacedFile
    /// The sets by the place that they open, the latest last.
    private var sets: [(place: String, lines: String)] = []

    /// Courses come one after the other: with more of them in the file, reading it again for each new one would cost
    /// more than signing the oldest again.
    private static let mostSets = 256

    package init(_ path: String) throws(SystemError) { file = try ReplacedFile(path, isPrivate: true) }

    func keep(_ cookies: SignedCookies) throws(SystemError) {
        let (place, lines) = ("\(cookies.host)\t\(cookies.path)", cookies.lines)
        if sets.last?.lines == lines || sets.contains(where: { $0.lines == lines }) { return }
        sets.removeAll { $0.place == place }
        if sets.count >= Self.mostSets { sets.removeFirst() }
        sets.append((place, lines))
        try file.replace(Array(("# Netscape HTTP Cookie File\n" + sets.map(\.lines).joined()).utf8))
    }
}
