internal import NDJSON
internal import OpenSSL
internal import POSIX
internal import Records

/// What a signed URL grants, for people and as JSON. It has no signature and no token.
package struct Explanation {
    private let object: SignedObject
    private let verdict: Verdict
    private let now: Double

    /// What is known of the signature.
    package enum Verdict: Equatable, Sendable {
        case good(by: String)
        case bad(by: String)
        /// For want of a key, or of what the URL does not show.
        case unchecked(String)
    }

    package init(_ object: SignedObject, verdict: Verdict, now: Double) {
        (self.object, self.verdict, self.now) = (object, verdict, now)
    }

    /// For people: names, and their values.
    package var rows: [(name: String, text: String)] {
        var rows = [("url", object.url)]
        switch object.scheme {
        case .cloudFront(let grant): rows += Self.rows(grant)
        case .s3(let grant): rows += Self.rows(grant)
        }
        rows.append(("from", start))
        rows.append(("until", moment(object.expires) + (object.state(at: now) == .expired ? ": it has expired" : "")))
        if case .cloudFront(let grant) = object.scheme {
            rows.append(("addresses", grant.policy.addresses?.text ?? "any"))
        }
        return rows + [("signature", signatureText)]
    }

    private static func rows(_ grant: CloudFrontGrant) -> [(String, String)] {
        let pattern =
            grant.policy.resource ?? (grant.isCanned ? "this URL alone" : "everything: the policy names no resource")
        return [
            ("scheme", "CloudFront, \(grant.isCanned ? "canned" : "custom") policy"),
            ("resource", pattern + (grant.coversURL ? "" : ", which is not this URL: CloudFront answers AccessDenied")),
            ("key pair", grant.keyPairID),
            ("hash", grant.digest.rawValue),
        ]
    }

    private static func rows(_ grant: S3Grant) -> [(String, String)] {
        let headers = grant.headers.isEmpty ? [] : [("headers", grant.headers.joined(separator: ", "))]
        return [
            ("scheme", "S3, Signature Version 4"),
            ("access key", grant.accessKeyID + (grant.isTemporary ? ", temporary: it expires with its session" : "")),
            ("region", grant.region),
        ] + headers
    }

    private var start: String {
        guard let start = object.notBefore else { return "at once" }
        return moment(start) + (object.state(at: now) == .notYet ? ": it is not valid yet" : "")
    }

    private func moment(_ seconds: Int64) -> String {
        "\(CalendarTime(unix: seconds).rfc3339) (\(CalendarTime.local(unix: seconds)))"
    }

    private var signatureText: String {
        switch verdict {
        case .good(let key): "good, by \(key)"
        case .bad(let key): "not good: \(key) did not make it, or the URL was changed"
        case .unchecked(let reason): "not checked: \(reason)"
        }
    }
}

// MARK: - JSON

extension Explanation {
    private enum Name: UInt8, FieldName {
        case scheme, url, policy, resource, coversURL, keyPairID, accessKeyID, region, isTemporary, headers, hash
        case notBefore, expiresAt, state, addresses, signature

        static let names = [
            "scheme", "url", "policy", "resource", "covers_url", "key_pair_id", "access_key_id", "region", "temporary",
            "headers", "hash", "not_before", "expires_at", "state", "addresses", "signature",
        ]
    }

    /// One object on a line.
    package var json: String {
        var line = LineBuffer()
        line.open()
        line.add(Name.url, object.url)
        switch object.scheme {
        case .cloudFront(let grant): add(grant, to: &line)
        case .s3(let grant): add(grant, to: &line)
        }
        if let start = object.notBefore { line.add(Name.notBefore, start) }
        line.add(Name.expiresAt, object.expires)
        line.add(Name.state, object.state(at: now).rawValue)
        switch verdict {
        case .good: line.add(Name.signature, "good")
        case .bad: line.add(Name.signature, "bad")
        case .unchecked: line.add(Name.signature, "unchecked")
        }
        line.close()
        return String(decoding: line.bytes, as: UTF8.self)
    }

    private func add(_ grant: CloudFrontGrant, to line: inout LineBuffer) {
        line.add(Name.scheme, "cloudfront")
        line.add(Name.policy, grant.isCanned ? "canned" : "custom")
        if let pattern = grant.policy.resource ?? (grant.isCanned ? object.url : nil) {
            line.add(Name.resource, pattern)
        }
        line.add(Name.coversURL, grant.coversURL)
        line.add(Name.keyPairID, grant.keyPairID)
        line.add(Name.hash, grant.digest.rawValue)
        if let addresses = grant.policy.addresses { line.add(Name.addresses, addresses.text) }
    }

    private func add(_ grant: S3Grant, to line: inout LineBuffer) {
        line.add(Name.scheme, "s3")
        line.add(Name.accessKeyID, grant.accessKeyID)
        line.add(Name.region, grant.region)
        line.add(Name.isTemporary, grant.isTemporary)
        if !grant.headers.isEmpty { line.add(Name.headers, grant.headers) }
        line.add(Name.hash, "sha256")
    }
}
