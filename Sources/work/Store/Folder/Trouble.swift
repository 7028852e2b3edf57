package import Records

/// Why a try ended without the file.
package struct Trouble: Error, Equatable, Sendable {
    package let error: RecordError
    package let message: String
    /// The origin's own wish, in seconds from the answer.
    package var retryAfter: Double?
    /// Whether the origin was asked, and its answer, or the network, ended the try: only such tries count.
    package var countsAsAttempt = true
    /// Whether what has arrived is worth nothing: the next try starts from the first byte.
    package var startsOver: Bool

    package init(
        _ error: RecordError, _ message: String, retryAfter: Double? = nil, countsAsAttempt: Bool = true,
        startsOver: Bool = false
    ) {
        self.error = error
        self.message = message
        self.retryAfter = retryAfter
        self.countsAsAttempt = countsAsAttempt
        self.startsOver = startsOver
    }

    /// Whether the disk is to blame: then no further file has a chance.
    package var isOfDisk: Bool { error == .diskFull || error == .ioError }

    /// Whether a try soon after, with the same URL, may help.
    package var isPassing: Bool {
        switch error {
        case .rateLimited, .serverError, .badAnswer, .timeout, .stalled, .connect, .truncated: true
        default: false
        }
    }
}

extension Trouble {
    package static let interrupted = Trouble(.interrupted, "stopped before it was complete", countsAsAttempt: false)

    package static let cutUntold = Trouble(
        .badAnswer, "the answer gave no length, and its bytes are no whole video", startsOver: true)

    package static let notVideo = Trouble(
        .notVideo, "the bytes are no video: an error page, perhaps", startsOver: true)
}
