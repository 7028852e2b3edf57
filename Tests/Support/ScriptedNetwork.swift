package import Curl
internal import POSIX
package import Transfer

/// A clock that a test turns: it stands where it is put.
package final class TestClock: POSIX.Clock, @unchecked Sendable {
    // A scripted world has one thread.
    package private(set) var monotonic = 1000.0
    /// The time of day less the monotonic time: jumps where a clock is set.
    package var offset = 1_800_000_000.0

    package init() {}

    package var now: Double { monotonic + offset }

    package func advance(to time: Double) { monotonic = max(monotonic, time) }

    package func advance(by seconds: Double) { monotonic += seconds }
}

/// What an origin of a scripted world is asked.
package struct ScriptedRequest {
    /// The URL without its query.
    package var url: String
    /// Scheme, host and port.
    package var origin: String
    /// The path, without the slash at its start.
    package var path: String
    package var query: String
    /// Asked for from this byte on; 0: the whole.
    package var offset: Int64
    /// Asked for up to the byte before this one; nil: up to the end.
    package var end: Int64?
    package var ifRange: String?
    package var ifNoneMatch: String?
    package var ifModifiedSince: String?
    package var headers: [String]
    package var isOnFreshConnection: Bool
    package var hasOwnConnection: Bool
    /// From 1, over all requests of the world.
    package var number: Int
    /// On the monotonic clock.
    package var time: Double
}

/// One step of an answer.
package enum ScriptedStep {
    /// Seconds until the next step.
    case wait(Double)
    /// A status line and header lines, without line ends.
    case head([String])
    case body([UInt8])
    /// The answer is whole.
    case end
    case fail(CurlFailure, wasConnected: Bool)
    /// Redirects to this URL, once the answer is whole.
    case redirect(String)
    /// Nothing more comes: libcurl's time limit ends it.
    case hang
}

/// A network that a test scripts, single-threaded: an answer is a list of steps in time, and the clock advances while
/// the run waits. What happens, and in which order, is the same each time.
package final class ScriptedNetwork: Transport {
    private let clock: TestClock
    private let script: (ScriptedRequest) -> [ScriptedStep]
    private var running: [Running] = []
    private var ended: [EndedRequest] = []
    /// All requests so far.
    package private(set) var requests: [ScriptedRequest] = []
    /// The most that ran at one time.
    package private(set) var mostAtOnce = 0
    /// What else may wake the run: a descriptor, and when it is readable next.
    package var sources: [(descriptor: Int32, nextTime: () -> Double?)] = []
    /// Called when time passes, before the run goes on: with the new time.
    package var onTime: ((Double) -> Void)?

    private final class Running {
        let receiver: any AnswerReceiver
        var steps: ArraySlice<ScriptedStep>
        var due: Double
        let deadline: Double
        var redirect: String?
        var isConnected = false

        init(_ receiver: any AnswerReceiver, _ steps: [ScriptedStep], due: Double, deadline: Double) {
            self.receiver = receiver
            self.steps = steps[...]
            self.due = due
            self.deadline = deadline
        }
    }

    /// Seconds after which a hanging request ends, as libcurl's stall limit does it.
    package var stallTimeout = 30.0

    package init(_ clock: TestClock, script: @escaping (ScriptedRequest) -> [ScriptedStep]) {
        self.clock = clock
        self.script = script
    }

    package func start(_ request: TransferRequest, for receiver: any AnswerReceiver) {
        let text = String(decoding: request.url, as: UTF8.self)
        let (url, query) = Self.split(text, at: "?")
        let schemeEnd = url.firstRange(of: "://")?.upperBound ?? url.startIndex
        let pathStart = url[schemeEnd...].firstIndex(of: "/") ?? url.endIndex
        func header(_ name: String) -> String? {
            request.headers.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.utf8.count + 2)) }
        }
        let asked = ScriptedRequest(
            url: url, origin: String(url[..<pathStart]), path: String(url[pathStart...].dropFirst()), query: query,
            offset: request.offset, end: request.end, ifRange: header("If-Range"), ifNoneMatch: header("If-None-Match"),
            ifModifiedSince: header("If-Modified-Since"), headers: request.headers,
            isOnFreshConnection: request.freshConnection, hasOwnConnection: request.ownConnection,
            number: requests.count + 1, time: clock.monotonic)
        requests.append(asked)
        let deadline = clock.monotonic + min(request.timeout ?? .infinity, 1e9)
        running.append(Running(receiver, script(asked), due: clock.monotonic, deadline: deadline))
        mostAtOnce = max(mostAtOnce, running.count)
    }

    private static func split(_ text: String, at separator: Character) -> (String, String) {
        guard let index = text.firstIndex(of: separator) else { return (text, "") }
        return (String(text[..<index]), String(text[text.index(after: index)...]))
    }

    package func perform(while mayGoOn: () -> Bool) {
        while mayGoOn(), let next = running.filter({ time(of: $0) <= clock.monotonic }).min(by: { $0.due < $1.due }) {
            step(next)
        }
    }

    private func time(of one: Running) -> Double { min(one.due, one.deadline) }

    private func step(_ one: Running) {
        guard one.due <= one.deadline else { return finish(one, CurlFailure(.timedOut)) }
        guard let step = one.steps.popFirst() else { return finish(one, nil) }
        switch step {
        case .wait(let seconds): one.due += seconds
        case .head(let lines):
            one.isConnected = true
            for line in lines + [""] { receive(line + "\r\n", one) }
        case .body(let bytes):
            one.isConnected = true
            let isWanted = bytes.withUnsafeBytes { one.receiver.receive(body: $0) }
            if !isWanted { finish(one, CurlFailure(.stoppedByReceiver)) }
        case .end: finish(one, nil)
        case .fail(let failure, let wasConnected):
            one.isConnected = wasConnected
            finish(one, failure)
        case .redirect(let target):
            one.redirect = target
        case .hang:
            one.steps = [.fail(CurlFailure(.timedOut), wasConnected: one.isConnected)]
            one.due += stallTimeout
        }
    }

    private func receive(_ line: String, _ one: Running) {
        var line = line
        line.withUTF8 { one.receiver.receive(header: UnsafeRawBufferPointer($0)) }
    }

    private func finish(_ one: Running, _ failure: CurlFailure?) {
        running.removeAll { $0 === one }
        ended.append(
            EndedRequest(
                receiver: one.receiver, failure: failure, wasConnected: one.isConnected,
                redirectURL: one.redirect.map { Array($0.utf8) }))
    }

    package func nextEnded() -> EndedRequest? { ended.isEmpty ? nil : ended.removeFirst() }

    package func cancel(_ receiver: any AnswerReceiver) {
        running.removeAll { $0.receiver === receiver }
        ended.removeAll { $0.receiver === receiver }
    }

    package func cancelAll() { (running, ended) = ([], []) }

    package func wait(_ watched: inout [MultiHandle.Watched], milliseconds: Int32) {
        let now = clock.monotonic
        let own = ended.isEmpty ? running.map(time).min() : now
        advance(to: min(now + Double(milliseconds) / 1000, own ?? .infinity), &watched)
    }

    package func pause(_ watched: inout [MultiHandle.Watched], milliseconds: Int32) {
        advance(to: clock.monotonic + Double(milliseconds) / 1000, &watched)
    }

    private func advance(to time: Double, _ watched: inout [MultiHandle.Watched]) {
        let waited = sources.filter { source in watched.contains { $0.descriptor == source.descriptor } }
        let first = waited.compactMap { $0.nextTime() }.min() ?? .infinity
        clock.advance(to: min(time, first))
        onTime?(clock.monotonic)
        for index in watched.indices {
            let source = waited.first { $0.descriptor == watched[index].descriptor }
            watched[index].isReady = source?.nextTime().map { $0 <= clock.monotonic } ?? false
        }
    }

    package var waker: @Sendable () -> Void { {} }
}
