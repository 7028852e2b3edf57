package import Curl
internal import Glibc
internal import POSIX

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
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
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
}

/// Asks a server for pages, one after the other, over one connection.
final class PageClient {
    private let server: PageServer
    private let loop = MultiHandle(connections: 1, clock: SystemClock())
    private let transfer: EasyHandle

    init(_ server: PageServer) {
        self.server = server
        let limits = server.limits
        var settings = TransferSettings(
            userAgent: "tf-catalog", connectTimeout: limits.connecting, wholeTimeout: limits.wholePage,
            stallTimeout: limits.silence, stallSpeed: 1)
        settings.trust = server.trust
        transfer = EasyHandle(settings)
    }

    /// The body of a page, asked for again while that can help.
    func page(_ address: WebAddress) throws(CatalogError) -> [UInt8] {
        var count = 0
        while true {
            count += 1
            let answer = PageAnswer(limit: server.limits.bytes)
            let failure = ask(address, answer)
            if failure == nil && transfer.httpStatus == 200 { return answer.body }
            guard count < server.limits.tries, canHelp(failure, transfer.httpStatus) else {
                throw refusal(address, answer, failure)
            }
            let pause = answer.retryAfter ?? Double(1 << (count - 1))
            server.limits.pause(min(pause, server.limits.longestPause))
        }
    }

    private func ask(_ address: WebAddress, _ answer: PageAnswer) -> CurlFailure? {
        var request = TransferRequest(url: Array(address.text.utf8))
        request.headers = ["Accept: application/json"] + (server.token.map { [$0.header] } ?? [])
        transfer.prepare(request, receiver: answer)
        // libcurl leaves SIGPIPE to its user (CURLOPT_NOSIGNAL); standard output needs its default.
        Signals.reportFailedWrites()
        defer { Signals.endOnBrokenPipe() }
        loop.add(transfer)
        defer { loop.remove(transfer) }
        while true {
            loop.perform()
            if let ended = loop.nextEnded() { return ended.failure }
            var nothing: [MultiHandle.Watched] = []
            loop.wait(&nothing, milliseconds: 1000)
        }
    }

    private func canHelp(_ failure: CurlFailure?, _ status: Int) -> Bool {
        switch failure?.kind {
        case .unresolved, .unconnected, .noNetwork, .proxy, .broken, .partial, .handshakeCut, .timedOut: true
        case nil: status == 408 || status == 429 || status >= 500
        default: false
        }
    }

    private func refusal(_ address: WebAddress, _ answer: PageAnswer, _ failure: CurlFailure?) -> CatalogError {
        let reason =
            switch (failure, transfer.httpStatus) {
            case (let failure?, _) where failure.kind == .stoppedByReceiver:
                "a page of more than \(server.limits.bytes >> 20) MiB: ask for smaller ones"
            case (let failure?, _): failure.phrase
            case (nil, 401), (nil, 403): "the server refuses (\(transfer.httpStatus)): check --token-file"
            case (nil, 300..<400): "the server redirects to \(Self.place(answer)): give that URL if you trust it"
            case (nil, let status): "the server answers \(status)"
            }
        return CatalogError("\(address.withoutQuery): \(reason)")
    }

    private static func place(_ answer: PageAnswer) -> String {
        answer.location.map { "to '\($0.prefix { $0 != "?" })'" } ?? "but not where"
    }
}

/// Gathers an answer, up to a limit.
private final class PageAnswer: AnswerReceiver {
    private let limit: Int
    private(set) var body: [UInt8] = []
    private(set) var location: String?
    /// In seconds; a date is left to the usual pause.
    private(set) var retryAfter: Double?

    init(limit: Int) { self.limit = limit }

    func receive(header: UnsafeRawBufferPointer) {
        let parts = String(decoding: header, as: UTF8.self).split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return }
        let value = parts[1].drop { $0 == " " }.prefix { !$0.isNewline }
        switch parts[0].lowercased() {
        case "location": location = String(value)
        case "retry-after": retryAfter = Int(value).map { Double(max($0, 0)) }
        default: break
        }
    }

    func receive(body piece: UnsafeRawBufferPointer) -> Bool {
        guard body.count + piece.count <= limit else { return false }
        body.append(contentsOf: piece)
        return true
    }
}

extension CurlFailure {
    fileprivate var phrase: String {
        switch kind {
        case .partial: "the answer was cut off"
        case .timedOut: "it takes too long to answer"
        case .stoppedByReceiver: "the page is too large"
        case .badURL: "libcurl does not take this URL"
        default: words
        }
    }
}
