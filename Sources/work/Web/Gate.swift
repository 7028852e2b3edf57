/// Who may ask for what.
///
/// A page of another site can make its reader's browser send requests here. It cannot forge where they come from, so
/// they are told apart by what the browser says; by `Host` also where the site's own name was made to point here (DNS
/// rebinding).
///
/// A reverse proxy may put the name of this server into `Host` in place of the one that the browser asked for. What the
/// browser says of the page is then compared with the name that the proxy gives in `X-Forwarded-Host` or `Forwarded`,
/// or with the names that the user gave.
package struct Gate: Sendable {
    /// Names of the service, besides addresses and `localhost`.
    private let names: Set<String>
    private let token: String

    package init(names: some Sequence<String>, token: String) {
        self.names = Set(names.map { $0.lowercased() })
        self.token = token
    }

    /// Throws where the sender may not have this.
    func admit(_ sender: Sender, to route: Route, method: String) throws(WebError) {
        guard isKnown(sender.host) else {
            throw WebError(.misdirected, "the name in 'Host' is not known here: give it to 'tf-bulk serve' with --host")
        }
        // Each proxy of a chain adds the name that it was asked by, and a client may have begun the list.
        guard sender.forwardedHosts.allSatisfy(isKnown) else {
            throw WebError(
                .misdirected,
                "the name that the proxy was asked by is not known here: give it to 'tf-bulk serve' with --host")
        }
        let site = site(of: sender)
        guard site != .another else { throw WebError(.forbidden, Self.otherSite) }
        guard route.changesSomething, site != .own, !holdsToken(sender) else { return }
        guard route.isOpenToPlainGET, method == "GET", sender.token == nil, sender.isOldClient else {
            throw WebError(
                .forbidden, "this needs the token that 'tf-bulk serve' printed, as 'Authorization: Bearer TOKEN'")
        }
    }

    private static let otherSite = """
        requests from other sites are refused; if a proxy is in front of this server, let it pass on 'Host', and give \
        its name to 'tf-bulk serve' with --host, see tf-web(8)
        """

    private func isKnown(_ host: String?) -> Bool {
        guard let host, let authority = Authority(host, defaultPort: 80) else { return false }
        return authority.isAddress || authority.host == "localhost" || names.contains(authority.host)
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
        guard claims.allSatisfy({ isOwn($0, sender) }) else { return .another }
        switch sender.fetchSite {
        case "same-origin": return .own
        case nil: return sender.origin == nil ? .none : .own
        case "none": return .none
        default: return .another
        }
    }

    /// Whether a page's URL or origin is of this service.
    private func isOwn(_ url: String, _ sender: Sender) -> Bool {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].isEmpty, parts[0] == "http:" || parts[0] == "https:" else { return false }
        let port: UInt16 = parts[0] == "http:" ? 80 : 443
        guard let page = Authority(parts[2], defaultPort: port) else { return false }
        if ([sender.host] + sender.forwardedHosts).contains(where: { Authority($0 ?? "", defaultPort: port) == page }) {
            return true
        }
        // The browser asked the page's own origin, so that is where the proxy is; and its name is the user's own.
        return sender.fetchSite == "same-origin" && names.contains(page.host)
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
    /// The hosts that proxies were asked for, by `X-Forwarded-Host` and `Forwarded` (RFC 7239).
    package let forwardedHosts: [String]
    /// Whether a proxy passed it on: the address is then the proxy's.
    package let isForwarded: Bool
    /// Whether it says that it is a browser, as all of them do by a name of 1994.
    package let isBrowser: Bool
    /// Of `Authorization: Bearer`.
    package let token: String?

    init(_ variable: (String) -> String?) {
        host = variable("HTTP_HOST")
        origin = variable("HTTP_ORIGIN")
        fetchSite = variable("HTTP_SEC_FETCH_SITE")
        referer = variable("HTTP_REFERER")
        address = variable("REMOTE_ADDR") ?? ""
        let listed = (variable("HTTP_X_FORWARDED_HOST") ?? "").split(separator: ",").map(Self.trimmed)
        forwardedHosts = listed + Self.hosts(forwarded: variable("HTTP_FORWARDED") ?? "")
        isForwarded = Self.proxyHeaders.contains { variable("HTTP_" + $0) != nil }
        isBrowser = variable("HTTP_USER_AGENT")?.hasPrefix("Mozilla/") ?? false
        let words = (variable("HTTP_AUTHORIZATION") ?? "").split(separator: " ")
        token = words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
    }

    /// Headers that proxies, load balancers and networks in front of a server add, as CGI names them.
    static let proxyHeaders = [
        "FORWARDED", "VIA", "X_FORWARDED", "X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PROTO",
        "X_FORWARDED_PORT", "X_FORWARDED_SERVER", "X_FORWARDED_PREFIX", "X_FORWARDED_SCHEME", "X_FORWARDED_SSL",
        "X_ORIGINAL_HOST", "X_ORIGINAL_FORWARDED_FOR", "X_REAL_IP", "X_CLIENT_IP", "X_CLUSTER_CLIENT_IP",
        "X_SCHEME", "FORWARDED_FOR", "CLIENT_IP", "TRUE_CLIENT_IP", "CF_CONNECTING_IP", "CF_RAY", "CDN_LOOP",
        "FASTLY_CLIENT_IP", "X_ENVOY_EXTERNAL_ADDRESS", "X_AMZN_TRACE_ID", "X_AZURE_CLIENTIP", "X_APPENGINE_USER_IP",
        "FRONT_END_HTTPS", "PROXY_CONNECTION",
    ]

    /// Whether it looks like a program of the old system on this machine: no page, no browser, no proxy.
    var isOldClient: Bool { fetchSite == nil && !isBrowser && isOnLoopback }

    private var isOnLoopback: Bool {
        guard !isForwarded else { return false }
        let address = address.hasPrefix("::ffff:") ? address.dropFirst(7) : address[...]
        return address == "::1" || address.hasPrefix("127.") && Authority.isIPv4(address)
    }

    /// The values of `host` in `for=192.0.2.1;host="films.example:8443", for=…`.
    private static func hosts(forwarded: String) -> [String] {
        forwarded.split { $0 == "," || $0 == ";" }.map(trimmed)
            .filter { $0.lowercased().hasPrefix("host=") }
            .map { String($0.dropFirst(5).filter { $0 != "\"" }) }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// A host and its port, as they are in `Host` and in a URL (RFC 3986, section 3.2).
struct Authority: Equatable {
    /// In lower case; an IPv6 address in its brackets.
    let host: String
    let port: UInt16

    /// - Parameter defaultPort: the port where the text names none.
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
