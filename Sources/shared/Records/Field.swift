/// The fields of a record that the tools know, by the names that stand in the lines. All others pass through.
package enum Field: UInt8, FieldName {
    // What the video is: set by tf-catalog.
    case courseID, courseTitle, channelID, channelTitle, segmentID, title, position, runtime
    case key, path, aliases
    // What the file must be: set by whoever knows.
    case size, md5, sha256, etag
    // Where it is: set by tf-catalog, the user or tf-sign.
    case url, signedURL, expiresAt
    // How it went: set by tf-sign and tf-fetch.
    case status, stage, error, message, retryable, retryAt, httpStatus, bytes, seconds, resumedFrom, found
    case attempt, finishedAt, line, owner, evidence

    package static let names: [String] = allCases.map { field in
        switch field {
        case .courseID: "course_id"
        case .courseTitle: "course_title"
        case .channelID: "channel_id"
        case .channelTitle: "channel_title"
        case .segmentID: "segment_id"
        case .signedURL: "signed_url"
        case .expiresAt: "expires_at"
        case .retryAt: "retry_at"
        case .httpStatus: "http_status"
        case .resumedFrom: "resumed_from"
        case .finishedAt: "finished_at"
        default: String(describing: field)
        }
    }
}

extension NameSet where Name == Field {
    /// What a try wrote about itself. A record that is tried again loses these, and keeps `attempt`.
    package static var lastTry: Self {
        [
            .status, .stage, .error, .message, .retryable, .retryAt, .httpStatus, .bytes, .seconds, .resumedFrom,
            .found, .finishedAt, .line, .owner, .evidence,
        ]
    }

    /// What opens the vault, and what says for how long.
    package static var signature: Self { [.signedURL, .expiresAt] }
}
