internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import POSIX

/// One connection: takes its requests one by one, and sends their answers piece by piece, as fast as the client reads.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// How much of a body is made at a time: half of what a channel takes before it says that it is full.
    private static let pieceSize = 128 << 10

    private let service: OriginService
    private var connection = 0
    private var client = ""
    private var pace: Pace?
    /// The pace of the answer that is under way, where it has one of its own.
    private var answerPace: Pace?
    /// The request whose end has not come yet.
    private var head: HTTPRequestHead?
    private var isAnswering = false
    private var delivery: Delivery?
    /// Whether pieces are being written, or will be at a time that is set: what happens meanwhile must not write any.
    private var isWriting = false

    init(_ service: OriginService) { self.service = service }

    func channelActive(context: ChannelHandlerContext) {
        connection = service.log.connect()
        client = context.remoteAddress?.ipAddress ?? ""
        pace = service.rate.map { Pace(rate: $0) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        endAnswer()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            isAnswering = true
            service.log.begin()
            guard let opened = service.gate.arrive() else { return takeUp(head, context) }
            opened.assumeIsolated().whenComplete { _ in if self.isAnswering { self.takeUp(head, context) } }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writePieces(context)
        context.fireChannelWritabilityChanged()
    }

    /// A client that resets the connection: there is no one left to tell.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

// MARK: - An answer from its start to its end

extension RequestHandler {
    private func takeUp(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        wait(service.latency, context) { self.startAnswer(to: head, context) }
    }

    private func startAnswer(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let request = OriginRequest(head, client: client)
        let answer = request.map(service.answer) ?? service.answerToBadTarget()
        service.log.decide(RequestLog.Entry(head, request, status: answer.status, connection: connection))
        guard answer.ending != .reset(after: nil) else { return reset(context) }
        answerPace = answer.rate.map { Pace(rate: $0) }
        delivery = Delivery(answer, isHead: head.method == .HEAD, keepsAlive: head.isKeepAlive)
        context.write(wrapOutboundOut(.head(HTTPResponseHead(answer, to: head))), promise: nil)
        writePieces(context)
    }

    /// Writes as much of the body as the channel takes now. It goes on when the channel can be written again, or, with
    /// a rate, when the next piece is due.
    private func writePieces(_ context: ChannelHandlerContext) {
        guard !isWriting, delivery != nil else { return }
        isWriting = true
        var debt = 0.0
        while delivery?.isDone == false, debt == 0, context.channel.isWritable {
            guard let count = writePiece(context) else { return context.close(promise: nil) }
            debt = delay(after: count)
        }
        if debt > 0 { context.flush() }
        wait(debt, context) {
            self.isWriting = false
            self.delivery?.isDone == true ? self.finish(context) : self.goOn(context)
        }
    }

    /// Returns how many bytes were written; nil where they cannot be had, as of a file that was cut off meanwhile.
    private func writePiece(_ context: ChannelHandlerContext) -> Int? {
        let limit = min(Self.pieceSize, pace?.pieceSize ?? .max, answerPace?.pieceSize ?? .max)
        guard let piece = try? delivery?.nextPiece(atMost: limit, context.channel.allocator) else { return nil }
        let count = piece.readableBytes
        service.log.sent(count)
        context.write(wrapOutboundOut(.body(.byteBuffer(piece))), promise: nil)
        return count
    }

    /// Seconds until the next piece may go, after one of this many bytes.
    private func delay(after count: Int) -> Double {
        let now = SystemClock().monotonic
        return max(pace?.take(count, now: now) ?? 0, answerPace?.take(count, now: now) ?? 0)
    }

    /// Where the channel is full, it tells when it no longer is.
    private func goOn(_ context: ChannelHandlerContext) {
        context.channel.isWritable ? writePieces(context) : context.flush()
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard let delivery else { return }
        self.delivery = nil
        switch delivery.ending {
        case .complete:
            endAnswer()
            context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
                if !delivery.keepsAlive { context.close(promise: nil) }
            }
        case .close: flushed(context) { context.close(promise: nil) }
        case .reset: flushed(context) { self.reset(context) }
        case .stall: context.flush()
        }
    }

    private func endAnswer() {
        guard isAnswering else { return }
        isAnswering = false
        delivery = nil
        service.log.end()
    }
}

// MARK: - Ways of waiting and of closing

extension RequestHandler {
    /// Does the work after this many seconds, unless the client has left by then; at once where there is nothing to
    /// wait.
    private func wait(_ seconds: Double, _ context: ChannelHandlerContext, _ work: @escaping () -> Void) {
        guard seconds > 0 else { return work() }
        context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) {
            if self.isAnswering { work() }
        }
    }

    /// Does the work when all that was written has left.
    private func flushed(_ context: ChannelHandlerContext, _ work: @escaping () -> Void) {
        let nothing = wrapOutboundOut(.body(.byteBuffer(ByteBuffer())))
        context.writeAndFlush(nothing).assumeIsolated().whenComplete { _ in work() }
    }

    /// Closes with a reset: that is how a socket ends that may not linger.
    private func reset(_ context: ChannelHandlerContext) {
        guard let socket = context.channel as? any SocketOptionProvider else { return }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }
}

// What the server library calls things, and what the origin does.

extension OriginRequest {
    init?(_ head: HTTPRequestHead, client: String) {
        self.init(method: Method(head.method), target: head.uri, client: client)
        host = head.headers.first(name: "Host")
        range = head.headers.first(name: "Range").flatMap { ByteRange($0) }
        ifRange = head.headers.first(name: "If-Range")
        cookies = head.headers.first(name: "Cookie")
        ifNoneMatch = head.headers.first(name: "If-None-Match")
        ifModifiedSince = head.headers.first(name: "If-Modified-Since")
    }
}

extension OriginRequest.Method {
    fileprivate init(_ method: HTTPMethod) {
        switch method {
        case .GET: self = .get
        case .HEAD: self = .head
        default: self = .other(method.rawValue)
        }
    }
}

extension HTTPResponseHead {
    init(_ answer: OriginAnswer, to request: HTTPRequestHead) {
        var headers = HTTPHeaders(answer.headers.fields)
        if !request.isKeepAlive {
            headers.replaceOrAdd(name: "Connection", value: "close")
        } else if request.version == .http1_0 {
            headers.add(name: "Connection", value: "keep-alive")
        }
        // Of HTTP/1.1 the library would make chunks where no length is given.
        let version = answer.framing == .close ? HTTPVersion.http1_0 : .http1_1
        self.init(version: version, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
    }
}

extension RequestLog.Entry {
    /// - Parameter request: the head taken apart; nil where that could not be done.
    init(_ head: HTTPRequestHead, _ request: OriginRequest?, status: Int, connection: Int) {
        self.init(
            method: head.method.rawValue,
            rawPath: request?.rawPath ?? String(head.uri.prefix { $0 != "?" }),
            path: request?.path,
            range: head.headers.first(name: "Range"),
            ifRange: head.headers.first(name: "If-Range"),
            status: status,
            connection: connection)
    }
}
