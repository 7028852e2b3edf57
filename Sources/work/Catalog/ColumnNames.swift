internal import Records

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
                throw TemplateError("'\(parts[0])' is no field that has a column, these have one: \(fields)")
            }
            guard mapped.updateValue(String(parts[1]), forKey: column) == nil else {
                throw TemplateError("'\(column.name)' is mapped twice")
            }
        }
    }

    static let mappable: [Column] = [
        .courseID, .courseTitle, .channelID, .channelTitle, .segmentID, .title, .position, .runtime, .key, .path,
        .size, .etag, .url, .video,
    ]

    /// What `--map` calls a column; nil where it does not name it.
    func mapped(_ column: Column) -> String? { mapped[column] }

    /// The names that a column can have, the one that counts most first.
    func candidates(_ column: Column) -> [String] { mapped[column].map { [$0] } ?? [column.name] + column.otherNames }
}
