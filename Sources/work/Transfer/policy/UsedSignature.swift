/// What a record tells of the signature that its URL carries, for explaining a refusal. None of it opens anything.
package struct UsedSignature: Sendable {
    /// Unix seconds.
    let expiresAt: Double?
    private let url: VideoURL?

    package init(expiresAt: Double? = nil, url: VideoURL? = nil) {
        self.expiresAt = expiresAt
        self.url = url
    }

    /// The name of CloudFront's key.
    var keyPairID: String? { url?.keyPairID }

    /// Which key signed it, as a hash: the names of CloudFront's and S3's keys are not for others.
    var signer: String? {
        guard let name = url?.keyPairID ?? url?.accessKeyID else { return nil }
        return String(Evidence.hash(name), radix: 16)
    }

    /// Whether an answer 401 or 403 refuses the URL since it has expired: S3 says so; CloudFront does not, but both
    /// clocks tell.
    func hasExpired(by answer: AnswerHead, now: Double) -> Bool {
        if answer.errorElement("Message") == "Request has expired" { return true }
        guard let expiresAt, !answer.isFromStore else { return false }
        return max(now, answer.generatedAt ?? now) >= expiresAt
    }
}

extension AnswerHead {
    /// Whether an error is the store's own: S3 gives its answers two identifiers, and CloudFront in front of it passes
    /// them on. The signature was good then.
    var isFromStore: Bool { errorElement("RequestId") != nil && errorElement("HostId") != nil }
}

/// How far this machine's clock is off, by the origin's `Date`: signatures are judged by the origin's clock, and ours
/// decides when they are made. Told once.
struct ClockSkew {
    private var isTold = false
    private var lookedAt = -Double.infinity

    /// Seconds. `Date` has whole seconds, and an answer takes its time.
    static let noticeable = 30.0
    /// Seconds between two looks: to read the date of each answer would cost more than it tells.
    private static let interval = 10.0

    /// What to tell, if anything.
    ///
    /// - Parameters:
    ///   - now: on the monotonic clock.
    ///   - seconds: the origin's clock less ours, when its answer came.
    mutating func notice(at now: Double, _ seconds: @autoclosure () -> Double?) -> String? {
        guard !isTold, now - lookedAt >= Self.interval else { return nil }
        lookedAt = now
        guard let seconds = seconds(), abs(seconds) >= Self.noticeable else { return nil }
        isTold = true
        return Self.words(seconds)
            + ": signatures begin and end by the origin's clock, so set this machine's ('timedatectl set-ntp true')"
    }

    static func words(_ seconds: Double) -> String {
        "the clock is \(Int(abs(seconds).rounded())) s \(seconds > 0 ? "behind" : "ahead of") the origin's"
    }
}
