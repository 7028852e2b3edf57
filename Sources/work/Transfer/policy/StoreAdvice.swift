/// Why an origin refused, in words that say what to do. CloudFront and S3 name the reason in XML
/// (docs.aws.amazon.com: "CloudFront error response", "S3 error responses").
enum StoreAdvice {
    /// Nil where the code says nothing more than the status does.
    static func advice(_ answer: AnswerHead, _ signature: UsedSignature) -> String? {
        switch answer.errorElement("Code") {
        case "InvalidKey":
            "key pair\(signature.keyPairID.map { " " + $0 } ?? "") is not trusted by this distribution: check "
                + "--key-pair-id and the distribution's trusted key groups"
        case "MissingKey": "the URL is not signed, or its query was lost on the way"
        case "MalformedSignature", "MalformedPolicy": "the signature cannot be read: sign the record anew"
        case "AccessDenied" where isFromStore(answer):
            "the store behind has no such object, or may not read it: check 'key'"
        case "AccessDenied":
            "the URL has expired, is not valid yet or not from here, or its signature is wrong: see 'tf-sign --explain'"
        case "RequestTimeTooSkewed": "this machine's clock is off"
        case "SignatureDoesNotMatch": "the secret key is another one, or the URL was changed after it was signed"
        case "InvalidAccessKeyId": "the store does not know this access key"
        default: nil
        }
    }

    /// S3 gives its answers two identifiers, and passes them through CloudFront.
    private static func isFromStore(_ answer: AnswerHead) -> Bool {
        answer.errorElement("RequestId") != nil && answer.errorElement("HostId") != nil
    }

    /// Whether the URL's time was over: S3 says so; CloudFront does not, but both clocks tell.
    static func isExpiry(_ answer: AnswerHead, _ signature: UsedSignature, now: Double) -> Bool {
        if answer.errorElement("Message") == "Request has expired" { return true }
        guard let expiresAt = signature.expiresAt, !isFromStore(answer) else { return false }
        return max(now, answer.generatedAt ?? now) >= expiresAt
    }
}
