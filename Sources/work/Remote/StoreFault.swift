package import Records

/// What went wrong at the store, by what rclone says of it, and what that means for the others.
package struct StoreFault: Error, Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// It may pass by itself: the same again, later.
        case passing
        /// It holds for every file, until somebody mends it.
        case standing
        /// It is this file's alone.
        case own
    }

    package let kind: Kind
    package let code: ErrorCode
    package let owner: FaultOwner
    /// What is wrong, and what to do.
    package let message: String

    package init(_ kind: Kind, _ code: ErrorCode, owner: FaultOwner? = nil, _ message: String) {
        (self.kind, self.code, self.message) = (kind, code, message)
        self.owner = owner ?? code.usualOwner
    }

    /// rclone tells what it was told by seventy kinds of stores, in words: there are no codes.
    ///
    /// - Parameter names: of files and places, which may be in it and mean nothing.
    package init(_ words: String, about names: [String] = []) {
        let text = Self.withoutNames(words, names).lowercased()
        let numbers = Set(text.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map(String.init))
        let rule =
            Self.rules.first { rule in
                rule.words.contains { $0.allSatisfy(\.isNumber) ? numbers.contains($0) : text.contains($0) }
            } ?? Self.unknown
        self.init(
            rule.kind, rule.code, owner: rule.owner, "\(words)\(rule.advice.isEmpty ? "" : ": \(rule.advice)")")
    }

    /// Without the names, and without addresses and paths.
    private static func withoutNames(_ words: String, _ names: [String]) -> String {
        var text = words
        for name in names.flatMap({ [$0[...]] + $0.split(separator: "/").suffix(1) }) where name.count > 3 {
            text = text.replacing(name, with: "…")
        }
        return text.replacing(/"[^"]*\/[^"]*"/, with: "…").replacing(/[^\s"]*\/[^\s"]*/, with: "…")
    }

    static let interrupted = StoreFault(.own, .interrupted, "stopped before the store had it")

    private struct Rule {
        let kind: Kind
        let code: ErrorCode
        var owner: FaultOwner?
        let advice: String
        /// In small letters; one of them is enough. A number has to be a word of its own.
        let words: [String]
    }

    private static let unknown = Rule(kind: .passing, code: .storeFailed, advice: "", words: [])

    /// The first that fits counts: what tells more stands before what tells less.
    private static let rules: [Rule] = [
        Rule(
            kind: .standing, code: .badRequest, owner: .store,
            advice: "'rclone listremotes' lists the remotes that there are",
            words: ["didn't find section", "didn't find backend"]),
        Rule(
            kind: .standing, code: .badRequest, owner: .store, advice: "name a folder",
            words: ["is a file not a directory"]),
        // Its sizes may look like a status.
        Rule(
            kind: .passing, code: .mismatch, owner: .store, advice: "", words: ["corrupted on transfer", "checksum"]),
        Rule(
            kind: .passing, code: .rateLimited, owner: .store, advice: "the store asks to slow down",
            words: ["slowdown", "slow down", "too many requests", "429", "ratelimit", "rate limit", "throttl"]),
        Rule(
            kind: .own, code: .fileTooLarge, advice: "the store takes no file of this size",
            words: ["entitytoolarge", "file too large", "413 request entity too large", "file is too large"]),
        Rule(
            kind: .own, code: .unsafePath, advice: "the store takes no such name",
            words: [
                "file name too long", "keytoolong", "name is too long", "invalid file name", "invalid path",
                "is a directory", "not a directory",
            ]),
        Rule(
            kind: .standing, code: .storeRefused, advice: "name a bucket after the colon",
            words: ["minimum field size of 1", "bucket name is required", "without bucket"]),
        Rule(
            kind: .standing, code: .storeFull, advice: "make room in the store",
            words: [
                "no space left", "insufficient storage", "507", "quota", "storagefull", "disk full",
                "not enough space", "xminiostoragefull", "insufficientstorage", "not enough free space",
            ]),
        Rule(
            kind: .standing, code: .storeRefused, advice: "the store is read-only: make it writable",
            words: ["read-only", "read only", "readonly", "erofs"]),
        Rule(
            kind: .standing, code: .storeRefused, advice: "check the clock: 'date'",
            words: ["requesttimetooskewed", "clock skew", "time too skewed"]),
        Rule(
            kind: .standing, code: .storeRefused, advice: "get a new key or token for the store",
            words: ["expiredtoken", "token has expired", "token is expired", "expired token", "invalid_grant"]),
        Rule(
            kind: .standing, code: .storeRefused, advice: "check the store's key and what it may do",
            words: [
                "accessdenied", "access denied", "forbidden", "unauthorized", "permission denied", "401", "403",
                "signaturedoesnotmatch", "invalidaccesskeyid", "authorizationheadermalformed", "authentication",
                "login incorrect", "invalid credentials", "operation not permitted", "accountproblem",
            ]),
        Rule(
            kind: .standing, code: .storeRefused, advice: "check the remote and the name of the bucket",
            words: [
                "nosuchbucket", "bucket does not exist", "invalidbucketname", "bucketalreadyexists",
                "permanentredirect",
            ]),
        Rule(
            kind: .passing, code: .storeDown, advice: "",
            words: [
                "connection refused", "connection reset", "no such host", "timeout", "deadline exceeded", "eof",
                "network is unreachable", "no route to host", "broken pipe", "502", "503", "504", "500",
                "internalerror", "serviceunavailable", "service unavailable", "bad gateway", "tls", "x509",
                "server misbehaving", "connection lost", "closed network connection", "dial tcp", "canceled",
            ]),
    ]
}
