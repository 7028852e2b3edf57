/// An error in place of the object, by its status: in the words of S3, or of CloudFront.
package struct StatusFault: Fault {
    package static let help = (
        form: "STATUS[;DETAIL]...", text: "a status from 200 to 599, with S3's error"
    )

    private let status: Int
    private let details: ErrorDetails

    package init(_ status: Int, retryAfter: String? = nil) {
        precondition(Self.statuses.contains(status))
        self.status = status
        details = ErrorDetails(retryAfter: retryAfter)
    }

    package init?(parsing text: String) {
        let parts = text.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        guard let status = Int(parts[0]), Self.statuses.contains(status),
            let details = ErrorDetails(parsing: parts.dropFirst().first)
        else { return nil }
        (self.status, self.details) = (status, details)
    }

    package func alter(_ answer: inout OriginAnswer) {
        // CloudFront has no code for what it says by itself: a page of HTML.
        if details.speaker == .cloudFront, details.code == nil {
            answer = .cloudFrontPage(status)
        } else {
            let usual = StoreError.usual[status]
            let code = details.code ?? usual?.code ?? "Status\(status)"
            let message =
                details.code.flatMap { StoreError[$0]?.message } ?? usual?.message ?? "The store says \(status)."
            answer = .error(status, code, details.message ?? message, by: details.speaker ?? .s3, details)
        }
        answer.headers["Retry-After"] = details.retryAfter
    }

    private static let statuses = 200...599
}

/// An error of CloudFront or S3 in place of the object, by the code that it is known by.
package struct NamedError: Fault {
    package static let help = (
        form: "error=CODE[;DETAIL]...", text: "an error of CloudFront or S3, as SlowDown"
    )

    private let error: StoreError
    private let details: ErrorDetails

    package init?(parsing text: String) {
        guard let argument = Self.argument(of: "error", in: text) else { return nil }
        let parts = argument.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        guard let error = StoreError[String(parts[0])], let details = ErrorDetails(parsing: parts.dropFirst().first)
        else { return nil }
        (self.error, self.details) = (error, details)
    }

    package func alter(_ answer: inout OriginAnswer) {
        answer = .error(
            error.status, details.code ?? error.code, details.message ?? error.message,
            by: details.speaker ?? error.speaker, details.filled(for: error))
        answer.headers["Retry-After"] = details.retryAfter
    }
}

/// What can be said of an error besides its status and code. The tool's help names them.
struct ErrorDetails: Sendable {
    var code, message, region, endpoint, retryAfter: String?
    var speaker: ErrorSpeaker?

    init(retryAfter: String? = nil) { self.retryAfter = retryAfter }

    /// Reads `NAME=TEXT;NAME=TEXT`; nil for what is not such a list. Nothing is an empty one.
    init?(parsing text: Substring?) {
        guard let text else { return }
        for detail in text.split(separator: ";", omittingEmptySubsequences: false) {
            let parts = detail.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[1].isEmpty, parts[1].isFieldValue else { return nil }
            switch (parts[0], parts[1]) {
            case ("retry-after", let value): retryAfter = value
            case ("code", let value): code = value
            case ("message", let value): message = value
            case ("region", let value): region = value
            case ("endpoint", let value): endpoint = value
            case ("by", "s3"): speaker = .s3
            case ("by", "cloudfront"): speaker = .cloudFront
            default: return nil
            }
        }
    }

    /// With the region or the endpoint that S3 names where these are wrong.
    func filled(for error: StoreError) -> ErrorDetails {
        var details = self
        switch error.code {
        case "PermanentRedirect", "TemporaryRedirect", "Redirect":
            details.region = region ?? "eu-west-1"
            details.endpoint = endpoint ?? "tf-origin.s3.\(details.region ?? "").amazonaws.com"
        case "AuthorizationHeaderMalformed", "AuthorizationQueryParametersError":
            details.region = region ?? "eu-west-1"
        default: break
        }
        return details
    }
}

/// Sends the client elsewhere.
package struct Redirect: Fault {
    package static let help = (form: "redirect=URL", text: "302 to a URL or a path")

    private let location: String

    package init(to location: String) { self.location = location }

    package init?(parsing text: String) {
        guard let location = Self.argument(of: "redirect", in: text), !location.isEmpty, location.isFieldValue else {
            return nil
        }
        self.init(to: location)
    }

    package func alter(_ answer: inout OriginAnswer) {
        answer = OriginAnswer(status: 302, type: "text/plain", text: "")
        answer.headers["Location"] = location
    }
}

extension String {
    /// Whether it can be in a header: printable ASCII, and no line's end in it.
    var isFieldValue: Bool { utf8.allSatisfy { (0x20...0x7E).contains($0) } }
}
