import NIOCore
import NIOPosix

/// A server on a loopback port that says something of its own at once, and hangs up: what a wrong port brings.
final class BannerServer: Sendable {
    let port: Int
    private let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    init(_ banner: String) throws {
        let listener = try ServerBootstrap(group: loop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Banner(banner)) }
            }
            .bind(host: "127.0.0.1", port: 0)
            .wait()
        port = listener.localAddress?.port ?? 0
    }

    deinit { try? loop.syncShutdownGracefully() }

    private final class Banner: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let text: String

        init(_ text: String) { self.text = text }

        // Not before the request has come: a connection that is closed with bytes unread is reset.
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)))
            written.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
    }
}
