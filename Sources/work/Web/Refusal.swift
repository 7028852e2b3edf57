/// A request that gets an error for its answer.
package struct Refusal: Error, Sendable {
    package let status: WebStatus
    /// What is wrong and what to do. Nothing of the request stands in it.
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
