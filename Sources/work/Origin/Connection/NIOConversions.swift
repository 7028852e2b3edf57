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
            headers.replaceOrAdd(name: "Connection", value: "close")
        } else if request.version == .http1_0 {
            headers.add(name: "Connection", value: "keep-alive")
        }
        // Of HTTP/1.1 the library would make chunks where no length stands.
        let version = answer.framing == .close ? HTTPVersion.http1_0 : .http1_1
        self.init(version: version, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
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
