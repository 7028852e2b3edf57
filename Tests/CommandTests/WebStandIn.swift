import NIOCore
import NIOHTTP1
import NIOPosix

/// A web application on a loopback port: a function from requests to answers.
final class WebStandIn: Sendable {
    struct Answer: Sendable {
        var status = HTTPResponseStatus.ok
        var headers: HTTPHeaders = [:]
        var body = ""

        static func json(_ body: String) -> Answer { Answer(body: body) }
        static func status(_ code: Int, _ headers: HTTPHeaders = [:]) -> Answer {
            Answer(status: HTTPResponseStatus(statusCode: code), headers: headers)
        }
    }

    let port: Int
    private let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    var url: String { "http://127.0.0.1:\(port)" }

    init(_ answer: @escaping @Sendable (HTTPRequestHead) -> Answer) throws {
        let listener = try ServerBootstrap(group: loop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .wait()
        port = listener.localAddress?.port ?? 0
    }

    deinit { try? loop.syncShutdownGracefully() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let answer: @Sendable (HTTPRequestHead) -> Answer

        init(_ answer: @escaping @Sendable (HTTPRequestHead) -> Answer) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let request) = unwrapInboundIn(data) else { return }
            let answer = answer(request)
            var headers = answer.headers
            headers.add(name: "Content-Length", value: "\(answer.body.utf8.count)")
            let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
