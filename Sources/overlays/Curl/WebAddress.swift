internal import CCurl

/// An absolute http or https URL, taken apart by libcurl's own rules, so that what is checked is what is asked.
package struct WebAddress: Equatable, Sendable {
    /// As it is asked for: resolved, without a fragment and the scheme's own port.
    package let text: String
    /// Scheme, host and port; the port is there even where it is the scheme's own.
    package let origin: String
    /// In small letters; an IPv6 address has its brackets.
    package let host: String
    package let isEncrypted: Bool
    /// Whether the host is this machine.
    package let isLoopback: Bool
    /// Whether there is a user name or password in it.
    package let hasCredentials: Bool

    /// Nil for what is not an http or https URL.
    ///
    /// - Parameter base: what a relative URL is resolved against.
    package init?(_ text: String, relativeTo base: WebAddress? = nil) {
        guard let parts = unsafe curl_url() else { fatalError("no memory for a URL") }
        defer { unsafe curl_url_cleanup(parts) }
        if let base, unsafe curl_url_set(parts, CURLUPART_URL, base.text, 0) != CURLUE_OK { return nil }
        guard unsafe curl_url_set(parts, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK else {
            return nil
        }
        unsafe curl_url_set(parts, CURLUPART_FRAGMENT, nil, 0)
        guard let whole = unsafe Self.part(CURLUPART_URL, of: parts, UInt32(CURLU_NO_DEFAULT_PORT)),
            let scheme = unsafe Self.part(CURLUPART_SCHEME, of: parts), scheme == "http" || scheme == "https",
            let host = unsafe Self.part(CURLUPART_HOST, of: parts)?.lowercased(),
            let port = unsafe Self.part(CURLUPART_PORT, of: parts)
        else { return nil }
        self.text = whole
        origin = "\(scheme)://\(host):\(port)"
        self.host = host
        isEncrypted = scheme == "https"
        // A name may begin like an address.
        let isLoopbackAddress = host.hasPrefix("127.") && host.utf8.allSatisfy { ".0123456789".utf8.contains($0) }
        isLoopback = host == "localhost" || host == "[::1]" || isLoopbackAddress
        hasCredentials =
            unsafe Self.part(CURLUPART_USER, of: parts) != nil || Self.part(CURLUPART_PASSWORD, of: parts) != nil
    }

    /// Whether a text is meant for a URL of the web: it begins like one, in whatever letters.
    package static func isMeant(by text: String) -> Bool {
        ["http://", "https://"].contains { text.lowercased().hasPrefix($0) }
    }

    /// For messages: without a query, which may hold a secret.
    package var withoutQuery: String { String(text.prefix { $0 != "?" }) }

    private static func part(
        _ part: CURLUPart, of parts: OpaquePointer, _ flags: UInt32 = UInt32(CURLU_DEFAULT_PORT)
    ) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe tfcurl_url_get(parts, part, &text, flags) == CURLUE_OK, let text = unsafe text else { return nil }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}
