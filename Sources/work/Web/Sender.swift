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
