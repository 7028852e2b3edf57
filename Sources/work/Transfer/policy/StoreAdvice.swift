internal import Records

/// What a store's error code means for a file that was asked for: whose fault it is, and what to do. S3, CloudFront and
/// the stores that speak S3's language name the reason in XML, `<Error><Code>…</Code>…</Error>`.
struct StoreAdvice: Sendable {
    let owner: FaultOwner
    /// Ends the sentence "the origin answered 403 InvalidKey: …".
    let advice: String
    /// The result's code, where that of the status would hide what happened.
    let code: ErrorCode?

    init(_ owner: FaultOwner, _ advice: String, _ code: ErrorCode? = nil) {
        (self.owner, self.advice, self.code) = (owner, advice, code)
    }

    /// Nil where the code is not known, or belongs to requests that are never made here: then the status decides.
    static func named(_ code: String) -> StoreAdvice? { table[code] }

    /// What the store's own `AccessDenied` means, not CloudFront's in front of it. The signature was good, so it is
    /// about this object: S3 hides that there is none from those who may not list the bucket. Only where its message
    /// names another reason, that is it.
    static func ofStoreThatDenies(_ message: String) -> StoreAdvice {
        let isOfRights = ["s3:GetObject", "kms:Decrypt", "not signed"].contains { message.contains($0) }
        return isOfRights ? deniedToAll : deniedObject
    }

    /// What CloudFront's own page says that refuses whoever asks from here, whatever the URL: nil for any other body.
    /// docs.aws.amazon.com: AmazonCloudFront, "HTTP 403 status code (Permission denied)".
    static func ofRefusingPage(_ page: String) -> StoreAdvice? {
        if page.contains("configured to block access from your country") { return blockedCountry }
        return page.contains("Request blocked") ? blockedRequest : nil
    }

    private static let blockedCountry = StoreAdvice(
        .host,
        "CloudFront does not serve this machine's country: ask the distribution's owner, or fetch from another one")
    private static let blockedRequest = StoreAdvice(
        .host, "the firewall (AWS WAF) in front of CloudFront blocks these requests: ask the distribution's owner")

    private static let deniedObject = StoreAdvice(
        .record, "the store behind it has no such object, or may not read it: check 'key'")
    private static let deniedToAll = StoreAdvice(
        .credentials, "these credentials have no right to read the object: ask who owns the bucket")

    static let table = Dictionary(
        uniqueKeysWithValues: (cloudFront + place + identity + object + host + compatible).flatMap { codes, meaning in
            codes.map { ($0, meaning) }
        })

    /// docs.aws.amazon.com: AmazonCloudFront, "Troubleshooting error responses", "Signed URLs".
    private static let cloudFront: [([String], StoreAdvice)] = [
        (["MissingKey"], StoreAdvice(.credentials, "the URL is not signed, or its query was lost on the way")),
        (["InvalidKey"], StoreAdvice(.credentials, "this key pair is not trusted by this distribution")),
        (
            ["MalformedSignature", "MalformedPolicy"],
            StoreAdvice(
                .credentials, "the signature cannot be read: sign the record again")
        ),
        (
            ["AccessDenied"],
            StoreAdvice(
                .credentials,
                "the URL has expired, is not valid yet or not from here, or its signature is wrong: see 'tf-sign --explain'"
            )
        ),
    ]

    // What follows is from docs.aws.amazon.com: AmazonS3, "Error responses", "List of error codes".

    /// Where the bucket is, and what it is called.
    private static let place: [([String], StoreAdvice)] = [
        (
            [
                "PermanentRedirect", "PermanentRedirectControlError", "IllegalLocationConstraintException",
                "IncorrectEndpoint",
                "EndpointNotFound", "InvalidLocationConstraint", "InvalidRegion",
            ],
            StoreAdvice(
                .credentials, "the bucket is in another region, or at another endpoint: check --region and --endpoint")
        ),
        (["Redirect", "TemporaryRedirect"], StoreAdvice(.host, "the bucket is being moved: try again later")),
        (
            [
                "NoSuchBucket", "InvalidBucketName", "NoSuchAccessPoint", "InvalidAccessPoint",
                "InvalidAccessPointAliasError",
                "NoSuchMultiRegionAccessPoint", "InvalidBucketOwnerAWSAccountID", "InvalidBucketState",
            ],
            StoreAdvice(
                .credentials, "there is no such bucket: check --bucket and --base-url")
        ),
        (
            ["InvalidHostHeader", "InvalidAddressingHeader"],
            StoreAdvice(
                .credentials, "the bucket is addressed in the wrong way: check --path-style and --endpoint")
        ),
    ]

    /// Who asks, and with which signature.
    private static let identity: [([String], StoreAdvice)] = [
        (
            ["AuthorizationQueryParametersError", "AuthorizationHeaderMalformed"],
            StoreAdvice(
                .credentials, "the signature is for another region, or cannot be read: check --region")
        ),
        (
            ["SignatureDoesNotMatch", "InvalidSignature"],
            StoreAdvice(
                .credentials, "the secret key is another one, or the URL was changed after it was signed")
        ),
        (
            ["InvalidAccessKeyId"],
            StoreAdvice(
                .credentials, "the store does not know this access key: check which profile is used")
        ),
        (
            ["ExpiredToken", "TokenRefreshRequired", "InvalidSessionException"],
            StoreAdvice(
                .credentials, "the temporary credentials have expired: renew them", .expired)
        ),
        (
            ["InvalidToken", "TokenCodeInvalidError", "InvalidSecurity"],
            StoreAdvice(
                .credentials, "the session token is not valid: renew the credentials")
        ),
        (
            ["RequestTimeTooSkewed"],
            StoreAdvice(
                .credentials, "this machine's clock is wrong: set it ('timedatectl set-ntp true')")
        ),
        (
            ["MissingAuthenticationToken", "MissingSecurityHeader", "CredentialsNotSupported"],
            StoreAdvice(
                .credentials, "the URL is not signed, or its query was lost on the way")
        ),
        (
            ["UnsupportedSignature", "InvalidRequest", "InvalidArgument"],
            StoreAdvice(
                .credentials, "the store does not take the request as it was signed: see 'tf-sign --explain'")
        ),
        (
            [
                "AccountProblem", "NotSignedUp", "AllAccessDisabled", "UnauthorizedAccessError", "NotDeviceOwnerError",
                "DeviceNotActiveError",
            ],
            StoreAdvice(
                .credentials, "the store has disabled this account or bucket: ask who owns it")
        ),
        (["InvalidPayer"], StoreAdvice(.credentials, "the bucket's owner wants whoever asks to pay")),
        (["UnexpectedIPError"], StoreAdvice(.credentials, "the store refuses this machine's address")),
        (
            [
                "KMS.DisabledException", "KMS.InvalidKeyUsageException", "KMS.KMSInvalidStateException",
                "KMS.NotFoundException",
            ],
            StoreAdvice(
                .credentials, "the key that the object is encrypted with cannot be used: ask who owns the bucket")
        ),
    ]

    /// The object itself.
    private static let object: [([String], StoreAdvice)] = [
        (["NoSuchKey", "NoSuchVersion"], StoreAdvice(.record, "there is no such object: check 'key'")),
        (["InvalidObjectState"], StoreAdvice(.record, "the object is archived: restore it first")),
        (["RestoreAlreadyInProgress"], StoreAdvice(.record, "the object is being restored: try again later")),
        (
            ["KeyTooLongError", "InvalidURI", "RequestHeaderSectionTooLarge"],
            StoreAdvice(
                .record, "the object's name is not one that the store takes: check 'key'")
        ),
        (["MethodNotAllowed"], StoreAdvice(.record, "the object was deleted: what is left marks the place")),
        (["InvalidRange"], StoreAdvice(.host, "the object does not have the range that was asked for")),
        (["PreconditionFailed", "NotModified"], StoreAdvice(.record, "the object is not the one that was meant")),
        (["NoTransformationDefined"], StoreAdvice(.record, "nothing is set up to transform the object")),
        (
            ["ServerSideEncryptionConfigurationNotFoundError"],
            StoreAdvice(
                .record, "the object needs a key that was not given")
        ),
    ]

    /// The store is in trouble.
    private static let host: [([String], StoreAdvice)] = [
        (["SlowDown", "BandwidthLimitExceeded"], StoreAdvice(.host, "it is asked too often", .rateLimited)),
        (["InternalError", "ServiceUnavailable", "NotImplemented"], StoreAdvice(.host, "the store failed")),
        (["RequestTimeout"], StoreAdvice(.host, "the request took too long to arrive", .timeout)),
        (
            ["OperationAborted", "ConditionalRequestConflict"],
            StoreAdvice(
                .host, "something else is being done to the object: try again later")
        ),
        (
            ["ConnectionClosedByRequester", "ResponseInterrupted"],
            StoreAdvice(
                .host, "what transforms the object failed", .serverError)
        ),
    ]

    /// S3's codes for requests that are never made here: uploads, lists, settings of buckets. Where one comes all the
    /// same, the status decides.
    static let ofOtherRequests: Set<String> = [
        "AccessControlListNotSupported", "AccessPointAlreadyOwnedByYou", "AmbiguousGrantByEmailAddress", "BadDigest",
        "BucketAlreadyExists", "BucketAlreadyOwnedByYou", "BucketHasAccessPointsAttached", "BucketNotEmpty",
        "ClientTokenConflict", "CrossLocationLoggingProhibited", "EntityTooLarge", "EntityTooSmall",
        "IllegalVersioningConfigurationException", "IncompleteBody", "IncorrectNumberOfFilesInPostRequest",
        "InlineDataTooLarge", "InvalidBucketAclWithObjectOwnership", "InvalidDigest", "InvalidEncryptionAlgorithmError",
        "InvalidHttpMethod", "InvalidPart", "InvalidPartOrder", "InvalidPolicyDocument", "InvalidSOAPRequest",
        "InvalidStorageClass", "InvalidTag", "InvalidTargetBucketForLogging", "MalformedACLError",
        "MalformedPOSTRequest", "MalformedXML", "MaxMessageLengthExceeded", "MaxPostPreDataLengthExceededError",
        "MetadataTooLarge", "MissingAttachment", "MissingContentLength", "MissingRequestBodyError",
        "MissingSecurityElement", "NoLoggingStatusForKey", "NoSuchAsyncRequest", "NoSuchBucketPolicy",
        "NoSuchCORSConfiguration", "NoSuchLifecycleConfiguration", "NoSuchObjectLockConfiguration", "NoSuchTagSet",
        "NoSuchUpload", "NoSuchWebsiteConfiguration", "ObjectLockConfigurationNotFoundError",
        "OwnershipControlsNotFoundError", "RequestIsNotMultiPartContent", "RequestTorrentOfBucketError",
        "TagPolicyException", "TooManyAccessPoints", "TooManyBuckets", "TooManyMultiRegionAccessPointregionsError",
        "TooManyMultiRegionAccessPoints", "UnexpectedContent", "UnresolvableGrantByEmailAddress",
        "UnsupportedArgument", "UserKeyMustBeSpecified",
    ]
}
