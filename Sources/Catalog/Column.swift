internal import Records

/// What a row can tell of a segment: the contract's fields, and what the old tables call them.
package enum Column: UInt8, FieldName {
    case courseID, courseTitle, channelID, channelTitle, segmentID, title, position, runtime
    case key, path, aliases, size, url, signedURL
    /// `mp4:FOLDER/NAME`, or whatever stands where no video is.
    case video
    // The old tables' names for some of the above.
    case oldCourseID, oldSegmentID, oldTitle

    package static let names: [String] = allCases.map { column in
        switch column {
        case .courseID: "course_id"
        case .courseTitle: "course_title"
        case .channelID: "channel_id"
        case .channelTitle: "channel_title"
        case .segmentID: "segment_id"
        case .signedURL: "signed_url"
        case .oldCourseID: "courseid"
        case .oldSegmentID: "id"
        case .oldTitle: "name"
        default: String(describing: column)
        }
    }

    /// The old tables' name for the column, which counts where the column itself is absent.
    var old: Column? {
        switch self {
        case .courseID: .oldCourseID
        case .segmentID: .oldSegmentID
        case .title: .oldTitle
        default: nil
        }
    }
}
