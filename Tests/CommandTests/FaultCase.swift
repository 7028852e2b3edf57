import Testing

/// One misbehaviour of the origin, and what has to come of it: a line of the fault matrix.
struct FaultCase: Sendable, CustomTestStringConvertible {
    /// What a try ends with.
    struct Failure: Sendable {
        let error: String
        let isRetryable: Bool
        let httpStatus: Int?
        /// Whether a second try follows within the same run.
        let isPassing: Bool
    }

    /// What becomes of a part that an earlier run has left.
    enum Part: Sendable {
        /// It stays, or grows, and is continued.
        case stays
        /// It is thrown away, and the file starts over.
        case goes
        /// The fault does no harm: the file is there, from the part or from the start.
        case isContinued, isReplaced
    }

    /// As it is written in a rule.
    let fault: String
    /// What a file's first try meets. Nil: the fault does no harm there.
    let first: Failure?
    /// What a try meets that continues a part, where that is something else.
    let resumed: Failure?
    let part: Part
    /// What `tf-fetch` is told so that it notices within a test's time.
    private let options: [String]

    /// Not durable: the matrix asks what is written, and other tests when.
    func options(jobs: Int, retries: Int) -> [String] {
        ["-j", "\(jobs)", "--retries", "\(retries)", "--sync", "none"] + options
    }

    var testDescription: String { fault }

    private init(
        _ fault: String, _ first: Failure?, resumed: Failure? = nil, part: Part = .stays, options: [String] = []
    ) {
        self.fault = fault
        self.first = first
        self.resumed = resumed ?? first
        self.part = part
        self.options = options
    }
}

extension FaultCase.Failure {
    fileprivate static func passing(_ error: String, _ httpStatus: Int? = nil) -> Self {
        Self(error: error, isRetryable: true, httpStatus: httpStatus, isPassing: true)
    }

    /// Worth another run, and not another try in this one.
    fileprivate static func later(_ error: String, _ httpStatus: Int) -> Self {
        Self(error: error, isRetryable: true, httpStatus: httpStatus, isPassing: false)
    }

    fileprivate static func final(_ error: String, _ httpStatus: Int) -> Self {
        Self(error: error, isRetryable: false, httpStatus: httpStatus, isPassing: false)
    }
}

extension FaultCase {
    static let all: [FaultCase] = refusals + troubles + wrongAnswers + brokenBodies + wrongRanges

    /// A new signature may help, or nothing.
    private static let refusals = [
        FaultCase("400", .final("bad_request", 400)),
        FaultCase("401", .later("forbidden", 401)),
        FaultCase("403", .later("forbidden", 403)),
        FaultCase("404", .final("not_found", 404)),
        FaultCase("410", .final("not_found", 410)),
        FaultCase("error=MissingKey", .later("forbidden", 403)),
        FaultCase("error=InvalidKey", .later("forbidden", 403)),
        FaultCase("error=MalformedSignature", .later("forbidden", 403)),
        FaultCase("error=AccessDenied", .later("forbidden", 403)),
        FaultCase("error=SignatureDoesNotMatch", .later("forbidden", 403)),
        FaultCase("error=RequestExpired", .later("expired", 403)),
        FaultCase("error=ExpiredToken", .later("expired", 400)),
        FaultCase("redirect=http://127.0.0.1:9/", .later("bad_request", 302)),
    ]

    /// The origin says that it has trouble, or shows it.
    private static let troubles = [
        FaultCase("408", .passing("timeout", 408)),
        FaultCase("429", .passing("rate_limited", 429)),
        FaultCase("429;retry-after=1", .passing("rate_limited", 429)),
        FaultCase("503;retry-after=1", .passing("rate_limited", 503)),
        FaultCase("error=SlowDown", .passing("rate_limited", 503)),
        FaultCase("500", .passing("server_error", 500)),
        FaultCase("503", .passing("server_error", 503)),
        FaultCase("reset", .passing("connect")),
    ]

    /// Success, and no video.
    private static let wrongAnswers = [
        FaultCase("204", .passing("bad_answer", 204), part: .goes),
        FaultCase("error-page", .later("not_video", 200), part: .goes),
        FaultCase("expired-image", .later("not_video", 200), part: .goes),
        FaultCase("gzip", .later("not_video", 200), resumed: .passing("bad_answer", 206), part: .goes),
    ]

    private static let brokenBodies = [
        FaultCase("cut", .passing("truncated", 200), resumed: .passing("truncated", 206)),
        FaultCase("cut=99%", .passing("truncated", 200), resumed: .passing("truncated", 206)),
        FaultCase("reset=5000", .passing("connect", 200), resumed: .passing("connect", 206)),
        FaultCase("chunked-cut", .passing("bad_answer", 200), resumed: .passing("truncated", 206)),
        FaultCase("no-length", .passing("bad_answer", 200), resumed: .passing("truncated", 206)),
        FaultCase(
            "stall=99%", .passing("stalled", 200), resumed: .passing("stalled", 206), options: ["--stall-timeout", "1"]),
        FaultCase(
            "slow=500", .passing("stalled", 200), resumed: .passing("stalled", 206), options: ["--stall-timeout", "1"]),
    ]

    private static let wrongRanges = [
        FaultCase("ignore-range", nil, part: .isReplaced),
        FaultCase("changed", nil, part: .isReplaced),
        FaultCase("unasked-range", .passing("bad_answer", 206), part: .isContinued),
        FaultCase("wrong-range", .passing("bad_answer", 206), part: .goes),
        // A piece of a larger whole, as far as it tells; the next try learns better.
        FaultCase("wrong-total", .passing("bad_answer", 206), resumed: .passing("truncated", 206)),
        FaultCase("416", .passing("bad_answer", 416), part: .goes),
    ]
}
