/// An error as CloudFront or S3 documents it.
struct StoreError: Sendable {
    let code: String
    let status: Int
    let message: String
    let speaker: ErrorSpeaker

    /// Nil for a code that neither of them has.
    static subscript(code: String) -> StoreError? { all[code] }

    private static let all: [String: StoreError] = {
        var all: [String: StoreError] = [:]
        for (status, codes) in codesOfS3 {
            for code in codes.split(whereSeparator: \.isWhitespace).map(String.init) {
                let message = messages[code] ?? "The request is refused: \(code)."
                all[code] = StoreError(code: code, status: status, message: message, speaker: .s3)
            }
        }
        for (code, message) in messagesOfCloudFront {
            all[code] = StoreError(code: code, status: 403, message: message, speaker: .cloudFront)
        }
        // A request that came too late has no code of its own at S3, only a message.
        all["RequestExpired"] = StoreError(
            code: "AccessDenied", status: 403, message: "Request has expired", speaker: .s3)
        return all
    }()

    /// CloudFront's on signed URLs (Developer Guide, "Troubleshooting"), with status 403.
    private static let messagesOfCloudFront = [
        "AccessDenied": "Access denied",
        "InvalidKey": "Unknown Key",
        "MalformedPolicy": "Malformed Policy",
        "MalformedSignature": "Could not unencode Signature",
        "MissingKey": "Missing Key-Pair-Id query parameter or cookie value",
    ]

    /// S3's (Amazon S3 API Reference, "Error responses"), as far as a GET can meet them, and some that stores like it
    /// add.
    private static let codesOfS3: [(status: Int, codes: String)] = [
        (301, "PermanentRedirect"), (304, "NotModified"), (307, "TemporaryRedirect Redirect"),
        (
            400,
            """
            AuthorizationHeaderMalformed AuthorizationQueryParametersError BadRequest CredentialsNotSupported ExpiredToken
            IncompleteBody InvalidArgument InvalidBucketName InvalidDigest InvalidEncryptionAlgorithmError
            InvalidHostHeader InvalidHttpMethod InvalidRequest InvalidSignature InvalidStorageClass InvalidToken InvalidURI
            KeyTooLongError KMS.DisabledException KMS.InvalidKeyUsageException KMS.KMSInvalidStateException
            KMS.NotFoundException MalformedXML MaxMessageLengthExceeded MissingSecurityHeader RequestHeaderSectionTooLarge
            RequestTimeout TokenRefreshRequired UnexpectedContent UnsupportedArgument UnsupportedSignature
            UserKeyMustBeSpecified
            """
        ),
        (401, "Unauthorized"), (402, "PaymentRequired"),
        (
            403,
            """
            AccountProblem AllAccessDisabled InvalidAccessKeyId InvalidObjectState InvalidPayer InvalidRegion
            InvalidSecurity NotSignedUp RequestTimeTooSkewed SignatureDoesNotMatch UnauthorizedAccess UnexpectedIPError
            """
        ),
        (404, "NoSuchAccessPoint NoSuchBucket NoSuchKey NoSuchVersion"),
        (405, "MethodNotAllowed"), (409, "InvalidBucketState OperationAborted RestoreAlreadyInProgress"),
        (410, "Gone"), (411, "MissingContentLength"), (412, "PreconditionFailed"), (416, "InvalidRange"),
        (429, "TooManyRequests"), (500, "InternalError"), (501, "NotImplemented"), (502, "BadGateway"),
        (503, "ServiceUnavailable SlowDown ReducedRequestRate"), (504, "GatewayTimeout"),
    ]

    private static let messages = [
        "PermanentRedirect": """
        The bucket you are attempting to access must be addressed using the specified endpoint. Please send all \
        future requests to this endpoint.
        """,
        "TemporaryRedirect": "You are being redirected to the bucket while the DNS server is being updated.",
        "AuthorizationHeaderMalformed": "The authorization header is malformed; the region is wrong.",
        "AuthorizationQueryParametersError":
            "Error parsing the X-Amz-Credential parameter; the region is wrong.",
        "BadRequest": "The request is not understood.",
        "ExpiredToken": "The provided token has expired.",
        "InvalidURI": "Couldn't parse the specified URI.",
        "RequestTimeout": "Your socket connection was not read from or written to in time.",
        "Unauthorized": "Credentials are needed.",
        "InvalidAccessKeyId": "The AWS Access Key Id you provided does not exist in our records.",
        "InvalidObjectState": "The operation is not valid for the object's storage class",
        "RequestTimeTooSkewed": "The difference between the request time and the current time is too large.",
        "SignatureDoesNotMatch":
            "The request signature we calculated does not match the signature you provided.",
        "NoSuchBucket": "The specified bucket does not exist",
        "NoSuchKey": "The specified key does not exist.",
        "MethodNotAllowed": "The specified method is not allowed against this resource.",
        "Gone": "The specified key is gone.",
        "InvalidRange": "The requested range is not satisfiable",
        "TooManyRequests": "Please reduce your request rate.",
        "SlowDown": "Please reduce your request rate.",
        "InternalError": "We encountered an internal error. Please try again.",
        "BadGateway": "The server behind this one gave no good answer.",
        "ServiceUnavailable": "Service is unable to handle request.",
        "GatewayTimeout": "The server behind this one gave no answer in time.",
    ]

    /// What S3 says with a status where nothing else is asked for. To whoever may not list the bucket, a missing object
    /// is an AccessDenied of S3's own.
    static let usual: [Int: (code: String, message: String)] = {
        var usual: [Int: (code: String, message: String)] = [403: ("AccessDenied", "Access Denied")]
        let codes = [
            "PermanentRedirect", "TemporaryRedirect", "BadRequest", "Unauthorized", "NoSuchKey", "MethodNotAllowed",
            "Gone", "PreconditionFailed", "TooManyRequests", "InternalError", "NotImplemented", "BadGateway",
            "ServiceUnavailable", "GatewayTimeout",
        ]
        for error in codes.compactMap({ all[$0] }) { usual[error.status] = (error.code, error.message) }
        usual[408] = all["RequestTimeout"].map { ($0.code, $0.message) }
        return usual
    }()
}
