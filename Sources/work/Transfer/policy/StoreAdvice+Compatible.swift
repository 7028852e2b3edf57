internal import Records

extension StoreAdvice {
    /// MinIO (cmd/api-errors.go), Google's XML interface, Cloudflare R2, Backblaze B2, Ceph, and the codes that all
    /// services of AWS share.
    static let compatible: [([String], StoreAdvice)] = [
        (
            [
                "SlowDownRead", "SlowDownWrite", "TooManyRequests", "RateLimitExceeded", "RequestLimitExceeded",
                "Throttling",
                "ThrottlingException",
            ], StoreAdvice(.host, "it is asked too often", .rateLimited)
        ),
        (
            [
                "XMinioServerNotInitialized", "XMinioIAMNotInitialized", "XMinioReadQuorum", "XMinioWriteQuorum",
                "XMinioBackendDown", "XMinioStorageFull", "InternalFailure", "Busy",
            ], StoreAdvice(.host, "the store failed")
        ),
        (["RequestTimeoutException"], StoreAdvice(.host, "the request took too long to arrive", .timeout)),
        (
            [
                "XMinioInvalidObjectName", "XMinioInvalidResourceName", "XMinioParentIsObject", "XMinioObjectTampered",
                "InvalidObjectName", "KeyTooLong", "NoSuchObject", "ResourceNotFound",
            ],
            StoreAdvice(
                .record, "the store has no such object, or cannot read it: check 'key'")
        ),
        (["ExpiredRequest", "RequestExpired"], StoreAdvice(.credentials, "the URL has expired", .expired)),
        (
            ["ExpiredTokenException"],
            StoreAdvice(
                .credentials, "the temporary credentials have expired: renew them", .expired)
        ),
        (
            [
                "Unauthorized", "UnauthorizedAccess", "AuthenticationRequired", "NotAuthorized",
                "AccessDeniedException",
                "InvalidAuthentication", "IncompleteSignature", "InvalidTokenId", "InvalidClientTokenId",
                "UnrecognizedClientException", "OptInRequired", "UserSuspended", "XMinioAdminInvalidAccessKey",
            ],
            StoreAdvice(
                .credentials,
                "the store does not know these credentials, or gives them no right to read: check the profile")
        ),
        (
            [
                "UserProjectAccountProblem", "UserProjectAccessDenied", "UserProjectMissing", "UserProjectInvalid",
                "UserProjectInconsistent",
            ],
            StoreAdvice(
                .credentials, "the project that pays for the bucket is missing or closed: ask who owns it")
        ),
        (
            [
                "CloudKmsDisabledKey", "CloudKmsBadKey", "CloudKmsDecryptionKeyNotFound",
                "CloudKmsEncryptionKeyNotFound",
            ],
            StoreAdvice(
                .credentials, "the key that the object is encrypted with cannot be used: ask who owns the bucket")
        ),
        (
            [
                "CustomerEncryptionKeyFormatIsInvalid", "CustomerEncryptionKeyIsIncorrect",
                "CustomerEncryptionKeySha256IsInvalid", "ResourceIsEncryptedWithCustomerEncryptionKey",
            ],
            StoreAdvice(
                .record, "the object needs a key that was not given")
        ),
        (
            ["CapExceeded", "DownloadCapExceeded", "TransactionCapExceeded", "QuotaExceeded"],
            StoreAdvice(
                .credentials, "the account's limit is used up: ask who owns it")
        ),
    ]
}
