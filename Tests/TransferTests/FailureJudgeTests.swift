import Curl
import Records
import Testing

@testable import Transfer

@Suite struct FailureJudgeTests {
    private static let limits = TransferSettings(
        userAgent: "t", connectTimeout: 30, wholeTimeout: 600, stallTimeout: 30, stallSpeed: 1024)
    private static let head = AnswerHeadTests.answer("HTTP/1.1 200", "Content-Length: 5000")

    private func judge(
        _ failure: CurlFailure, _ answer: AnswerHead = Self.head, wasConnected: Bool = true, isTimeOver: Bool = false
    ) -> TryError {
        FailureJudge.judge(
            failure, answer, limits: Self.limits, wasConnected: wasConnected, isTimeOver: isTimeOver)
    }

    /// For each kind: the code, the owner, whether the part is kept, whether a quick retry may help.
    private static let rows: [(CurlFailure.Kind, ErrorCode, FaultOwner, keeps: Bool, isPassing: Bool)] = [
        (.unresolved, .connect, .host, true, true), (.unconnected, .connect, .host, true, true),
        (.noNetwork, .connect, .way, true, true), (.proxy, .connect, .way, true, true),
        (.broken, .connect, .host, true, true), (.partial, .truncated, .host, true, true),
        (.handshakeCut, .connect, .host, true, true), (.certificate, .tls, .host, true, false),
        (.certificateNotYetValid, .tls, .credentials, true, false), (.tlsProtocol, .tls, .host, true, false),
        (.tlsSettings, .tls, .credentials, true, false), (.timedOut, .stalled, .host, true, true),
        (.stoppedByReceiver, .connect, .process, true, true), (.notHTTP, .badAnswer, .host, false, true),
        (.noRange, .badAnswer, .host, false, true), (.badURL, .badRecord, .record, true, false),
        (.process, .connect, .process, true, true), (.otherProtocol, .connect, .host, true, true),
    ]

    @Test("each kind of failure has its code and its owner, and only what may be wrong bytes starts over")
    func table() {
        #expect(Set(Self.rows.map(\.0)) == Set(CurlFailure.Kind.allCases))
        for (kind, error, owner, keeps, isPassing) in Self.rows {
            let judged = judge(CurlFailure(kind, "words"))
            #expect(judged.code == error && judged.owner == owner, "\(kind)")
            #expect(judged.startsOver == !keeps && judged.isPassing == isPassing, "\(kind)")
        }
    }

    @Test(
        "TLS that is spoken to a server of plain HTTP is told as that",
        arguments: [
            "TLS connect error: error:0A00010B:SSL routines::wrong version number",
            "TLS connect error: error:0A0000C6:SSL routines::packet length too long",
            "error:1408F10B:SSL routines:ssl3_get_record:wrong version number",
            "An unexpected TLS packet was received.",
        ])
    func plain(words: String) {
        let message = judge(CurlFailure(.tlsProtocol, words)).message
        #expect(message == "TLS: the server does not speak it on this port, which may be one for 'http://'")
    }

    @Test("an invalid answer without a head leaves the part as it is")
    func noHead() {
        #expect(!judge(CurlFailure(.notHTTP, "x"), AnswerHead()).startsOver)
    }

    @Test("what took too long is told apart by what had happened")
    func timeouts() {
        #expect(judge(CurlFailure(.timedOut), wasConnected: false).code == .connect)
        #expect(judge(CurlFailure(.timedOut), wasConnected: false).message == "no connection within 30 s")
        #expect(judge(CurlFailure(.timedOut), isTimeOver: true).code == .timeout)
        #expect(judge(CurlFailure(.timedOut)).message == "under 1024 bytes a second for 30 s")
    }

    @Test("a body of unknown length that was cut is not an answer, one of a range is a piece")
    func cutWithoutLength() {
        let cut = judge(CurlFailure(.partial), AnswerHeadTests.answer("HTTP/1.1 200"))
        #expect(cut.code == .badAnswer && cut.startsOver)
        let range = AnswerHeadTests.answer("HTTP/1.1 206", "Content-Range: bytes 100-1999/2000")
        #expect(judge(CurlFailure(.partial), range).code == .truncated)
    }
}
