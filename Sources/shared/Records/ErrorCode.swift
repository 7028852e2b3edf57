/// Why a record failed: the codes of `error`.
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
    case noAccess = "no_access"
    case fileTooLarge = "file_too_large"
    case noResources = "no_resources"
    case interrupted
    case storeDown = "store_down"
    case storeRefused = "store_refused"
    case storeFull = "store_full"
    case storeFailed = "store_failed"
    case notStored = "not_stored"

    /// Whether another try of the same record can help; `forbidden` helps once, with a new signature. What could not be
    /// signed was not tried yet.
    package var isRetryable: Bool {
        switch self {
        case .notFound, .badRequest, .tls, .unsafePath, .badRecord, .noAccess, .fileTooLarge: false
        default: true
        }
    }

    /// Whose fault it is where nothing else is known.
    package var usualOwner: FaultOwner {
        switch self {
        case .notFound, .badRequest, .badAnswer, .truncated, .mismatch, .notVideo, .unsafePath, .badRecord, .unsigned,
            .fileTooLarge, .notStored:
            .record
        case .connect, .rateLimited, .serverError, .stalled, .timeout, .tls: .host
        case .expired, .forbidden: .credentials
        case .diskFull, .ioError: .disk
        case .noAccess: .folder
        case .busy, .interrupted, .noResources: .process
        case .storeDown, .storeRefused, .storeFull, .storeFailed: .store
        }
    }
}

/// Whose fault it is that a try ended without the file. Exactly one of these owns each failed try, and only the owner
/// pays: a record loses a try by its own faults alone.
package enum FaultOwner: String, CaseIterable, Sendable {
    /// Its object at the origin, its path, its data.
    case record
    /// A folder or a name on this disk that refuses, while others do not.
    case folder
    /// One origin host: down, overloaded, broken.
    case host
    /// What is between here and every host: proxy, portal, network, DNS.
    case way
    /// Key, region, policy, clock.
    case credentials
    /// The disk that the files go to.
    case disk
    /// This process: its descriptors, its memory, its end.
    case process
    /// The store that the files are sent on to: down, full, refusing.
    case store
}
