internal import Glibc

/// The program that knows the stores.
package enum Rclone {
    package static var isInstalled: Bool {
        let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        return folders.split(separator: ":").contains { access("\($0)/rclone", X_OK) == 0 }
    }

    /// How it is started: it ends with this process, however that ends, and asks for no password.
    package static func words(_ arguments: [String]) -> [String] {
        ["setpriv", "--pdeathsig", "KILL", "--", "rclone", "--ask-password=false"] + arguments
    }
}

/// Why there is nothing to work with: no rclone, or no store.
package enum RemoteError: Error, Equatable, CustomStringConvertible {
    case noRclone
    case cannotStart(String)
    /// The call cannot be made, as rclone is gone or does not answer.
    case gone(String)
    /// The store cannot be listed.
    case noListing(String)

    package var description: String {
        switch self {
        case .noRclone: "'rclone': not found: install it, as with 'apt-get install rclone'"
        case .cannotStart(let reason): "rclone does not start: \(reason)"
        case .noListing(let reason): "cannot be listed: \(reason)"
        case .gone(let reason): "rclone does not answer (\(reason)): run again"
        }
    }
}

/// What rclone says, fit for people and logs.
package enum RemoteMessage {
    private static let longest = 300

    /// One line, where every address has lost its user, its password and its query: stores sign requests in them.
    package static func harmless(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).map { word in
            guard let scheme = word.firstRange(of: "://") else { return withoutKey(word) }
            var host = word[scheme.upperBound...]
            let authority = host.prefix { $0 != "/" && $0 != "?" }
            if let at = authority.lastIndex(of: "@") { host = host[host.index(after: at)...] }
            let query = host.firstIndex { $0 == "?" || $0 == "#" }
            let end = query.map { "?…" + String(host[$0...].drop { $0 != "\"" }) } ?? ""
            return word[..<scheme.upperBound] + host[..<(query ?? host.endIndex)] + end
        }
        return String(words.joined(separator: " ").prefix(longest))
    }

    /// A store that refuses a key may repeat it: `AWSAccessKeyId=…`, `secret:…`.
    private static func withoutKey(_ word: Substring) -> String {
        let name = word.prefix { $0 != "=" && $0 != ":" }
        guard name.count < word.count else { return String(word) }
        let isSecret = ["key", "secret", "token", "password", "signature", "credential"].contains {
            name.lowercased().contains($0)
        }
        return isSecret && word.count > name.count + 1 ? name + "=…" : String(word)
    }
}
