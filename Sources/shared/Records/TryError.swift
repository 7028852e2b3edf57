/// Why a try ended without the file.
package struct TryError: Error, Equatable, Sendable {
    package let code: ErrorCode
    package let message: String
    /// Whom the try's own end speaks against. What is known of other tries may still clear it.
    package var owner: FaultOwner
    /// Seconds until it may be tried again, by the origin's own wish.
    package var retryAfter: Double?
    /// For how many seconds its owner has failed whoever asked.
    package var failingFor = 0.0
    /// Whether the origin was asked, and its answer, or the network, ended the try: only such tries count.
    package var countsAsAttempt = true
    /// Whether someone on the way, such as a network login, may have answered in the origin's place: then the answer does
    /// not make a record fail for good.
    package var isUncertain = false
    /// Whether what has arrived is worth nothing: the next try starts from the first byte.
    package var startsOver: Bool

    package init(
        _ code: ErrorCode, _ message: String, owner: FaultOwner? = nil, retryAfter: Double? = nil,
        countsAsAttempt: Bool = true, startsOver: Bool = false
    ) {
        self.owner = owner ?? code.usualOwner
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.countsAsAttempt = countsAsAttempt
        self.startsOver = startsOver
    }

    /// Whether the disk is to blame: then no further file has a chance.
    package var isOfDisk: Bool { owner == .disk }

    /// Whether a try soon after, with the same URL, may help.
    package var isPassing: Bool {
        switch code {
        case .rateLimited, .serverError, .badAnswer, .timeout, .stalled, .connect, .truncated: true
        default: false
        }
    }
}

extension TryError {
    package static let interrupted = TryError(.interrupted, "stopped before it was complete", countsAsAttempt: false)

    package static func cutUntold(_ kind: FileKind) -> TryError {
        TryError(
            .badAnswer, "the answer gave no length, and its bytes are not \(kind.wholePhrase)", startsOver: true)
    }

    package static func not(_ kind: FileKind) -> TryError {
        TryError(.notVideo, "the bytes are not \(kind.phrase): perhaps an error page", startsOver: true)
    }
}
