import ArgumentParser
import Catalog
import Records
import ToolSupport

/// How the source is read.
struct SourceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A source's column for a field of the record; may be repeated.", valueName: "field=column"))
    var map: [String] = []

    @Option(help: "Which names the old tables have: local (the application's) or vendor.")
    var schema = CatalogSchema.local

    @Option(help: ArgumentHelp("The token that a server asks for, in a file.", valueName: "file"), completion: .file())
    var tokenFile: String?

    @Option(
        help: ArgumentHelp("Trust these certificates (PEM) instead of the system's.", valueName: "file"),
        completion: .file())
    var cacert: String?

    @Option(help: ArgumentHelp("The region of a bucket. [$AWS_REGION, or the profile's]", valueName: "name"))
    var region: String?

    @Option(help: ArgumentHelp("The store that a bucket is in, if not AWS's.", valueName: "url"))
    var endpoint: String?

    @Flag(help: "Put the bucket into the path, not the host.")
    var pathStyle = false

    @Option(
        help: ArgumentHelp("Print the query for a server's own client: mysql, postgres or sqlite.", valueName: "kind"))
    var printSQL: SQLDialect?

    /// The first of those that mean something for buckets alone.
    var optionOfBuckets: String? {
        [("--region", region != nil), ("--endpoint", endpoint != nil), ("--path-style", pathStyle)].first(where: \.1)?.0
    }

    func names() throws(ToolFailure) -> ColumnNames {
        try parsing("map") { () throws(TemplateError) in try ColumnNames(map) }
    }
}

/// How records are made.
struct RecordOptions: ParsableArguments {
    @Option(help: "Name of the object at the origin: 'folder', 'full-path', 'segment-id', or a text with {fields}.")
    var keyTemplate = KeyTemplate.Rule.folder.rawValue

    @Option(help: "Where the file goes, below the output folder.")
    var pathTemplate: String?

    @Option(help: "Other paths that count as this file; may be repeated, an empty one turns them off.")
    var aliasTemplate = ["truefire-courses/{course_id}/segment-{segment_id}.mp4"]

    @Option(help: "The unsigned URL, where it is not made from a base URL and the key.")
    var urlTemplate: String?

    func rules() throws(ToolFailure) -> RecordRules {
        RecordRules(
            key: try template("key-template", keyTemplate, KeyTemplate.init),
            path: try template(
                "path-template", pathTemplate ?? "truefire-courses/{course_id}/{segment_id}.mp4", PathTemplate.init),
            aliases: try aliasTemplates(),
            url: try urlTemplate.map { text throws(ToolFailure) in try template("url-template", text, URLTemplate.init)
            },
            objectPath: pathTemplate == nil ? try template("path-template", "{key}", PathTemplate.init) : nil)
    }

    private func aliasTemplates() throws(ToolFailure) -> [PathTemplate] {
        var templates: [PathTemplate] = []
        for text in aliasTemplate where !text.isEmpty {
            templates.append(try template("alias-template", text, PathTemplate.init))
        }
        return templates
    }

    private func template<Value>(
        _ option: String, _ text: String, _ make: (String) throws(TemplateError) -> Value
    ) throws(ToolFailure) -> Value {
        try parsing(option) { () throws(TemplateError) in try make(text) }
    }
}

private func parsing<Value>(
    _ option: String, _ make: () throws(TemplateError) -> Value
) throws(ToolFailure) -> Value {
    do throws(TemplateError) { return try make() } catch { throw .usage("--\(option): \(error)") }
}

/// Which segments are wanted.
struct SelectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only this course; may be repeated.", valueName: "id"))
    var course: [Int64] = []

    @Option(help: ArgumentHelp("Print at most this many records.", valueName: "n"))
    var limit: Int?

    @Flag(help: "The first course that has a video only; with --course, its first segment only.")
    var test = false

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("'--limit \(limit)' is below 0") }
    }

    var selection: Selection { Selection(courses: Set(course), limit: limit, isTest: test) }
}

/// What is compared with the store.
struct ListingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("What the store has: sizes and ETags come from there.", valueName: "file"),
        completion: .file())
    var listing: String?

    @Flag(help: "Print only the records that are not in the listing.")
    var missing = false

    @Flag(help: "Print what is in the listing and in no record.")
    var extra = false

    func validate() throws {
        if listing == nil && (missing || extra) {
            throw ValidationError("'\(missing ? "--missing" : "--extra")' needs '--listing FILE' to compare with")
        }
    }
}

/// What a plan is made for.
struct PlanOptions: ParsableArguments {
    @Flag(help: "Print one object with counts, bytes and time instead.")
    var plan = false

    @Option(
        name: .shortAndLong, help: ArgumentHelp("For --plan: where the files will go.", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Option(help: ArgumentHelp("For --plan: how many bytes come in a second, as in '10M'.", valueName: "bytes"))
    var rate: ByteCount?

    func validate() throws {
        if !plan && (output != nil || rate != nil) { throw ValidationError("'--output' and '--rate' are for '--plan'") }
        if let rate, rate.value == 0 { throw ValidationError("'--rate \(rate)' is not a rate above 0") }
    }
}

extension CatalogSchema: ExpressibleByArgument {}
extension SQLDialect: ExpressibleByArgument {}
