package import NDJSON
package import POSIX
internal import Records

/// An answer, as a CGI program writes it (RFC 3875, section 6).
package struct WebAnswer {
    package enum Body {
        case none
        case json([UInt8])
        /// Lines that are written as they are found, however many there are.
        case lines((inout LineOutput) throws(SystemError) -> Void)
    }

    package let status: WebStatus
    package private(set) var headers: [(name: String, value: String)]
    package let body: Body

    init(_ status: WebStatus, _ body: Body, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.body = body
        self.headers = headers
        switch body {
        case .none: break
        case .json: self.headers.append(("Content-Type", "application/json; charset=utf-8"))
        case .lines: self.headers.append(("Content-Type", "application/x-ndjson; charset=utf-8"))
        }
    }

    package init(_ refusal: WebError) {
        var document = LineBuffer()
        document.open()
        document.add(AnswerField.success, false)
        document.add(AnswerField.message, refusal.message)
        document.close()
        self.init(refusal.status, .json(document.bytes), headers: refusal.headers)
    }

    /// - Parameter withoutBody: the request's method is HEAD.
    package func write(to output: inout LineOutput, withoutBody: Bool) throws(SystemError) {
        var head = "Status: \(status.rawValue) \(status.phrase)\r\n"
        for header in headers + Self.always { head += "\(header.name): \(header.value)\r\n" }
        if case .json(let bytes) = body { head += "Content-Length: \(bytes.count)\r\n" }
        output.buffer.append(json: (head + "\r\n").utf8)
        if !withoutBody {
            switch body {
            case .none: break
            case .json(let bytes): try write(bytes, to: &output)
            case .lines(let write): try write(&output)
            }
        }
        try output.flush()
    }

    /// Piece by piece: a document of some MB is in memory once.
    private func write(_ bytes: [UInt8], to output: inout LineOutput) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            output.buffer.append(json: rest.prefix(Self.pieceSize))
            rest = rest.dropFirst(Self.pieceSize)
            try output.lineEnded()
        }
    }

    private static let pieceSize = 1 << 16

    /// Ask again each time, and take nothing for what it is not.
    private static let always: [(name: String, value: String)] = [
        ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
}

/// The names in the answers that are made here.
enum AnswerField: UInt8, FieldName {
    case success, message, stats, backgroundProcessing, cacheKeys, run
    case totalCourses, totalSegments, coursesQueued, coursesWithNoSegments
    case bulkStats, processingCourses, queuedCourses, segmentsQueued

    static let names = [
        "success", "message", "stats", "background_processing", "cache_keys", "run",
        "total_courses", "total_segments", "courses_queued", "courses_with_no_segments",
        "bulk_stats", "processing_courses", "queued_courses", "segments_queued",
    ]
}

/// A request that gets an error for its answer.
package struct WebError: Error, Sendable {
    package let status: WebStatus
    /// What is wrong and what to do. It contains nothing of the request.
    package let message: String
    package let headers: [(name: String, value: String)]

    package init(_ status: WebStatus, _ message: String, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.message = message
        self.headers = headers
    }
}

/// The statuses that are in use here (RFC 9110, section 15).
package enum WebStatus: Int, Sendable {
    case ok = 200
    case notModified = 304
    case badRequest = 400
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405
    case conflict = 409
    case uriTooLong = 414
    case misdirected = 421
    case internalError = 500
    case unavailable = 503

    var phrase: String {
        switch self {
        case .ok: "OK"
        case .notModified: "Not Modified"
        case .badRequest: "Bad Request"
        case .forbidden: "Forbidden"
        case .notFound: "Not Found"
        case .methodNotAllowed: "Method Not Allowed"
        case .conflict: "Conflict"
        case .uriTooLong: "URI Too Long"
        case .misdirected: "Misdirected Request"
        case .internalError: "Internal Server Error"
        case .unavailable: "Service Unavailable"
        }
    }
}
