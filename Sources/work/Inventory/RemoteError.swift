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

    /// So that it says what has to be read, whatever the user's settings say of its log.
    package static let environment = [
        "RCLONE_LOG_LEVEL": "NOTICE", "RCLONE_LOG_FILE": "", "RCLONE_QUIET": "false", "RCLONE_VERBOSE": "0",
    ]
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
        let words = text.split(whereSeparator: \.isWhitespace).map { word -> Substring in
            let start = word.firstRange(of: "://")?.upperBound ?? word.startIndex
            var host = word[start...]
            let authority = host.prefix { $0 != "/" && $0 != "?" }
            if start > word.startIndex, let at = authority.lastIndex(of: "@") { host = host[host.index(after: at)...] }
            // A question ends in one as well.
            let query = host.indices.dropLast().first {
                host[$0] == "?" || host[$0] == "#" && start > word.startIndex
            }
            let end = query.map { "?…" + String(host[$0...].drop { $0 != "\"" }) } ?? ""
            return word[..<start] + host[..<(query ?? host.endIndex)] + end
        }
        return String(withoutKeys(words.joined(separator: " ")).prefix(longest))
    }

    /// A store that refuses a key may repeat it: `AWSAccessKeyId=…`, `secret: …`, `<SessionToken>…`. What is behind the
    /// name of an error (`ExpiredToken: The …`), or names the next thing, is no key.
    private static func withoutKeys(_ text: String) -> String {
        let named =
            /([\w\-]*(?:key|secret|token|password|signature|credential)[\w\-]*"?(?:=|>|: ?)"?)([^\s"'&,;<>]+)/
            .ignoresCase()
        return text.replacing(named) { match in
            match.2 == "The" || match.2.hasSuffix(":") ? match.0 : match.1 + "…"
        }
    }
}
