/// How far a store's refusal reaches, as far as its code tells. What names the key or the settings says nothing about the
/// record that was asked for.
enum RefusalScope: Equatable {
    /// A bare 403, which may mean anything.
    case unknown
    /// One object.
    case object
    /// The bucket, its region, or the way that requests are signed.
    case settings
    /// The key, its account or this machine's clock: no request that is signed with it can succeed.
    case key

    /// - Parameter code: the store's own word for the reason; nil where the answer has none.
    init(_ code: String?) {
        guard let code else {
            self = .unknown
            return
        }
        self = Self.keyCodes.contains(code) ? .key : Self.settingsCodes.contains(code) ? .settings : .object
    }

    private static let keyCodes: Set<String> = [
        "InvalidKey", "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidTokenId",
        "XMinioAdminInvalidAccessKey", "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired",
        "InvalidSessionException", "InvalidToken", "TokenCodeInvalidError", "InvalidSecurity", "RequestTimeTooSkewed",
        "AccountProblem", "NotSignedUp", "AllAccessDisabled", "UserSuspended", "OptInRequired", "CapExceeded",
        "DownloadCapExceeded", "TransactionCapExceeded", "QuotaExceeded",
    ]

    private static let settingsCodes: Set<String> = [
        "MissingKey", "MalformedSignature", "MalformedPolicy", "SignatureDoesNotMatch", "InvalidSignature",
        "IncompleteSignature", "UnsupportedSignature", "AuthorizationQueryParametersError",
        "AuthorizationHeaderMalformed", "MissingAuthenticationToken", "MissingSecurityHeader",
        "CredentialsNotSupported", "PermanentRedirect", "PermanentRedirectControlError",
        "IllegalLocationConstraintException", "IncorrectEndpoint", "EndpointNotFound", "InvalidLocationConstraint",
        "InvalidRegion", "NoSuchBucket", "InvalidBucketName", "InvalidHostHeader", "InvalidAddressingHeader",
    ]

    /// All codes with a reach of their own.
    static var codes: Set<String> { keyCodes.union(settingsCodes) }
}
