/// An error of CloudFront or S3 in place of the object, by the code that it is known by.
package struct NamedError: Fault {
    package static let help = (form: "error=CODE", text: known.keys.sorted().joined(separator: ", "))

    private let make: @Sendable () -> OriginAnswer

    package init?(parsing text: String) {
        guard let make = Self.argument(of: "error", in: text).flatMap({ Self.known[$0] }) else { return nil }
        self.make = make
    }

    package func alter(_ answer: inout OriginAnswer) { answer = make() }

    /// CloudFront's, then S3's. A request that came too late has no code of its own there, only a message.
    private static let known: [String: @Sendable () -> OriginAnswer] = [
        "AccessDenied": { .accessDeniedByEdge },
        "InvalidKey": { .unknownKey },
        "MalformedPolicy": { .malformedPolicy },
        "MalformedSignature": { .malformedSignature },
        "MissingKey": { .missingKey },
        "ExpiredToken": { .error(400, "ExpiredToken", "The provided token has expired.") },
        "InvalidAccessKeyId": {
            .error(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
        },
        "RequestExpired": { .error(403, "AccessDenied", "Request has expired") },
        "RequestTimeTooSkewed": {
            .error(
                403, "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.")
        },
        "SignatureDoesNotMatch": {
            .error(
                403, "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.")
        },
        "SlowDown": { .error(503, "SlowDown", "Please reduce your request rate.") },
    ]
}
