package import Curl
internal import Glibc

/// A server that answers with pages of JSON, and how it is asked.
package struct PageServer: Sendable {
    let address: WebAddress
    let token: BearerToken?
    let trust: TrustSettings
    let limits: PageLimits

    package init(
        _ address: WebAddress, token: BearerToken?, trust: TrustSettings = TrustSettings(),
        limits: PageLimits = PageLimits()
    ) throws(CatalogError) {
        guard !address.hasCredentials else {
            throw CatalogError("the URL has a user name or password: put a token into a file, see --token-file")
        }
        guard token == nil || address.isEncrypted || address.isLoopback else {
            throw CatalogError("\(address.withoutQuery): a token is not sent without encryption: give an https URL")
        }
        (self.address, self.token, self.trust, self.limits) = (address, token, trust, limits)
    }

    /// As messages show it.
    var name: String { address.withoutQuery }
}

/// What a server asks for before it answers (RFC 6750). It has no printable form.
package struct BearerToken: Sendable, CustomStringConvertible {
    private let text: String

    /// Nil where it cannot be in a header line.
    package init?(_ text: String) {
        guard text.isHeaderWord else { return nil }
        self.text = text
    }

    var header: String { "Authorization: Bearer \(text)" }

    package var description: String { "<token>" }
}

/// How long, how large and how often.
package struct PageLimits: Sendable {
    /// Seconds to connect, for a whole page, and without a byte.
    var connecting = 30.0
    var wholePage = 300.0
    var silence = 60.0
    var bytes = 64 << 20
    /// How many times a page is asked for, while another time can help.
    var tries = 5
    /// The longest wait that a server may ask for, in seconds.
    var longestPause = 300.0
    /// Waits this many seconds.
    var pause: @Sendable (Double) -> Void = { _ = usleep(UInt32($0 * 1_000_000)) }

    package init() {}

    package init(bytes: Int, pause: @escaping @Sendable (Double) -> Void) {
        self.bytes = bytes
        self.pause = pause
    }

    func settings(trust: TrustSettings) -> TransferSettings {
        var settings = TransferSettings(
            userAgent: "tf-catalog", connectTimeout: connecting, wholeTimeout: wholePage, stallTimeout: silence,
            stallSpeed: 1)
        settings.trust = trust
        return settings
    }

    /// Waits before the next try, after so many: for what the server wants, else twice as long each time.
    func wait(after answer: WebAnswer, _ tries: Int) {
        pause(min(answer.retryAfter ?? Double(1 << (tries - 1)), longestPause))
    }
}

/// Asks a server for pages, one after the other, over one connection.
final class PageClient {
    private let server: PageServer
    private let client: WebClient

    init(_ server: PageServer) {
        self.server = server
        client = WebClient(server.limits.settings(trust: server.trust))
    }

    /// The body of a page, asked for again while that can help.
    func page(_ address: WebAddress) throws(CatalogError) -> [UInt8] {
        var request = TransferRequest(url: Array(address.text.utf8))
        request.headers = ["Accept: application/json"] + (server.token.map { [$0.header] } ?? [])
        var count = 0
        while true {
            count += 1
            let answer = client.ask(request, limit: server.limits.bytes)
            if answer.isGood { return answer.body }
            guard count < server.limits.tries, answer.mayPass else { throw refusal(address, answer) }
            server.limits.wait(after: answer, count)
        }
    }

    private func refusal(_ address: WebAddress, _ answer: WebAnswer) -> CatalogError {
        let reason =
            switch (answer.failure, answer.status) {
            case (let failure?, _) where failure.kind == .stoppedByReceiver:
                "a page of more than \(server.limits.bytes >> 20) MiB: ask for smaller ones"
            case (let failure?, _): failure.phrase
            case (nil, 401), (nil, 403): "the server refuses (\(answer.status)): check --token-file"
            case (nil, 300..<400): "the server redirects to \(Self.place(answer)): give that URL if you trust it"
            case (nil, let status): "the server answers \(status)"
            }
        return CatalogError("\(address.withoutQuery): \(reason)")
    }

    private static func place(_ answer: WebAnswer) -> String {
        answer.headers["location"].map { "to '\($0.prefix { $0 != "?" })'" } ?? "but not where"
    }
}
