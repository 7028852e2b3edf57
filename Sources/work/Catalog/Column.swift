internal import NDJSON
internal import Records

/// What a row can tell of a segment: the contract's fields, and the old tables' column that says where the video is.
package enum Column: UInt8, FieldName {
    case courseID, courseTitle, channelID, channelTitle, segmentID, title, position, runtime
    case key, path, aliases, size, etag, url, signedURL
    /// `mp4:FOLDER/NAME`, or whatever stands where no video is.
    case video
    /// Whether an entry of a listing is a folder.
    case isFolder
    /// The nested rows of a course, and of a channel.
    case channels, segments

    package static let names: [String] = allCases.map { column in
        switch column {
        case .courseID: "course_id"
        case .courseTitle: "course_title"
        case .channelID: "channel_id"
        case .channelTitle: "channel_title"
        case .segmentID: "segment_id"
        case .signedURL: "signed_url"
        case .isFolder: "IsDir"
        default: String(describing: column)
        }
    }

    private static let labels = allCases.map { FieldLabel($0) }

    /// Its name as it begins a field of a line.
    var label: FieldLabel { Self.labels[Int(rawValue)] }

    /// What others call the column; these names count where the column's own is absent, the first of them most. The old
    /// tables' names, those of `aws s3api list-objects-v2`, and of `rclone lsjson`.
    var otherNames: [String] {
        switch self {
        case .courseID: ["courseid"]
        case .segmentID: ["id"]
        case .title: ["name"]
        case .key: ["Key", "Path"]
        case .size: ["Size"]
        case .etag: ["ETag"]
        default: []
        }
    }

    /// Whether its value is a whole number in a record.
    var isInteger: Bool {
        switch self {
        case .courseID, .channelID, .segmentID, .position, .runtime, .size: true
        default: false
        }
    }

    /// What the record's own fields stand for: these are written by `RecordMaker`, and not passed through.
    static let written: [Column] = [
        .courseID, .courseTitle, .channelID, .channelTitle, .segmentID, .title, .position, .runtime, .key, .path,
        .aliases, .size, .etag, .url, .video, .isFolder,
    ]
}
