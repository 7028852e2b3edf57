/// Who may ask for what.
///
/// A page of another site can make its reader's browser send requests here. It cannot forge where they come from, so they
/// are told apart by what the browser says; by `Host` also where the site's own name was made to point here (DNS
/// rebinding).
package struct Gate: Sendable {
    /// Names that the service goes by, beside addresses and `localhost`.
    private let names: Set<String>
    private let token: String

    package init(names: some Sequence<String>, token: String) {
        self.names = Set(names.map { $0.lowercased() })
        self.token = token
    }

    /// Throws where the sender may not have this.
    func admit(_ sender: Sender, to route: Route, method: String) throws(Refusal) {
        guard let host = sender.host, let authority = Authority(host, defaultPort: 80), goesBy(authority) else {
            throw Refusal(.misdirected, "this host's name is not known here: see --host of 'tf-bulk serve'")
        }
        let site = site(of: sender)
        guard site != .another else { throw Refusal(.forbidden, "requests from other sites are refused") }
        guard route.changesSomething, site != .own, !holdsToken(sender) else { return }
        guard route.isOpenToPlainGET, method == "GET", sender.token == nil, sender.fetchSite == nil,
            sender.isOnLoopback
        else {
            throw Refusal(
                .forbidden, "this needs the token that 'tf-bulk serve' printed, as 'Authorization: Bearer TOKEN'")
        }
    }

    private func goesBy(_ authority: Authority) -> Bool {
        authority.isAddress || authority.host == "localhost" || names.contains(authority.host)
    }

    private enum Site {
        /// A page of this service.
        case own
        case another
        /// No page: a program, or what the user typed.
        case none
    }

    private func site(of sender: Sender) -> Site {
        let claims = [sender.origin, sender.referer].compactMap(\.self)
        guard claims.allSatisfy({ names(host: sender.host ?? "", $0) }) else { return .another }
        switch sender.fetchSite {
        case "same-origin": return .own
        case nil: return sender.origin == nil ? .none : .own
        case "none": return .none
        default: return .another
        }
    }

    /// Whether a URL or an origin is of this host and port.
    private func names(host: String, _ url: String) -> Bool {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].isEmpty, parts[0] == "http:" || parts[0] == "https:" else { return false }
        let defaultPort: UInt16 = parts[0] == "http:" ? 80 : 443
        guard let named = Authority(parts[2], defaultPort: defaultPort) else { return false }
        return named == Authority(host, defaultPort: defaultPort)
    }

    /// Compares all of it, wherever the first difference is: the time taken must not tell how much was right.
    private func holdsToken(_ sender: Sender) -> Bool {
        guard let given = sender.token, !token.isEmpty, given.utf8.count == token.utf8.count else { return false }
        return zip(given.utf8, token.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
