/// Who says no: the edge, which has looked at the signature, or the store behind it.
enum ErrorSpeaker {
    case cloudFront, s3
}

extension OriginAnswer {
    /// An error in the words of CloudFront or S3. Only S3 gives identifiers in the body.
    static func error(_ status: Int, _ code: String, _ message: String, by speaker: ErrorSpeaker = .s3) -> OriginAnswer
    {
        var details = "<Code>\(code)</Code><Message>\(message)</Message>"
        if speaker == .s3 { details += "<RequestId>0A49CE4060975EAC</RequestId><HostId>dGYtb3JpZ2lu</HostId>" }
        let body = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n<Error>\(details)</Error>"
        var answer = OriginAnswer(status: status, type: speaker == .s3 ? "application/xml" : "text/xml", text: body)
        answer.headers["Server"] = speaker == .s3 ? "AmazonS3" : "CloudFront"
        return answer
    }

    static var noSuchKey: OriginAnswer { error(404, "NoSuchKey", "The specified key does not exist.") }

    static var invalidURI: OriginAnswer { error(400, "InvalidURI", "Couldn't parse the specified URI.") }

    static var methodNotAllowed: OriginAnswer {
        var answer = error(
            405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        answer.headers["Allow"] = "GET, HEAD"
        return answer
    }

    static func invalidRange(size: Int64) -> OriginAnswer {
        var answer = error(416, "InvalidRange", "The requested range is not satisfiable")
        answer.headers["Content-Range"] = "bytes */\(size)"
        return answer
    }
}

// MARK: - Of the edge

extension OriginAnswer {
    static var missingKey: OriginAnswer {
        error(403, "MissingKey", "Missing Key-Pair-Id query parameter or cookie value", by: .cloudFront)
    }

    static var unknownKey: OriginAnswer { error(403, "InvalidKey", "Unknown Key", by: .cloudFront) }

    static var malformedSignature: OriginAnswer {
        error(403, "MalformedSignature", "Could not unencode Signature", by: .cloudFront)
    }

    static var malformedPolicy: OriginAnswer { error(403, "MalformedPolicy", "Malformed Policy", by: .cloudFront) }

    /// An expired URL, one that is not valid yet, another address, or a bad signature: it does not say which.
    static var accessDeniedByEdge: OriginAnswer { error(403, "AccessDenied", "Access denied", by: .cloudFront) }
}
