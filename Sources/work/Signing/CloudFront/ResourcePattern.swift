/// The `Resource` of a policy. Its wildcards match within a section of the URL (protocol, domain, path, query); a `*` at
/// the end of the path covers the query too.
struct ResourcePattern: Equatable {
    private let scheme: Wildcard
    private let domain: Wildcard
    private let path: Wildcard
    /// Nil where a URL must have no query.
    private let query: Wildcard?
    private let coversEverything: Bool

    init(_ text: String) {
        coversEverything = text == "*"
        let (beforeQuery, query) = text.cut(at: #"\?"#)
        let (scheme, rest) = beforeQuery.cut(at: "://")
        let (domain, path) = (rest ?? "").cut(at: "/")
        self.scheme = Wildcard(scheme)
        self.domain = Wildcard(domain)
        self.path = Wildcard(path ?? "")
        self.query = query.map { Wildcard($0) } ?? (path?.hasSuffix("*") == true ? Wildcard("*") : nil)
    }

    func matches(_ url: String) -> Bool {
        if coversEverything { return true }
        let (beforeQuery, query) = url[...].cut(at: "?")
        let (scheme, rest) = beforeQuery.cut(at: "://")
        let (domain, path) = (rest ?? "").cut(at: "/")
        guard self.scheme.matches(scheme), self.domain.matches(domain), self.path.matches(path ?? "") else {
            return false
        }
        guard let pattern = self.query else { return query == nil }
        return pattern.matches(query ?? "")
    }
}

extension StringProtocol where SubSequence == Substring {
    /// What stands before and behind the first occurrence of a mark; nil behind it where it does not occur.
    fileprivate func cut(at mark: String) -> (Substring, Substring?) {
        let parts = self[...].split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0], parts.count == 2 ? parts[1] : nil)
    }
}
