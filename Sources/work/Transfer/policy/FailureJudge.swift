package import Curl
package import Records

/// What it means for the record that libcurl gave a transfer up. Each kind of failure has one row: the result's code,
/// whose fault it is, and whether the bytes that came are still good.
package enum FailureJudge {
    /// - Parameters:
    ///   - answer: as far as it came.
    ///   - limits: of the transfer, for its words.
    ///   - wasConnected: whether there ever was a connection.
    ///   - isTimeOver: whether the file's whole time is used up.
    package static func judge(
        _ failure: CurlFailure, _ answer: AnswerHead, limits: TransferSettings, wasConnected: Bool, isTimeOver: Bool
    ) -> TryError {
        let words = failure.words
        switch failure.kind {
        case .unresolved, .unconnected, .broken:
            return TryError(.connect, "no connection: \(words)", owner: .host)
        case .handshakeCut:
            return TryError(.connect, "no connection: it ended during the TLS handshake", owner: .host)
        case .noNetwork: return TryError(.connect, "no connection: the network cannot be reached", owner: .way)
        case .proxy: return TryError(.connect, "no connection through the proxy: \(words)", owner: .way)
        case .certificate:
            return TryError(.tls, "TLS: \(words): see --cacert, or a proxy may be in the way", owner: .host)
        case .certificateNotYetValid:
            return TryError(.tls, "TLS: \(words): is this machine's clock right?", owner: .credentials)
        case .tlsProtocol where isPlain(words):
            return TryError(
                .tls, "TLS: the server does not speak it on this port, which may be one for 'http://'",
                owner: .host)
        case .tlsProtocol: return TryError(.tls, "TLS: \(words)", owner: .host)
        case .tlsSettings: return TryError(.tls, "TLS: \(words): see --cacert", owner: .credentials)
        case .partial where answer.bodyEnd == nil:
            return TryError(.badAnswer, "the answer gave no length and was cut", owner: .host, startsOver: true)
        case .partial:
            return TryError(.truncated, "the connection closed before all bytes had come", owner: .host)
        case .timedOut: return judgeTimeOut(limits, wasConnected: wasConnected, isTimeOver: isTimeOver)
        case .notHTTP:
            // With a head that made sense, what makes none is the body's framing: its bytes may be anything.
            return TryError(
                .badAnswer, "the answer is not valid HTTP: \(words)", owner: .host, startsOver: answer.isVideo)
        case .noRange: return TryError(.badAnswer, "the answer cannot be continued", owner: .host, startsOver: true)
        case .badURL: return TryError(.badRecord, "the URL cannot be used", countsAsAttempt: false)
        case .process: return TryError(.connect, "the transfer failed here: \(words)", owner: .process)
        case .stoppedByReceiver:
            return TryError(.connect, "the transfer failed: the body could not be written", owner: .process)
        case .otherProtocol: return TryError(.connect, "the transfer failed: \(words)", owner: .host)
        }
    }

    /// Whether these are OpenSSL's or GnuTLS's words for an answer that is not TLS at all.
    private static func isPlain(_ words: String) -> Bool {
        ["wrong version number", "packet length too long", "http request", "unexpected TLS packet"]
            .contains { words.contains($0) }
    }

    private static func judgeTimeOut(_ limits: TransferSettings, wasConnected: Bool, isTimeOver: Bool) -> TryError {
        if isTimeOver { return TryError(.timeout, "not complete after \(seconds(limits.wholeTimeout))", owner: .host) }
        guard wasConnected else {
            return TryError(.connect, "no connection within \(seconds(limits.connectTimeout))", owner: .host)
        }
        let words = "under \(limits.stallSpeed) bytes a second for \(seconds(limits.stallTimeout))"
        return TryError(.stalled, words, owner: .host)
    }

    private static func seconds(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value)) s" : "\(value) s"
    }
}
