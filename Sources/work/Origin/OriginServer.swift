internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
package import POSIX

/// A server in place of CloudFront and S3: HTTP/1.1 on the loopback address, all on one thread of its own.
package final class OriginServer: Sendable {
    /// The port that it listens on.
    package let port: Int
    /// What clients have asked for so far.
    package let log: RequestLog

    private let loop: MultiThreadedEventLoopGroup
    private let gate: AnswerGate

    /// Starts to listen, and returns when connections are taken.
    package static func start(_ settings: Settings) throws(SystemError) -> OriginServer {
        let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            return try OriginServer(settings, on: loop)
        } catch {
            try? loop.syncShutdownGracefully()
            throw SystemError("cannot listen on port \(settings.port)", code: (error as? IOError)?.errnoCode ?? 0)
        }
    }

    private init(_ settings: Settings, on loop: MultiThreadedEventLoopGroup) throws {
        let log = RequestLog(keepsEntries: settings.keepsRequests, observer: settings.observer)
        let gate = AnswerGate()
        let service = OriginService(settings, log: log, gate: gate)
        let listener = try ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 64 << 10, high: 256 << 10))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(RequestHandler(service))
                }
            }
            .bind(host: "127.0.0.1", port: settings.port)
            .wait()
        self.loop = loop
        self.log = log
        self.gate = gate
        port = listener.localAddress?.port ?? settings.port
    }

    package var baseURL: String { "http://127.0.0.1:\(port)" }

    /// Holds back the answers from now on until so many requests have come: then all of them are under way at once,
    /// however slow the machine is.
    package func holdAnswers(untilRequests count: Int) { gate.close(untilRequests: count, on: loop.next()) }

    /// Closes every connection and ends the thread. To stop twice is to stop once.
    package func stop() { try? loop.syncShutdownGracefully() }

    deinit { stop() }
}

extension OriginServer {
    /// What an origin serves, and how.
    package struct Settings: Sendable {
        package var content: any Content
        /// The port to listen on; 0 for a free one.
        package var port = 0
        /// Who may have what; nil for everything to everybody.
        package var signatures: SignatureCheck?
        package var faults: [FaultRule] = []
        /// Seconds from a request to its answer.
        package var latency = 0.0
        /// Bytes a second on each connection; nil for as fast as can be.
        package var rate: Double?
        /// Unix seconds by the origin's clock, for the `Date` header and for signatures.
        package var now: @Sendable () -> Double = { SystemClock().now }
        /// Whether the log remembers every request, which takes memory for each.
        package var keepsRequests = true
        /// Receives each request, on the origin's own thread, before the answer goes out.
        package var observer: (@Sendable (RequestLog.Entry) -> Void)?

        package init(content: any Content) { self.content = content }

        /// Videos of one size for any path.
        package init(videosOf size: Int64) { self.init(content: SyntheticContent(sizes: SizeRange(size...size))) }
    }
}

/// Holds answers back until enough requests have come.
final class AnswerGate: Sendable {
    private struct Hold {
        var missing: Int
        let opened: EventLoopPromise<Void>
    }

    private let hold = NIOLockedValueBox<Hold?>(nil)

    func close(untilRequests count: Int, on loop: any EventLoop) {
        hold.withLockedValue { $0 = Hold(missing: count, opened: loop.makePromise()) }
    }

    /// A request has come. Returns what opens the gate; nil where it is open.
    func arrive() -> EventLoopFuture<Void>? {
        let (opening, isOpen) = hold.withLockedValue { hold -> (EventLoopPromise<Void>?, Bool) in
            guard let opened = hold?.opened else { return (nil, true) }
            hold?.missing -= 1
            let isOpen = hold?.missing ?? 0 <= 0
            if isOpen { hold = nil }
            return (opened, isOpen)
        }
        if isOpen { opening?.succeed() }
        return opening?.futureResult
    }
}
