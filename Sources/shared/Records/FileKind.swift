/// What a record's file is, and so what its bytes are checked for: the values of `kind`.
package enum FileKind: String, CaseIterable, BitwiseCopyable, Sendable {
    /// What a record without the field is about.
    case video
    case audio
    case document
    case subtitles
    /// Whatever it is: only size, hashes and ETag are checked.
    case any

    /// The words, for a message.
    package static let words = "'video', 'audio', 'document', 'subtitles' or 'any'"

    /// With its article, for a sentence.
    package var phrase: String {
        switch self {
        case .video: "a video"
        case .audio: "an audio file"
        case .document: "a document"
        case .subtitles: "a file of subtitles"
        case .any: "a file"
        }
    }

    /// The same of all of it.
    package var wholePhrase: String {
        switch self {
        case .video: "a whole video"
        case .audio: "a whole audio file"
        case .document: "a whole document"
        case .subtitles: "a whole file of subtitles"
        case .any: "a whole file"
        }
    }

    /// Fewer bytes cannot be one.
    package var smallest: Int64 {
        switch self {
        case .video: 1024
        case .audio, .document: 64
        case .subtitles: 6
        case .any: 1
        }
    }

    /// What the ending of an object's name says, in small or capital letters; nil for one that is not known.
    package init?(ofKey key: [UInt8]) {
        // Nearly all are, and this is asked for each row.
        let count = key.count
        if count > 4, key[count - 1] == UInt8(ascii: "4"), key[count - 2] == UInt8(ascii: "p"),
            key[count - 3] == UInt8(ascii: "m"), key[count - 4] == UInt8(ascii: ".")
        {
            self = .video
            return
        }
        guard let dot = key.suffix(Self.longestEnding + 1).lastIndex(of: UInt8(ascii: ".")) else { return nil }
        let ending = String(decoding: key[(dot + 1)...], as: UTF8.self).lowercased()
        guard let kind = Self.endings.first(where: { $0.endings.contains(ending) })?.kind else { return nil }
        self = kind
    }

    private static let longestEnding = 5

    private static let endings: [(kind: FileKind, endings: [String])] = [
        (.video, ["mp4", "m4v", "mov", "mkv", "webm", "flv", "ts"]),
        (.audio, ["mp3", "m4a", "aac", "wav", "aif", "aiff", "flac", "ogg", "oga", "opus"]),
        (
            .document,
            [
                "pdf", "zip", "docx", "xlsx", "pptx", "epub", "png", "jpg", "jpeg", "gp3", "gp4", "gp5", "gpx", "gp",
                "ptb",
            ],
        ),
        (.subtitles, ["vtt", "srt"]),
    ]
}
