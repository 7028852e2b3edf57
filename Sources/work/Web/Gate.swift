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
    func admit(_ sender: Sender, to route: Route, method: String) throws(WebError) {
        guard let host = sender.host, let authority = Authority(host, defaultPort: 80), goesBy(authority) else {
            throw WebError(.misdirected, "this host's name is not known here: see --host of 'tf-bulk serve'")
        }
        let site = site(of: sender)
        guard site != .another else { throw WebError(.forbidden, "requests from other sites are refused") }
        guard route.changesSomething, site != .own, !holdsToken(sender) else { return }
        guard route.isOpenToPlainGET, method == "GET", sender.token == nil, sender.fetchSite == nil,
            sender.isOnLoopback
        else {
            throw WebError(
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

/// What a request says about who sent it. Browsers do not let a page forge `Host`, `Origin` or `Sec-Fetch-Site` (Fetch
/// Standard, "forbidden request-header"); other programs can say what they like.
package struct Sender: Equatable, Sendable {
    package let host: String?
    package let origin: String?
    /// `same-origin`, `same-site`, `cross-site`, or `none` for what the user typed (Fetch Metadata).
    package let fetchSite: String?
    package let referer: String?
    package let address: String
    /// Whether a proxy passed it on: the address is then the proxy's.
    package let isForwarded: Bool
    /// Of `Authorization: Bearer`.
    package let token: String?

    init(_ variable: (String) -> String?) {
        host = variable("HTTP_HOST")
        origin = variable("HTTP_ORIGIN")
        fetchSite = variable("HTTP_SEC_FETCH_SITE")
        referer = variable("HTTP_REFERER")
        address = variable("REMOTE_ADDR") ?? ""
        isForwarded = ["HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP"]
            .contains { variable($0) != nil }
        let words = (variable("HTTP_AUTHORIZATION") ?? "").split(separator: " ")
        token = words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
    }

    var isOnLoopback: Bool {
        guard !isForwarded else { return false }
        let address = address.hasPrefix("::ffff:") ? address.dropFirst(7) : address[...]
        return address == "::1" || address.hasPrefix("127.") && Authority.isIPv4(address)
    }
}

/// A host and its port, as they stand in `Host` and in a URL (RFC 3986, section 3.2).
struct Authority: Equatable {
    /// In lower case; an IPv6 address in its brackets.
    let host: String
    let port: UInt16

    /// - Parameter defaultPort: what holds where the text names none.
    init?(_ text: some StringProtocol, defaultPort: UInt16) {
        let text = text.lowercased()
        let host = text.hasPrefix("[") ? text.prefix { $0 != "]" } + "]" : text.prefix { $0 != ":" }
        let rest = text.dropFirst(host.count)
        guard text.hasPrefix(host), !host.isEmpty, host.unicodeScalars.allSatisfy(Self.isAllowed) else { return nil }
        self.host = String(host)
        if rest.isEmpty {
            port = defaultPort
        } else if rest.first == ":", let number = UInt16(rest.dropFirst()) {
            port = number
        } else {
            return nil
        }
    }

    /// Whether it is an address: no name service has a say in where such a request goes.
    var isAddress: Bool { host.hasPrefix("[") || Self.isIPv4(host) }

    static func isIPv4(_ text: some StringProtocol) -> Bool {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers.allSatisfy { $0.allSatisfy(\.isASCII) && UInt8($0) != nil }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "0"..."9", ".", "-", "_", ":", "[", "]": true
        default: false
        }
    }
}
