import AWS
import Curl
import Foundation
import POSIX
import Synchronization
import TestSupport

/// The services of AWS as a script: a function from requests to answers. It notes what was asked, and for how long it
/// would have been waited.
final class ScriptedServices: Sendable {
    struct Asked: Sendable {
        let url: String
        let headers: [String]
        let body: String?
        let isPut: Bool
        let timeout: Double
        let mayUseProxy: Bool
    }

    private let answering: @Sendable (Asked) -> WebAnswer
    private let notes = Mutex<(asked: [Asked], pauses: [Double])>(([], []))
    // It is made once, and only its place is asked for.
    nonisolated(unsafe) private let folder = try! TemporaryFolder()

    static let now = 1_790_000_000.0

    init(_ answering: @escaping @Sendable (Asked) -> WebAnswer) { self.answering = answering }

    var asked: [Asked] { notes.withLock { $0.asked } }
    var pauses: [Double] { notes.withLock { $0.pauses } }

    func write(_ text: String, to name: String) throws -> String { try folder.write(text, to: name).path }

    /// What the chain finds with nothing but these variables and files.
    func load(_ variables: [String: String], config: String? = nil, region: String? = nil) throws -> Credentials {
        if let config { _ = try write(config, to: ".aws/config") }
        let all = variables.merging(["HOME": folder.path]) { given, _ in given }
        return try CredentialChain(region: region.map { try Region($0) }, world: world) { all[$0] }.load()
    }

    /// Why there are none; the error itself is a failure of the test.
    func refusal(_ variables: [String: String], config: String? = nil) -> String {
        do { return "no error, but \(try load(variables, config: config))" } catch { return "\(error)" }
    }

    private var world: ServiceWorld {
        ServiceWorld(
            clock: FixedClock(), pause: { seconds in self.notes.withLock { $0.pauses.append(seconds) } },
            ask: { request, settings in
                let asked = Asked(request, settings)
                self.notes.withLock { $0.asked.append(asked) }
                return self.answering(asked)
            })
    }

    private struct FixedClock: Clock {
        var now: Double { ScriptedServices.now }
        var monotonic: Double { 0 }
    }
}

extension ScriptedServices.Asked {
    fileprivate init(_ request: TransferRequest, _ settings: TransferSettings) {
        url = String(decoding: request.url, as: UTF8.self)
        headers = request.headers
        body = if case .post(let body) = request.method { String(decoding: body, as: UTF8.self) } else { nil }
        isPut = request.method == .put
        timeout = settings.wholeTimeout
        mayUseProxy = settings.hasProxy
    }

    var path: String { "/" + url.split(separator: "/", maxSplits: 2)[2...].joined() }
}

extension WebAnswer {
    static func text(_ body: String, _ status: Int = 200) -> WebAnswer {
        WebAnswer(status: status, body: Array(body.utf8))
    }

    static func status(_ status: Int, _ body: String = "HIDDEN") -> WebAnswer { .text(body, status) }

    static func failure(_ kind: CurlFailure.Kind) -> WebAnswer {
        WebAnswer(status: 0, failure: CurlFailure(kind, "words of libcurl"))
    }

    /// Credentials in the form of a container's service, and of EC2's.
    static func keys(_ id: String, until end: String = "2026-12-31T23:00:00Z") -> WebAnswer {
        .text(
            #"{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":"\#(id)","#
                + #""SecretAccessKey":"HIDDEN","Token":"TOKEN","Expiration":"\#(end)"}"#)
    }
}

/// What cannot be credentials, of any service.
let garbage: [WebAnswer] = [
    .text(""), .text("HIDDEN"), .text("{}"), .text(#"{"AccessKeyId":"A","SecretAccessKey":1}"#), .text("<Credentials>"),
    .text(#"{"AccessKeyId":"A","SecretAccessKey":"HIDDEN","Token":"T","Expiration":"HIDDEN"}"#),
    .text("<a><Credentials><AccessKeyId>A</AccessKeyId></Credentials></a>"), .text("[1]"),
]
