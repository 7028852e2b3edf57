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
        /// A key is missing, or something that the URL does not show.
        case unchecked(String)
    }

    package init(_ object: SignedObject, verdict: Verdict, now: Double) {
        (self.object, self.verdict, self.now) = (object, verdict, now)
    }

    /// For people: names, and their values.
    package var rows: [(name: String, text: String)] {
        let until = moment(object.expires) + (object.state(at: now) == .expired ? ": it has expired" : "")
        return [("url", object.url)] + object.grant.rows + [("from", start), ("until", until)] + object.grant.limits
            + [("signature", signatureText)]
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
        case url, notBefore, expiresAt, state, signature

        static let names = ["url", "not_before", "expires_at", "state", "signature"]
    }

    /// One object on a line.
    package var json: String {
        var line = LineBuffer()
        line.open()
        line.add(Name.url, object.url)
        object.grant.write(to: &line)
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
}
