/// An error in place of the object, with or without the time to wait before another try.
package struct StatusFault: Fault {
    package static let help = (
        form: "STATUS[;retry-after=WHEN]",
        text: words.keys.sorted().map(String.init).joined(separator: ", ")
    )

    private let status: Int
    private let retryAfter: String?

    package init(_ status: Int, retryAfter: String? = nil) {
        precondition(Self.words[status] != nil, "S3 has no words for \(status)")
        (self.status, self.retryAfter) = (status, retryAfter)
    }

    package init?(parsing text: String) {
        let parts = text.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let status = Int(parts[0]), Self.words[status] != nil else { return nil }
        guard parts.count == 2 else {
            self.init(status)
            return
        }
        guard let when = Self.argument(of: "retry-after", in: parts[1]), !when.isEmpty, when.isFieldValue else {
            return nil
        }
        self.init(status, retryAfter: when)
    }

    package func alter(_ answer: inout OriginAnswer) {
        guard let (code, message) = Self.words[status] else { return }
        answer = .error(status, code, message)
        answer.headers["Retry-After"] = retryAfter
    }

    private static let words: [Int: (code: String, message: String)] = [
        400: ("BadRequest", "The request is not understood."),
        401: ("Unauthorized", "Credentials are needed."),
        403: ("AccessDenied", "Access Denied"),
        404: ("NoSuchKey", "The specified key does not exist."),
        408: ("RequestTimeout", "Your socket connection was not read from or written to in time."),
        410: ("Gone", "The specified key is gone."),
        429: ("TooManyRequests", "Please reduce your request rate."),
        500: ("InternalError", "We encountered an internal error. Please try again."),
        502: ("BadGateway", "The server behind this one gave no good answer."),
        503: ("ServiceUnavailable", "Service is unable to handle request."),
        504: ("GatewayTimeout", "The server behind this one gave no answer in time."),
    ]
}

extension String {
    /// Whether it can stand in a header: printable ASCII, and no line's end in it.
    var isFieldValue: Bool { utf8.allSatisfy { (0x20...0x7E).contains($0) } }
}
