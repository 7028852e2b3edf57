package import POSIX

/// Asks for one thing after the other, and waits for each answer: for what is small, and needed before all else. One
/// connection is kept open. Its caller writes to pipes of which an end means its own end (`Signals.endOnBrokenPipe`).
package final class WebClient {
    private let loop: MultiHandle
    private let transfer: EasyHandle

    package init(_ settings: TransferSettings, clock: any Clock = SystemClock()) {
        loop = MultiHandle(connections: 1, clock: clock)
        transfer = EasyHandle(settings)
    }

    /// - Parameter limit: of the body's bytes; a longer one ends as `stoppedByReceiver`.
    package func ask(_ request: TransferRequest, limit: Int) -> WebAnswer {
        let gathered = GatheredAnswer(limit: limit)
        transfer.prepare(request, receiver: gathered)
        // libcurl leaves SIGPIPE to its user (CURLOPT_NOSIGNAL); standard output needs its default.
        Signals.reportFailedWrites()
        defer { Signals.endOnBrokenPipe() }
        loop.add(transfer)
        defer { loop.remove(transfer) }
        while true {
            loop.perform()
            if let ended = loop.nextEnded() {
                return WebAnswer(
                    status: transfer.httpStatus, failure: ended.failure, headers: gathered.headers, body: gathered.body)
            }
            var nothing: [MultiHandle.Watched] = []
            loop.wait(&nothing, milliseconds: 1000)
        }
    }
}

/// How a request ended. It may hold secrets, and has no printable form.
package struct WebAnswer: Sendable, CustomStringConvertible {
    /// 0 before there was one.
    package let status: Int
    /// Why there is no whole answer; nil where it is whole, whatever its status.
    package let failure: CurlFailure?
    /// By their names in small letters; of one that is there twice the last.
    package let headers: [String: String]
    package let body: [UInt8]

    package init(status: Int, failure: CurlFailure? = nil, headers: [String: String] = [:], body: [UInt8] = []) {
        (self.status, self.failure, self.headers, self.body) = (status, failure, headers, body)
    }

    package var isGood: Bool { failure == nil && status == 200 }

    /// Whether the same may be answered better another time.
    package var mayPass: Bool {
        switch failure?.kind {
        case .unresolved, .unconnected, .noNetwork, .proxy, .broken, .partial, .handshakeCut, .timedOut: true
        case nil: status == 408 || status == 429 || status >= 500
        default: false
        }
    }

    /// How long the server wants to be left alone, in seconds; a date is left to the usual pause.
    package var retryAfter: Double? { headers["retry-after"].flatMap { Int($0) }.map { Double(max($0, 0)) } }

    package var description: String { "<answer \(status)>" }
}

/// Gathers an answer, up to a limit.
private final class GatheredAnswer: AnswerReceiver {
    private let limit: Int
    private(set) var body: [UInt8] = []
    private(set) var headers: [String: String] = [:]

    init(limit: Int) { self.limit = limit }

    func receive(header: UnsafeRawBufferPointer) {
        let parts = unsafe String(decoding: header, as: UTF8.self).split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return }
        headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }.prefix { !$0.isNewline })
    }

    func receive(body piece: UnsafeRawBufferPointer) -> Bool {
        guard body.count + piece.count <= limit else { return false }
        unsafe body.append(contentsOf: piece)
        return true
    }
}

extension CurlFailure {
    /// For a message about something that was asked for.
    package var phrase: String {
        switch kind {
        case .partial: "the answer was cut off"
        case .timedOut: "it takes too long to answer"
        case .stoppedByReceiver: "the answer is too large"
        case .badURL: "libcurl does not take this URL"
        default: words
        }
    }
}
