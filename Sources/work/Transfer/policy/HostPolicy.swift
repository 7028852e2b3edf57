internal import Records
internal import Store

/// Which hosts are asked: by a record's URL, and by a redirect.
package struct HostPolicy: Sendable {
    /// The only hosts that are asked; empty: all. `*.example.org` means all below `example.org`.
    private let allowed: [String]
    /// Whether a redirect may lead to another host.
    private let followsToOthers: Bool

    /// Redirects that are followed one after the other, for one try.
    static let mostRedirects = 10

    package init(allowed: [String] = [], followsToOthers: Bool = false) {
        self.allowed = allowed.map { $0.lowercased() }
        self.followsToOthers = followsToOthers
    }

    /// Whether a host of some URL could be meant: a name, an address, or `*.` and a name.
    package static func isHost(_ pattern: String) -> Bool {
        let host = (pattern.hasPrefix("*.") ? pattern.dropFirst(2) : pattern[...]).lowercased()
        return !host.isEmpty && !host.contains("*") && VideoURL(Array("http://\(host)/".utf8))?.host == host[...]
    }

    /// What speaks against asking this URL's host.
    func refusal(of url: VideoURL) -> TryError? {
        guard !allowed.isEmpty, !allowed.contains(where: { Self.matches(url.host, $0) }) else { return nil }
        return TryError(.badRecord, "host '\(url.host)' is not one of --allow-host", countsAsAttempt: false)
    }

    /// What speaks against going on at the other URL. From TLS to none is never followed: what was secret would not be.
    ///
    /// It is not the record's fault: a portal on the way redirects everything to itself, without the marks of an
    /// origin; with them, it is a matter of the settings.
    ///
    /// - Parameters:
    ///   - redirects: that this try has followed already.
    ///   - marks: of the answer that redirects.
    func refusal(
        ofRedirectFrom url: VideoURL, to target: VideoURL, after redirects: Int = 0, marks: AnswerMarks = AnswerMarks()
    ) -> TryError? {
        guard let reason = reason(againstRedirectFrom: url, to: target) else {
            guard redirects >= Self.mostRedirects else { return nil }
            return TryError(.badRequest, "the origin redirected \(redirects) times, and again", owner: .host)
        }
        return TryError(.badRequest, "the origin redirects " + reason, owner: marks.isEmpty ? .way : .credentials)
    }

    private func reason(againstRedirectFrom url: VideoURL, to target: VideoURL) -> String? {
        if url.isEncrypted && !target.isEncrypted { return "from https to '\(target.origin)', without TLS" }
        if !allowed.isEmpty {
            return refusal(of: target).map { _ in "to '\(target.host)', not one of --allow-host" }
        }
        if followsToOthers || Self.isSameHost(url, target) { return nil }
        return "to '\(target.origin)': --follow would go there"
    }

    /// The same port too, but where it goes from http to https.
    static func isSameHost(_ url: VideoURL, _ target: VideoURL) -> Bool {
        url.origin == target.origin || (url.host == target.host && !url.isEncrypted && target.isEncrypted)
    }

    private static func matches(_ host: Substring, _ pattern: String) -> Bool {
        pattern.hasPrefix("*.") ? host.hasSuffix(pattern.dropFirst()) : host == pattern
    }
}
