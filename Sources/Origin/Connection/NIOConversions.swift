internal import NIOHTTP1

// What the server library calls things, and what the origin does.

extension Request {
    init?(_ head: HTTPRequestHead, client: String) {
        self.init(method: Method(head.method), target: head.uri, client: client)
        host = head.headers.first(name: "Host")
        range = head.headers.first(name: "Range").flatMap { ByteRange($0) }
        ifRange = head.headers.first(name: "If-Range")
    }
}

extension Request.Method {
    fileprivate init(_ method: HTTPMethod) {
        switch method {
        case .GET: self = .get
        case .HEAD: self = .head
        default: self = .other(method.rawValue)
        }
    }
}

extension HTTPResponseHead {
    init(_ answer: Answer, to request: HTTPRequestHead) {
        var headers = HTTPHeaders(answer.headers.fields)
        if !request.isKeepAlive {
            headers.add(name: "Connection", value: "close")
        } else if request.version == .http1_0 {
            headers.add(name: "Connection", value: "keep-alive")
        }
        self.init(version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
    }
}

extension RequestLog.Entry {
    /// - Parameter request: the head taken apart; nil where that could not be done.
    init(_ head: HTTPRequestHead, _ request: Request?, status: Int, connection: Int) {
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
