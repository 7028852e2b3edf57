internal import NDJSON
internal import Records

/// The names that are looked for in an object, by number: the columns' own, by their raw values, then what else they
/// may be called.
struct JSONColumns {
    private(set) var names = Column.names
    /// The kind of value that is expected, by number of the name.
    private(set) var kinds: [JSONKind?] = Column.allCases.map { Self.kind(of: $0) }
    /// The names of what `RecordMaker` writes, a bit for each.
    let written: UInt64 = Column.written.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    /// By column, the number that counts most first.
    private var numbers: [[UInt8]] = []

    init(_ columns: ColumnNames) {
        for column in Column.allCases {
            var own: [UInt8] = []
            for name in columns.candidates(column) { own.append(number(of: name, column)) }
            numbers.append(own)
        }
    }

    func candidates(_ column: Column) -> [UInt8] { numbers[Int(column.rawValue)] }

    private mutating func number(of name: String, _ column: Column) -> UInt8 {
        if let number = names.firstIndex(of: name) { return UInt8(number) }
        names.append(name)
        // What others call a field may be of their own kind, until it is used.
        kinds.append(nil)
        return UInt8(names.count - 1)
    }

    static func kind(of column: Column) -> JSONKind? {
        switch column {
        case .courseTitle, .channelTitle, .title, .key, .path, .etag, .url, .signedURL: .string
        case .aliases: .array
        case .video, .isFolder, .channels, .segments: nil
        default: column.isInteger ? .number : nil
        }
    }
}
