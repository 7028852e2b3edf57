import Records
import Store
import Testing

@testable import Transfer

/// What a store's own words mean, and what a 403 means, as far as its body and the clocks tell.
@Suite struct StoreAdviceTests {
    private func judge(_ body: String, _ headers: String..., url: String = "https://a/b", expiresAt: Double? = nil)
        throws -> TryError
    {
        var answer = AnswerHead()
        for header in ["HTTP/1.1 403"] + headers { Array(header.utf8).withUnsafeBytes { answer.receive(header: $0) } }
        answer.append(errorBody: Array("<Error>\(body)</Error>".utf8))
        let signature = UsedSignature(expiresAt: expiresAt, url: VideoURL(Array(url.utf8)))
        return try #require(
            AnswerJudge.judge(
                answer, asked: AskedRange(), expected: ExpectedFile(), signature: signature, now: 1000))
    }

    @Test("a key that is not trusted is named")
    func invalidKey() throws {
        let trouble = try judge(
            "<Code>InvalidKey</Code><Message>Unknown Key</Message>",
            url: "https://a/b?Signature=SECRET&Key-Pair-Id=K2JCJ<script>")
        #expect(trouble.code == .forbidden)
        #expect(trouble.message.contains("key pair K2JCJscript is not trusted by this distribution"))
        #expect(!trouble.message.contains("SECRET"))
    }

    @Test(
        "each reason has its advice",
        arguments: [
            ("<Code>MissingKey</Code>", "the URL is not signed"),
            ("<Code>MalformedPolicy</Code>", "sign the record again"),
            ("<Code>AccessDenied</Code><Message>Access denied</Message>", "tf-sign --explain"),
            ("<Code>AccessDenied</Code><RequestId>1</RequestId><HostId>2</HostId>", "no such object"),
            ("<Code>SignatureDoesNotMatch</Code>", "the secret key is another one"),
        ])
    func advice(body: String, words: String) throws {
        #expect(try judge(body).message.contains(words))
    }

    @Test(
        "CloudFront's pages for a blocked country and by its firewall are the host's, and say so",
        arguments: [
            ("The Amazon CloudFront distribution is configured to block access from your country.", "country"),
            ("Request blocked.\nWe can't connect to the server for this app or website at this time.", "AWS WAF"),
        ])
    func refusingPage(sentence: String, words: String) throws {
        let trouble = try judge("<H2>The request could not be satisfied.</H2>" + sentence, "X-Amz-Cf-Id: 1")
        #expect(trouble.owner == .host)
        #expect(trouble.code == .forbidden)
        #expect(trouble.message.contains(words))
    }

    @Test("a refusal after the URL's end is an expiry, by our clock or by the origin's")
    func expiry() throws {
        let body = "<Code>AccessDenied</Code><Message>Access denied</Message>"
        #expect(try judge(body, expiresAt: 1001).code == .forbidden)
        #expect(try judge(body, expiresAt: 1000).code == .expired)
        let skewed = try judge(body, "Date: Thu, 01 Jan 1970 01:00:00 GMT", expiresAt: 2000)
        #expect(skewed.code == .expired)
        #expect(skewed.message.contains("the clock is 2600 s behind the origin's"))
    }

    @Test("the store's own refusal is not an expiry")
    func store() throws {
        let body = "<Code>AccessDenied</Code><RequestId>1</RequestId><HostId>2</HostId>"
        #expect(try judge(body, expiresAt: 10).code == .forbidden)
    }

    @Test("a 403 of the store behind is the record's, unless its message names the rights or the request")
    func storeOwner() throws {
        func owner(_ message: String) throws -> FaultOwner {
            try judge(
                "<Code>AccessDenied</Code><Message>\(message)</Message><RequestId>1</RequestId><HostId>2</HostId>"
            )
            .owner
        }
        #expect(try owner("Access Denied") == .record)
        #expect(try owner("User: arn:x is not authorized to perform: s3:ListBucket on resource: y") == .record)
        #expect(try owner("User: arn:x is not authorized to perform: s3:GetObject on resource: y") == .credentials)
        #expect(try owner("There were headers present in the request which were not signed") == .credentials)
        #expect(try judge("<Code>AccessDenied</Code>").owner == .credentials)
    }

    /// docs.aws.amazon.com, AmazonS3, "Error responses", "List of error codes", as of 2026.
    private static let documented = """
        AccessControlListNotSupported AccessDenied AccessPointAlreadyOwnedByYou AccountProblem AllAccessDisabled
        AmbiguousGrantByEmailAddress AuthorizationHeaderMalformed AuthorizationQueryParametersError BadDigest
        BucketAlreadyExists BucketAlreadyOwnedByYou BucketHasAccessPointsAttached BucketNotEmpty ClientTokenConflict
        ConnectionClosedByRequester ConditionalRequestConflict CredentialsNotSupported CrossLocationLoggingProhibited
        DeviceNotActiveError EndpointNotFound EntityTooSmall EntityTooLarge ExpiredToken
        IllegalLocationConstraintException IllegalVersioningConfigurationException IncompleteBody IncorrectEndpoint
        IncorrectNumberOfFilesInPostRequest InlineDataTooLarge InternalError InvalidAccessKeyId InvalidAccessPoint
        InvalidAccessPointAliasError InvalidAddressingHeader InvalidArgument InvalidBucketAclWithObjectOwnership
        InvalidBucketName InvalidBucketOwnerAWSAccountID InvalidBucketState InvalidDigest
        InvalidEncryptionAlgorithmError InvalidHostHeader InvalidHttpMethod InvalidLocationConstraint
        InvalidObjectState InvalidPart InvalidPartOrder InvalidPayer InvalidPolicyDocument InvalidRange InvalidRegion
        InvalidRequest InvalidSessionException InvalidSignature InvalidSecurity InvalidSOAPRequest InvalidStorageClass
        InvalidTag InvalidTargetBucketForLogging InvalidToken InvalidURI KeyTooLongError KMS.DisabledException
        KMS.InvalidKeyUsageException KMS.KMSInvalidStateException KMS.NotFoundException MalformedACLError
        MalformedPOSTRequest MalformedXML MalformedPolicy MaxMessageLengthExceeded MaxPostPreDataLengthExceededError
        MetadataTooLarge MethodNotAllowed MissingAttachment MissingAuthenticationToken MissingContentLength
        MissingRequestBodyError MissingSecurityElement MissingSecurityHeader NoLoggingStatusForKey NoSuchAccessPoint
        NoSuchAsyncRequest NoSuchBucket NoSuchBucketPolicy NoSuchCORSConfiguration NoSuchKey
        NoSuchLifecycleConfiguration NoSuchMultiRegionAccessPoint NoSuchObjectLockConfiguration NoSuchTagSet
        NoSuchUpload NoSuchVersion NoSuchWebsiteConfiguration NoTransformationDefined NotDeviceOwnerError
        NotImplemented NotModified NotSignedUp ObjectLockConfigurationNotFoundError OperationAborted
        OwnershipControlsNotFoundError PermanentRedirect PermanentRedirectControlError PreconditionFailed Redirect
        RequestHeaderSectionTooLarge RequestIsNotMultiPartContent RequestTimeout RequestTimeTooSkewed
        RequestTorrentOfBucketError ResponseInterrupted RestoreAlreadyInProgress
        ServerSideEncryptionConfigurationNotFoundError ServiceUnavailable SignatureDoesNotMatch SlowDown
        TagPolicyException TemporaryRedirect TokenCodeInvalidError TokenRefreshRequired TooManyAccessPoints
        TooManyBuckets TooManyMultiRegionAccessPointregionsError TooManyMultiRegionAccessPoints
        UnauthorizedAccessError UnexpectedContent UnexpectedIPError UnsupportedArgument UnsupportedSignature
        UnresolvableGrantByEmailAddress UserKeyMustBeSpecified
        """.split { $0 == " " || $0 == "\n" }.map(String.init)

    @Test("each code that S3 documents is of a download, with an owner and advice, or of other requests")
    func complete() {
        for code in Self.documented {
            #expect((StoreAdvice.named(code) != nil) != StoreAdvice.ofOtherRequests.contains(code), "\(code)")
        }
        #expect(Self.documented.count > 130)
    }

    @Test("advice is a sentence's end, and the record's faults are not the credentials'")
    func owners() {
        for (code, advice) in StoreAdvice.table {
            #expect(advice.advice.first?.isLowercase == true && !advice.advice.hasSuffix("."), "\(code)")
            #expect([.record, .host, .credentials].contains(advice.owner))
        }
        let owners: [(FaultOwner, [String])] = [
            (.record, ["NoSuchKey", "NoSuchVersion", "InvalidObjectState", "MethodNotAllowed", "KeyTooLongError"]),
            (
                .host,
                ["SlowDown", "InternalError", "ServiceUnavailable", "XMinioServerNotInitialized", "RequestTimeout"]
            ),
            (
                .credentials,
                [
                    "PermanentRedirect", "InvalidToken", "NoSuchBucket", "UserProjectMissing", "Unauthorized",
                    "MissingKey",
                ]
            ),
        ]
        for (owner, codes) in owners { #expect(codes.allSatisfy { StoreAdvice.named($0)?.owner == owner }) }
    }

    @Test(
        "a store's word counts where the status says less",
        arguments: [
            (400, "RequestTimeout", ErrorCode.timeout, FaultOwner.host), (400, "ExpiredToken", .expired, .credentials),
            (503, "SlowDown", .rateLimited, .host), (503, "SlowDownRead", .rateLimited, .host),
            (400, "ThrottlingException", .rateLimited, .host), (400, "ExpiredRequest", .expired, .credentials),
            (404, "NoSuchBucket", .notFound, .credentials), (404, "NoSuchKey", .notFound, .record),
            (403, "InvalidObjectState", .forbidden, .record), (403, "RequestTimeTooSkewed", .forbidden, .credentials),
            (400, "AuthorizationQueryParametersError", .badRequest, .credentials),
            (301, "PermanentRedirect", .badRequest, .credentials), (503, "ServiceUnavailable", .serverError, .host),
            (409, "BucketNotEmpty", .badRequest, .host), (404, "NeverHeardOf", .notFound, .record),
        ])
    func statuses(status: Int, code: String, error: ErrorCode, owner: FaultOwner) throws {
        let answer = AnswerHeadTests.answer("HTTP/1.1 \(status)", body: "<Error><Code>\(code)</Code></Error>")
        let judged = try #require(
            AnswerJudge.judge(answer, asked: AskedRange(), expected: ExpectedFile(), now: 1000))
        #expect(judged.code == error && judged.owner == owner)
    }
}
