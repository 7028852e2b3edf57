internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
package import POSIX

/// A server that stands in for CloudFront and S3: HTTP/1.1 on the loopback address, all on one thread of its own.
package final class Origin: Sendable {
    /// The port that it listens on.
    package let port: Int
    /// What clients have asked for so far.
    package let log: RequestLog

    private let loop: MultiThreadedEventLoopGroup

    /// Starts to listen, and returns when connections are taken.
    package static func start(_ settings: Settings) throws(SystemError) -> Origin {
        let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            return try Origin(settings, on: loop)
        } catch {
            try? loop.syncShutdownGracefully()
            throw SystemError("cannot listen on port \(settings.port)", code: (error as? IOError)?.errnoCode ?? 0)
        }
    }

    private init(_ settings: Settings, on loop: MultiThreadedEventLoopGroup) throws {
        let log = RequestLog(keepsEntries: settings.keepsRequests, observer: settings.observer)
        let service = Service(settings, log: log)
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
        port = listener.localAddress?.port ?? settings.port
    }

    package var baseURL: String { "http://127.0.0.1:\(port)" }

    /// Closes every connection and ends the thread. To stop twice is to stop once.
    package func stop() { try? loop.syncShutdownGracefully() }

    deinit { stop() }
}
