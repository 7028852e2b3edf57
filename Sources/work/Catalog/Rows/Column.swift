internal import NDJSON
internal import Records

/// What a row can tell of a segment: the contract's fields, and the old tables' column that says where the video is.
package enum Column: UInt8, FieldName {
    case courseID, courseTitle, channelID, channelTitle, segmentID, title, position, runtime
    case key, path, aliases, kind, size, etag, url, signedURL
    /// `mp4:FOLDER/NAME`, or whatever is written where there is no video.
    case video
    /// Whether an entry of a listing is a folder.
    case isFolder
    /// The nested rows of a course, and of a channel.
    case channels, segments

    package static let names: [String] = snakeCaseNames.map { $0 == "is_folder" ? "IsDir" : $0 }

    private static let labels = allCases.map { FieldLabel($0) }

    /// Its name as it begins a field of a line.
    var label: FieldLabel { Self.labels[Int(rawValue)] }

    /// Its bit in a set of columns.
    var bit: UInt64 { 1 << UInt64(rawValue) }

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

    var isID: Bool { self == .courseID || self == .channelID || self == .segmentID }

    /// Whether its value is a text for people, which may well be `None` or a number.
    var isTitle: Bool { self == .courseTitle || self == .channelTitle || self == .title }

    /// Whether it says where the video is: a value that cannot be used costs the record. Any other field is left out.
    var isPlace: Bool {
        switch self {
        case .key, .path, .url, .signedURL, .video: true
        default: false
        }
    }

    /// The fields of a record that the tools after it read, which therefore have to be what the contract says.
    static let ofRecords: [Column] = [
        .courseID, .courseTitle, .channelID, .channelTitle, .segmentID, .title, .position, .runtime, .key, .aliases,
        .kind, .size, .etag, .url, .signedURL,
    ]

    /// The values of the record's own fields: these are written by `RecordMaker`, and not passed through.
    static let written: [Column] = [
        .courseID, .courseTitle, .channelID, .channelTitle, .segmentID, .title, .position, .runtime, .key, .path,
        .aliases, .kind, .size, .etag, .url, .video, .isFolder,
    ]
}

/// By which names the rows of a source tell what they tell.
package struct ColumnNames: Equatable, Sendable {
    /// What `--map` says, by column.
    private var mapped: [Column: String] = [:]

    package static let usual = ColumnNames()

    private init() {}

    /// - Parameter mappings: each `FIELD=COLUMN`.
    package init(_ mappings: [String]) throws(TemplateError) {
        for text in mappings {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty else {
                throw TemplateError("'\(text)' is not FIELD=COLUMN, as in 'title=lesson_name'")
            }
            guard let column = Self.mappable.first(where: { $0.name == parts[0] }) else {
                let fields = Self.mappable.map { "'\($0.name)'" }.joined(separator: ", ")
                throw TemplateError("'\(parts[0])' is not a field with a column; these are: \(fields)")
            }
            guard mapped.updateValue(String(parts[1]), forKey: column) == nil else {
                throw TemplateError("'\(column.name)' is mapped twice")
            }
        }
    }

    static let mappable: [Column] = [
        .courseID, .courseTitle, .channelID, .channelTitle, .segmentID, .title, .position, .runtime, .key, .path,
        .kind, .size, .etag, .url, .video,
    ]

    /// What `--map` calls a column; nil where it does not name it.
    func mapped(_ column: Column) -> String? { mapped[column] }

    /// The names that a column can have, the one that counts most first.
    func candidates(_ column: Column) -> [String] { mapped[column].map { [$0] } ?? [column.name] + column.otherNames }
}

/// The names that are looked for in an object, by number: the columns' own, by their raw values, then what else they
/// may be called.
struct JSONColumns {
    private(set) var names = Column.names
    /// The names of what `RecordMaker` writes, a bit for each.
    let written = Self.set(Column.written)
    /// Those of a record that the tools behind read, and what these are.
    let ofRecords = Self.set(Column.ofRecords)
    let integers = Self.set(Column.ofRecords.filter(\.isInteger))
    let titles = Self.set(Column.ofRecords.filter(\.isTitle))
    let texts = Self.set(Column.ofRecords.filter { !$0.isInteger && !$0.isTitle && $0 != .aliases })
    let nested = Self.set([.channels, .segments])
    /// By column, the number that counts most first.
    private var numbers: [[UInt8]] = []
    private var firsts: [UInt8] = []
    /// By column, a bit for each of its numbers.
    private var sets: [UInt64] = []

    init(_ columns: ColumnNames) {
        for column in Column.allCases {
            var own: [UInt8] = []
            for name in columns.candidates(column) { own.append(number(of: name, column)) }
            numbers.append(own)
            firsts.append(own[0])
            sets.append(own.reduce(0) { $0 | 1 << UInt64($1) })
        }
    }

    func candidates(_ column: Column) -> [UInt8] { numbers[Int(column.rawValue)] }
    func first(_ column: Column) -> UInt8 { firsts[Int(column.rawValue)] }
    func bits(_ column: Column) -> UInt64 { sets[Int(column.rawValue)] }

    private static func set(_ columns: [Column]) -> UInt64 { columns.reduce(0) { $0 | $1.bit } }

    private mutating func number(of name: String, _ column: Column) -> UInt8 {
        if let number = names.firstIndex(of: name) { return UInt8(number) }
        names.append(name)
        return UInt8(names.count - 1)
    }
}
