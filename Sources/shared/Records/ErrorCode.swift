/// Why a record failed: the codes that stand in `error`.
package enum ErrorCode: String, CaseIterable, Sendable {
    case expired
    case forbidden
    case notFound = "not_found"
    case badRequest = "bad_request"
    case rateLimited = "rate_limited"
    case serverError = "server_error"
    case badAnswer = "bad_answer"
    case timeout
    case stalled
    case connect
    case tls
    case truncated
    case mismatch
    case notVideo = "not_video"
    case busy
    case unsafePath = "unsafe_path"
    case badRecord = "bad_record"
    case unsigned
    case diskFull = "disk_full"
    case ioError = "io_error"
    case interrupted

    /// Whether another try of the same record can help; `forbidden` helps once, with a new signature. What could not be
    /// signed was not tried yet.
    package var isRetryable: Bool {
        switch self {
        case .notFound, .badRequest, .tls, .unsafePath, .badRecord: false
        default: true
        }
    }

    /// Whose fault it is where nothing else is known.
    package var usualOwner: FaultOwner {
        switch self {
        case .notFound, .badRequest, .badAnswer, .truncated, .mismatch, .notVideo, .unsafePath, .badRecord, .unsigned:
            .record
        case .connect, .rateLimited, .serverError, .stalled, .timeout, .tls: .host
        case .expired, .forbidden: .credentials
        case .diskFull, .ioError: .disk
        case .busy, .interrupted: .process
        }
    }
}
